"""Staged files on disk: received with a limit, kept by generated id, removed when done."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from hashlib import sha256
from time import time
from typing import TYPE_CHECKING, Final, Protocol
from zoneinfo import ZoneInfo

from metrion.base.settings import get_settings
from metrion.integration.errors import UploadBusy
from metrion.lake.errors import StorageFull
from metrion.lake.files.errors import FileTooLarge
from metrion.lake.files.reading import open_file
from metrion.lake.locks import held

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from uuid import UUID

    from metrion.lake.files.shapes import ReadAs
    from metrion.lake.files.source import Source

_CHUNK: Final = 2**20
_ABANDONED_SECONDS: Final = 3600.0


class Stream(Protocol):
    """Where the bytes of a file come from."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, none at the end."""
        ...


def folder() -> Path:
    """Return the folder of all staged files."""
    return get_settings().home / "uploads"


def folder_of(identifier: UUID) -> Path:
    """Return the folder of one staged file."""
    return folder() / str(identifier)


def zone() -> ZoneInfo:
    """Return the time zone in which the company reads clocks."""
    return ZoneInfo(get_settings().time_zone)


def receive(stream: Stream, identifier: UUID) -> tuple[int, str]:
    """Keep the bytes of a stream, safe on disk; return their number and SHA-256.

    Raises `FileTooLarge` and `StorageFull`, and then keeps nothing.
    """
    limit = get_settings().upload_limit
    place = folder_of(identifier)
    place.mkdir(mode=0o700, parents=True)
    size, hashed = 0, sha256()
    try:
        with (place / "source").open("xb") as file:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                _refuse_above(limit, size)
                hashed.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        remove(identifier)
        raise
    return size, hashed.hexdigest()


def _refuse_above(limit: int, size: int) -> None:
    if size > limit:
        raise FileTooLarge(limit=limit // 2**20)


def opened(identifier: UUID, filename: str, read_as: ReadAs) -> Source:
    """Open a staged file."""
    place = folder_of(identifier)
    return open_file(place / "source", filename, read_as, place)


def remove(identifier: UUID) -> None:
    """Remove a staged file; harmless when it is gone."""
    shutil.rmtree(folder_of(identifier), ignore_errors=True)


@contextmanager
def working_on(identifier: UUID) -> Iterator[None]:
    """Keep everybody else from working on a staged file; the system ends this when the process dies."""
    with held(folder() / ".locks" / str(identifier), busy=UploadBusy()):
        yield


@contextmanager
def full_disk_told() -> Iterator[None]:
    """Turn a full disk inside the block into its refusal."""
    try:
        yield
    except OSError as fault:
        if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFull from fault
        raise


def remove_abandoned(kept: Iterable[UUID]) -> None:
    """Remove staged files that nobody knows of: their process died before it could say so."""
    known = set(map(str, kept))
    if not folder().exists():
        return
    for place in folder().iterdir():
        old = time() - place.stat().st_mtime > _ABANDONED_SECONDS
        if place.name != ".locks" and place.name not in known and old:
            shutil.rmtree(place, ignore_errors=True)
