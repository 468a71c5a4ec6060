"""Pages of lists. A cursor is opaque to the caller and holds the sort key of the last row."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from datetime import UTC, datetime
from typing import Generic, TypeVar
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict

from metrion.base.errors import Invalid

T = TypeVar("T")
CursorPart = str | int | datetime | UUID

MAX_PAGE = 200
_INTEGERS = 2**63


class Page(BaseModel, Generic[T]):
    """Part of a list: at most `MAX_PAGE` items, the cursor of the next part, the whole count."""

    model_config = ConfigDict(frozen=True)

    items: list[T]
    next_cursor: str | None = None
    total: int


def encode_cursor(key: list[str | int]) -> str:
    """Return the cursor for a sort key."""
    return urlsafe_b64encode(orjson.dumps(key)).decode("ascii").rstrip("=")


def decode_cursor(cursor: str, *kinds: type[CursorPart]) -> list[CursorPart]:
    """Return the sort key of a cursor, its parts of these kinds where they are said.

    Raises `Invalid` for anything this server did not make.
    """
    try:
        key = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(key, list):
            raise _bad_cursor()
        return [_part(value, kind) for value, kind in zip(key, kinds or map(type, key), strict=True)]
    except (Base64Error, ValueError, OverflowError) as fault:
        raise _bad_cursor() from fault


def _part(value: object, kind: type) -> CursorPart:
    """Return a part of a key in its kind; raises `ValueError` where it is of another."""
    found: CursorPart | None = None
    match value:
        case str() if "\0" not in value:
            if kind is datetime:
                found = datetime.fromisoformat(value).astimezone(UTC)
            elif kind is UUID:
                found = UUID(value)
            elif kind is str:
                found = value
        case int() if kind is int and not isinstance(value, bool) and abs(value) < _INTEGERS:
            found = value
    if found is None:
        raise ValueError(kind.__name__)
    return found


def _bad_cursor() -> Invalid:
    return Invalid(field="cursor", reason_zh="分页游标无效。", reason_en="The paging cursor is not valid.")
