"""Answers compared cell by cell: exact, but for the last digits of doubles."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def same(left: object, right: object) -> bool:
    """Compare two cells. A number equals a number of the same value; null equals null and nothing else."""
    if isinstance(left, bool) or isinstance(right, bool) or left is None or right is None:
        return left is right
    if isinstance(left, (int, float, Decimal)) and isinstance(right, (int, float, Decimal)):
        if isinstance(left, float) or isinstance(right, float):
            return math.isclose(float(left), float(right), rel_tol=1e-12, abs_tol=1e-300)
        return left == right
    return type(left) is type(right) and left == right


def differences(left: pa.Table, right: pa.Table) -> list[str]:
    """Return what differs between two answers: columns, number of rows, cells in their order."""
    if left.column_names != right.column_names:
        return [f"columns {left.column_names} and {right.column_names}"]
    if left.num_rows != right.num_rows:
        return [f"{left.num_rows} and {right.num_rows} rows"]
    return [
        f"row {place}, {name}: {one!r} and {two!r}"
        for name in left.column_names
        for place, (one, two) in enumerate(zip(left[name].to_pylist(), right[name].to_pylist(), strict=True))
        if not same(one, two)
    ]


def equal(left: pa.Table, right: pa.Table) -> bool:
    """Tell whether two answers are the same, cell by cell."""
    return not differences(left, right)
