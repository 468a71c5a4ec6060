"""Answers compared cell by cell: exact, but for the last digits of doubles."""

from __future__ import annotations

import math
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

_LAST_DIGITS: Final = 1e-12


def same(left: object, right: object, tolerance: float = _LAST_DIGITS, most: float = 0.0) -> bool:
    """Compare two cells. A number equals a number of the same value; null equals null and nothing else.

    `tolerance` is what doubles may differ by, `most` what all numbers may.
    """
    if isinstance(left, bool) or isinstance(right, bool) or left is None or right is None:
        return left is right
    if isinstance(left, (int, float, Decimal)) and isinstance(right, (int, float, Decimal)):
        if most or isinstance(left, float) or isinstance(right, float):
            return math.isclose(float(left), float(right), rel_tol=max(tolerance, most), abs_tol=1e-300)
        return left == right
    return type(left) is type(right) and left == right


def differences(
    left: pa.Table,
    right: pa.Table,
    tolerance: float = _LAST_DIGITS,
    about: Mapping[str, float] = MappingProxyType({}),
) -> list[str]:
    """Return what differs between two answers: columns, number of rows, cells in their order.

    `about`: columns of approximate numbers, and what these may differ by.
    """
    if left.column_names != right.column_names:
        return [f"columns {left.column_names} and {right.column_names}"]
    if left.num_rows != right.num_rows:
        return [f"{left.num_rows} and {right.num_rows} rows"]
    return [
        f"row {place}, {name}: {one!r} and {two!r}"
        for name in left.column_names
        for place, (one, two) in enumerate(zip(left[name].to_pylist(), right[name].to_pylist(), strict=True))
        if not same(one, two, tolerance, about.get(name, 0.0))
    ]


def equal(left: pa.Table, right: pa.Table) -> bool:
    """Tell whether two answers are the same, cell by cell."""
    return not differences(left, right)
