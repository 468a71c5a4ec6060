"""Rows that are the same: as a multiset, by position, numbers within a millionth, days and their midnights alike."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from math import isclose, isnan
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

Row = tuple[object, ...]

_RELATIVE: Final = 1e-6
_ABSOLUTE: Final = 1e-9
_SHOWN: Final = 3


def difference(found: Collection[Row], expected: Collection[Row], *, order: tuple[int, ...] = ()) -> str | None:
    """Return in words how two answers differ, or None. `order`: columns whose values stand in the same order."""
    left, right = [plain_row(row) for row in found], [plain_row(row) for row in expected]
    extra, missing = _without(left, right), _without(right, left)
    if extra or missing:
        return (
            f"{len(left)} rows for {len(right)}; too many: {extra[:_SHOWN]} ({len(extra)}), "
            f"missing: {missing[:_SHOWN]} ({len(missing)})"
        )
    in_order = all(equal(one[at], other[at]) for one, other in zip(left, right, strict=True) for at in order)
    return None if in_order else "the rows are in another order"


def _without(rows: list[Row], others: list[Row]) -> list[Row]:
    """Return the rows that have no equal of their own among the others."""
    waiting: dict[object, list[Row]] = {}
    for row in others:
        waiting.setdefault(_exact(row), []).append(row)
    for near in waiting.values():
        near.sort(key=_numbers)
    left: list[Row] = []
    for row in sorted(rows, key=_numbers):
        near = waiting.get(_exact(row), [])
        match = next((place for place, other in enumerate(near) if _same(row, other)), None)
        if match is None:
            left.append(row)
        else:
            near.pop(match)
    return left


def _exact(row: Row) -> Row:
    """Return what of a row must be equal to the letter: everything but its numbers."""
    return tuple(None if isinstance(value, float) else (type(value).__name__, value) for value in row)


def _numbers(row: Row) -> tuple[float, ...]:
    return tuple(value for value in row if isinstance(value, float))


def _same(left: Row, right: Row) -> bool:
    return len(left) == len(right) and all(equal(*pair) for pair in zip(left, right, strict=True))


def equal(left: object, right: object) -> bool:
    """Tell whether two plain values are the same."""
    if isinstance(left, float) and isinstance(right, float):
        both_nothing = isnan(left) and isnan(right)
        return both_nothing or isclose(left, right, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def plain_row(row: Row) -> Row:
    """Return a row of plain values: numbers as floats, days as their midnights."""
    return tuple(map(_plain, row))


def _plain(value: object) -> object:
    """Return numbers as floats and moments without a zone; truth values stay what they are."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float, Decimal)):
        return float(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the wall clock of the data
    return value
