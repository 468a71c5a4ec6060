"""What is in a column that has a type already (Parquet)."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from metrion.base.text import Text
from metrion.lake.files.infer import cell
from metrion.lake.files.shapes import Cell, FileColumn
from metrion.lake.types import type_name

_DISTINCT: Final = 1000
_SAMPLES: Final = 5
_NESTED: Final = Text(zh="嵌套或二进制列，只能不加载", en="nested or binary: it can only be left out")


class TypedColumn:
    """Gathers one typed column batch by batch; `column` says what was found."""

    def __init__(self, arrow: pa.DataType) -> None:
        self._arrow = arrow
        self._name = type_name(arrow)
        self._nulls = 0
        self._distinct: set[object] = set()
        self._more = False
        self._low: pa.Scalar | None = None
        self._high: pa.Scalar | None = None

    def add(self, values: pa.Array) -> None:
        """Take the next values of the column."""
        self._nulls += values.null_count
        if self._name is None:
            return
        unique = pc.unique(values.drop_null())
        if pa.types.is_dictionary(unique.type):
            unique = unique.dictionary_decode()
        if not len(unique):
            return
        if not self._more:
            self._distinct.update(unique[: 2 * _DISTINCT].to_pylist())
            self._more = len(self._distinct) > _DISTINCT
        ends = pa.array([each for each in (self._low, self._high) if each is not None], unique.type)
        found = pc.min_max(pa.concat_arrays([unique, ends]))
        self._low, self._high = found["min"], found["max"]

    def column(self, position: int, name: str, suggested: str) -> FileColumn:
        """Return what was found."""
        distinct = sorted(self._distinct, key=str)
        return FileColumn(
            position=position,
            name=name,
            suggested_name=suggested,
            type=self._name or "string",
            reason=Text() if self._name else _NESTED,
            supported=self._name is not None,
            nulls=self._nulls,
            distinct=min(len(distinct), _DISTINCT),
            distinct_exact=not self._more,
            minimum=None if self._low is None else cell(self._low.as_py()),
            maximum=None if self._high is None else cell(self._high.as_py()),
            samples=tuple(cell(value) for value in distinct[:_SAMPLES]),
            scale=self._arrow.scale if self._name == "decimal" else None,
            whole_digits=self._whole_digits(),
        )

    def _whole_digits(self) -> int:
        if self._name == "decimal":
            return int(self._arrow.precision - self._arrow.scale)
        if self._name not in {"integer", "float"}:
            return 0
        ends = [abs(each.as_py()) for each in (self._low, self._high) if each is not None]
        return max((len(f"{end:.0f}") for end in ends), default=0)


def preview_cells(values: pa.Array) -> list[Cell]:
    """Return values for a preview; what is no single value is shown as text."""
    return [cell(value) for value in values.to_pylist()]
