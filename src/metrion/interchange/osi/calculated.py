"""Columns that no row expression gives: window functions, and expressions over several datasets.

Such a dataset becomes a SELECT over its own rows, which keep their place as a dataset beside it, joined with the
datasets of which each row has at most one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.interchange.osi.errors import BadExpression
from metrion.interchange.osi.expressions import unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metrion.interchange.osi.model import Edge, Model
    from metrion.semantic.model import DataType

_WHOLE: Final = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile, exp.Count)
_SHARES: Final = (exp.Avg, exp.PercentRank, exp.CumeDist, exp.Stddev, exp.Variance, exp.Median)
_TRUTHS: Final = (exp.Predicate, exp.Not, exp.And, exp.Or)
_CASTS: Final[Mapping[DataType, str]] = {"integer": "BIGINT", "float": "DOUBLE"}


@dataclass(slots=True)
class Calculated:
    """What one dataset has beside the columns of its rows."""

    columns: dict[str, exp.Expression] = field(default_factory=dict)
    """Name -> SQL, over the codes of datasets."""
    ways: dict[str, tuple[Edge, ...]] = field(default_factory=dict)
    """Datasets that are joined, and how they are reached."""


def rows_code(code: str) -> str:
    """Return the code of the dataset with the plain rows."""
    return f"{code}_rows"


def type_of(tree: exp.Expression, argument_types: Iterable[DataType]) -> DataType:
    """Return what a calculated column holds, as far as the tree tells."""
    inner = unwrapped(tree)
    first: DataType = next(iter(argument_types), "float")
    if isinstance(inner, exp.Window):
        return _of_window(inner.this, first)
    if isinstance(inner, _TRUTHS):
        return "boolean"
    if isinstance(inner, (exp.DPipe, exp.Concat)):
        return "string"
    return "float" if isinstance(inner, (exp.Binary, exp.Func)) else first


def _of_window(function: exp.Expression, argument: DataType) -> DataType:
    if isinstance(function, _WHOLE):
        return "integer"
    return "float" if isinstance(function, _SHARES) else argument


def select(
    code: str,
    plain: Iterable[str],
    calculated: Calculated,
    types: Mapping[str, DataType],
    codes: Mapping[str, str],
    spelt: Mapping[tuple[str, str], str],
) -> str:
    """Return the SELECT of a dataset: the columns of its rows as they are, then the calculated ones."""
    rows = rows_code(code)
    found = exp.select(*(exp.alias_(column(name, rows), _quoted(name)) for name in plain))
    for name, tree in calculated.columns.items():
        kind = _CASTS.get(types[name])
        value = exp.cast(tree.copy(), kind) if kind else tree.copy()
        found = found.select(exp.alias_(value, _quoted(name)))
    found = found.from_(exp.to_table(rows))
    joined: set[str] = set()
    for way in calculated.ways.values():
        here = rows
        for edge in way:
            target = codes[edge.one]
            if target not in joined:
                pairs = [
                    exp.EQ(this=column(spelt[edge.many, many], here), expression=column(spelt[edge.one, one], target))
                    for many, one in edge.pairs
                ]
                found = found.join(exp.to_table(target), on=exp.and_(*pairs), join_type="left")
                joined.add(target)
            here = target
    return found.sql(dialect="duckdb")


def column(name: str, table: str) -> exp.Column:
    """Return a column of a dataset, by its code."""
    return exp.column(_quoted(name), table=exp.to_identifier(table, quoted=True))


def _quoted(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=True)


def way_to(model: Model, start: str, end: str, place: str) -> tuple[Edge, ...]:
    """Return the one way on which each row of `start` has at most one of `end`."""
    ways = [way for way in model.ways(start, end) if all(edge.many == before for before, edge in _steps(start, way))]
    if not ways:
        raise BadExpression(place, reason_zh="无法逐行关联", reason_en="its rows cannot be joined one to one")
    return min(ways, key=len)


def _steps(start: str, way: tuple[Edge, ...]) -> list[tuple[str, Edge]]:
    here, found = start, []
    for edge in way:
        found.append((here, edge))
        here = edge.one
    return found
