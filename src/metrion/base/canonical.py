"""Canonical bytes and content hashes.

Two contents with the same meaning have the same digest: keys sorted, no white space, UTF-8,
absent and null fields alike. Approvals, receipts, cache keys and the audit chain stand on this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

import orjson
from pydantic import BaseModel

Plain = str | int | float | bool | None | Sequence["Plain"] | Mapping[str, "Plain"]

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


def _without_nulls(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_without_nulls(item) for item in value]
    return value


def canonical_bytes(value: object) -> bytes:
    """Return the canonical JSON of a plain value or a pydantic model."""
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    return orjson.dumps(_without_nulls(plain), option=_OPTIONS)


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical bytes, as 64 hexadecimal characters."""
    return sha256(canonical_bytes(value)).hexdigest()
