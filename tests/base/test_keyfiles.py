"""The key file: one key for all makers, private, whole."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from metrion.base.keyfiles import read_or_create

if TYPE_CHECKING:
    from pathlib import Path


def test_many_makers_get_one_key(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "one.key"
    with ThreadPoolExecutor(16) as pool:
        keys = list(pool.map(lambda _: read_or_create(path), range(64)))
    assert len(set(keys)) == 1
    assert len(keys[0]) >= 64
    assert [file.name for file in path.parent.iterdir()] == ["one.key"]


def test_only_the_owner_can_read_the_key(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "one.key"
    read_or_create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
