"""Signed checkpoints in a file outside the database: `$METRION_HOME/audit/checkpoints.jsonl`.

Somebody who can write the database can rewrite the whole chain or cut its tail, and it will verify by
itself. He cannot sign: the Ed25519 key lies in the key folder. Copy the file to another machine, and
even the owner of this one cannot change the past unnoticed.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from metrion.audit.schemas import CheckpointView
from metrion.base.canonical import canonical_bytes
from metrion.base.keyfiles import read_or_create
from metrion.base.settings import get_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO


class Unreadable(ValueError):
    """A line that this installation did not write."""


class Forged(ValueError):
    """A line whose signature is not of this installation's key; carries the checkpoint that it claims."""

    def __init__(self, claimed: CheckpointView) -> None:
        self.claimed = claimed
        super().__init__(str(claimed.seq))


def path() -> Path:
    """Return where the checkpoints are."""
    return get_settings().home / "audit" / "checkpoints.jsonl"


def _key() -> Ed25519PrivateKey:
    # The key file holds 384 random bits; its hash is the seed that Ed25519 asks for.
    text = read_or_create(get_settings().key_path / "audit.key")
    return Ed25519PrivateKey.from_private_bytes(sha256(text.encode("ascii")).digest())


def fingerprint(key: Ed25519PrivateKey) -> str:
    """Return the name of a key: the first 16 hexadecimal characters of its public half's SHA-256."""
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return sha256(public).hexdigest()[:16]


def _signed(checkpoint: CheckpointView, key: Ed25519PrivateKey) -> bytes:
    body = checkpoint.model_dump(mode="json")
    return orjson.dumps(body | {"signature": key.sign(canonical_bytes(body)).hex()}) + b"\n"


def _read(line: bytes, key: Ed25519PrivateKey) -> CheckpointView:
    try:
        body = orjson.loads(line)
        signature = bytes.fromhex(body.pop("signature"))
        checkpoint = CheckpointView.model_validate(body)
    except (ValueError, KeyError, AttributeError, TypeError) as fault:
        raise Unreadable(line[:80]) from fault
    try:
        key.public_key().verify(signature, canonical_bytes(body))
    except InvalidSignature as fault:
        raise Forged(checkpoint) from fault
    return checkpoint


def read_all() -> Iterator[CheckpointView]:
    """Yield the checkpoints, oldest first; raises `Unreadable` or `Forged` at the first bad line.

    A last line without its end is a write that a kill cut short: it was never acknowledged.
    """
    if not path().exists():
        return
    key = _key()
    with path().open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield _read(line, key)


@contextmanager
def _exclusive() -> Iterator[BinaryIO]:
    path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path(), os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def append(seq: int, entry_hash: str, at: datetime) -> CheckpointView:
    """Sign and store that the chain ended with this entry; returns the last one if it covers that much.

    The line is on disk when this returns. Safe with several processes.
    """
    key = _key()
    with _exclusive() as file:
        last = _last(file, key)
        if last is not None and last.seq >= seq:
            return last
        checkpoint = CheckpointView(seq=seq, hash=entry_hash, at=at.astimezone(UTC), key=fingerprint(key))
        file.write(_signed(checkpoint, key))
        file.flush()
        os.fsync(file.fileno())
        return checkpoint


def _last(file: BinaryIO, key: Ed25519PrivateKey) -> CheckpointView | None:
    """Return the last whole line, cut off a torn one, and leave the file at its end."""
    whole, last = 0, b""
    for line in file:
        if line.endswith(b"\n"):
            whole, last = whole + len(line), line
    file.truncate(whole)
    file.seek(whole)
    return _read(last, key) if last else None
