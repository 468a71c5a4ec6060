"""Pages of lists. A cursor is opaque to the caller and holds the sort key of the last row."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from typing import Generic, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict

from metrion.base.errors import Invalid

T = TypeVar("T")

MAX_PAGE = 200


class Page(BaseModel, Generic[T]):
    """Part of a list: at most `MAX_PAGE` items, the cursor of the next part, the whole count."""

    model_config = ConfigDict(frozen=True)

    items: list[T]
    next_cursor: str | None = None
    total: int


def encode_cursor(key: list[str | int]) -> str:
    """Return the cursor for a sort key."""
    return urlsafe_b64encode(orjson.dumps(key)).decode("ascii").rstrip("=")


def decode_cursor(cursor: str) -> list[str | int]:
    """Return the sort key of a cursor; raises `Invalid` for anything this server did not make."""
    try:
        key = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (Base64Error, ValueError) as fault:
        raise _bad_cursor() from fault
    if not isinstance(key, list) or not all(isinstance(part, (str, int)) for part in key):
        raise _bad_cursor()
    return key


def _bad_cursor() -> Invalid:
    return Invalid(field="cursor", reason_zh="分页游标无效。", reason_en="The paging cursor is not valid.")
