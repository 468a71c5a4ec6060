"""Passwords of the demo accounts: made once per installation, kept beside its data, never in code."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import orjson

from metrion.base.settings import get_settings
from metrion.demo.organisation import PEOPLE
from metrion.identity.actions import random_password

if TYPE_CHECKING:
    from pathlib import Path

FILE = "demo-accounts.json"
ASKER = "chen.yu"


def passwords() -> dict[str, str]:
    """Return user name -> password; makes and stores them at the first call, readable by the owner only."""
    path = get_settings().home / FILE
    known = read(path)
    missing = {person.username: random_password() for person in PEOPLE if person.username not in known}
    if missing:
        known |= missing
        _write(path, known)
    return known


def let_the_command_ask() -> None:
    """Let `metrion query` on this installation ask as somebody who sees the whole company, unless told otherwise."""
    path = get_settings().home / "metrion.env"
    if not path.exists():
        path.write_text(f"METRION_CLI_PERSON={ASKER}\n", encoding="utf-8")


def read(path: Path) -> dict[str, str]:
    """Return the passwords in `path`; none when there is no file yet."""
    return dict(orjson.loads(path.read_bytes())) if path.exists() else {}


def _write(path: Path, accounts: dict[str, str]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(orjson.dumps(accounts, option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
