"""Removes the demo company's home folder, if it is one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from steps import say


def main() -> None:
    """Delete METRION_HOME; refuse a folder that `metrion` did not make."""
    home = Path(os.environ["METRION_HOME"]).expanduser().resolve()
    if not home.exists():
        say(f"nothing at {home}")
        return
    if not (home / "keys").is_dir() or home in {Path.home(), Path("/")}:
        message = f"{home} does not look like a home folder of Metrion: nothing deleted"
        raise SystemExit(message)
    shutil.rmtree(home)
    say(f"removed {home}")


if __name__ == "__main__":
    main()
