"""Aggregates that stand in the SQL of a measure: what each one aggregates, and of which rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.interchange.cube.columns import DIALECT
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.expressions import parsed
from metrion.interchange.foreign.percentiles import percentile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.semantic.model import Aggregation

_CALLS: Final[Mapping[type[exp.Expression], Aggregation]] = {
    exp.Sum: "sum",
    exp.Avg: "avg",
    exp.Min: "min",
    exp.Max: "max",
    exp.Count: "count",
    exp.ApproxDistinct: "approx_distinct",
    exp.Median: "median",
    exp.Stddev: "stddev",
    exp.StddevSamp: "stddev",
    exp.Variance: "variance",
}
_WHOLE: Final[tuple[type[exp.Expression], ...]] = (exp.Filter, exp.WithinGroup, *_CALLS)


@dataclass(frozen=True, slots=True)
class Call:
    """One aggregate."""

    aggregation: Aggregation
    value: exp.Expression | None
    """What is aggregated in each row; None: the rows are counted."""
    kept: exp.Expression | None = None
    """The test of `FILTER (WHERE ...)`."""
    share: float | None = None
    discrete: bool = False


def only(tree: exp.Expression) -> exp.Expression | None:
    """Return the aggregate that the whole expression is."""
    while isinstance(tree, exp.Paren):
        tree = tree.this
    return tree if isinstance(tree, _WHOLE) else None


def outermost(tree: exp.Expression) -> list[exp.Expression]:
    """Return the aggregates of an expression, without those inside of them."""
    return [node for node in tree.find_all(*_WHOLE) if node.find_ancestor(*_WHOLE) is None]


def call(node: exp.Expression) -> Call:
    """Return what an aggregate says; raises `NotExpressible`."""
    kept = node.expression.this if isinstance(node, exp.Filter) else None
    inner = node.this if isinstance(node, exp.Filter) else node
    if isinstance(inner, exp.WithinGroup):
        found = percentile(inner)
        return Call(found.aggregation, found.value, kept, found.share, found.discrete)
    aggregation = _CALLS.get(type(inner))
    if aggregation is None:
        name = _name(inner)
        raise NotExpressible(zh=f"聚合 {name}", en=f"the aggregate {name}")
    value = inner.this
    if isinstance(value, exp.Distinct):
        if aggregation != "count" or len(value.expressions) != 1:
            name = _name(inner)
            raise NotExpressible(
                zh=f"{name} 对多列或对去重值的聚合", en=f"{name} over several columns or over distinct values"
            )
        return Call("count_distinct", value.expressions[0], kept)
    return Call(aggregation, None if isinstance(value, exp.Star) else value, kept)


def _name(node: exp.Expression) -> str:
    return node.sql_name() if isinstance(node, exp.Func) else node.key.upper()


def aggregated(sql: str) -> bool:
    """Tell whether an SQL text aggregates by itself."""
    try:
        plain = parsed(sql.replace("{", "").replace("}", ""), DIALECT) if sql else None
    except NotExpressible:
        return False
    return plain is not None and any(plain.find_all(exp.AggFunc))
