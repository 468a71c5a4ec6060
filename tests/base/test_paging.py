"""Cursors come back from callers: whatever is not one of ours is refused, never an error of ours."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from uuid import UUID

import orjson
import pytest

from metrion.base.errors import Invalid
from metrion.base.paging import decode_cursor, encode_cursor

DAY = datetime(2026, 1, 31, tzinfo=UTC)
ID = UUID(int=7)


def test_a_cursor_gives_back_the_key_in_its_kinds() -> None:
    cursor = encode_cursor([DAY.isoformat(), str(ID), 5, "name"])
    assert decode_cursor(cursor, datetime, UUID, int, str) == [DAY, ID, 5, "name"]
    assert decode_cursor(cursor) == [DAY.isoformat(), str(ID), 5, "name"]


@pytest.mark.parametrize(
    "key",
    [
        "x",
        {"a": 1},
        [],
        [1],
        ["x", "y"],
        ["2026-01-31", "y"],
        ["0001-01-01T00:00:00+14:00", str(ID)],
        [[], {}],
        [None, 1],
    ],
    ids=repr,
)
def test_a_key_of_another_shape_is_refused(key: object) -> None:
    cursor = urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")
    with pytest.raises(Invalid):
        decode_cursor(cursor, datetime, UUID)


@pytest.mark.parametrize(("key", "kind"), [(["a\0b"], str), ([10**18 * 10], int), ([True], int)])
def test_values_that_no_table_takes_are_refused(key: list[object], kind: type[str | int]) -> None:
    cursor = urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")
    with pytest.raises(Invalid):
        decode_cursor(cursor, kind)


@pytest.mark.parametrize("cursor", ["", "abc", "%%%", "é", "A" * 5])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        decode_cursor(cursor)
