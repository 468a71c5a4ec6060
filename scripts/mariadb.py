"""A MariaDB or MySQL for the tests of the engines: one that runs here, else a program to start, else through apt."""

from __future__ import annotations

import shutil
import socket
from typing import Final

from steps import apt_installed

_ADDRESS: Final = ("127.0.0.1", 3306)


def why_missing() -> str:
    """Return why there is neither a server nor a program (empty: there is one)."""
    if _runs() or _on_path() or apt_installed("mariadb-server"):
        return ""
    return "no MariaDB on 127.0.0.1:3306, no mariadbd on the path, and apt-get could not install one"


def _runs() -> bool:
    try:
        socket.create_connection(_ADDRESS, timeout=3).close()
    except OSError:
        return False
    return True


def _on_path() -> bool:
    return bool(shutil.which("mariadbd") or shutil.which("mysqld"))
