"""Serves the demo company, with the pages rebuilt while they are edited (Vite on port 5173)."""

from __future__ import annotations

import os
import subprocess
import sys

from pages import npm
from steps import ROOT, run


def main() -> None:
    """Run server and Vite side by side; stop both when either ends."""
    port = os.environ.get("METRION_PORT", "8000")
    run([sys.executable, "-m", "metrion.cli", "demo", "--no-serve-it"])
    with subprocess.Popen([sys.executable, "-m", "metrion.cli", "start"], cwd=ROOT) as server:
        os.environ["METRION_URL"] = f"http://127.0.0.1:{port}"
        try:
            npm("run", "dev")
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
