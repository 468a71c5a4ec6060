"""The front end's API types (`web/src/api/schema.d.ts`) from the routes: `write` them, or `check` that they agree."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from pages import install, npm
from steps import ROOT


def main() -> None:
    """Describe the API without a server and hand the description to the generator."""
    with tempfile.TemporaryDirectory() as home:
        described = Path(home) / "openapi.json"
        with described.open("wb") as file:
            subprocess.run(
                [sys.executable, "-m", "metrion.cli", "openapi"],
                cwd=ROOT,
                env={**os.environ, "METRION_HOME": home},
                stdout=file,
                check=True,
            )
        install()
        npm("run", "--silent", "api-types", "--", *(["--check"] if sys.argv[1:] == ["check"] else []), str(described))


if __name__ == "__main__":
    main()
