"""One aggregate of ours as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.osi.sql import formula_sql
from metrion.semantic.formula.nodes import tight

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from metrion.semantic.model import Aggregation, Atomic

_FUNCTIONS: Final[Mapping[Aggregation, str]] = {
    "sum": "SUM",
    "count": "COUNT",
    "approx_distinct": "APPROX_COUNT_DISTINCT",
    "min": "MIN",
    "max": "MAX",
    "avg": "AVG",
    "median": "MEDIAN",
    "stddev": "STDDEV",
    "variance": "VARIANCE",
}


def atomic_sql(
    atomic: Atomic,
    conditions: Sequence[exp.Expression],
    field: Callable[[str], exp.Expression],
    key: Sequence[str],
) -> exp.Expression:
    """Return the aggregate of an atomic metric, its conditions as a CASE inside; raises `NotExpressible`.

    `key` is the primary key of its dataset: OSI's COUNT(*) names no dataset, and no row is without its key.
    """
    measure = atomic.measure
    if measure.semi_additive is not None:
        raise NotExpressible(zh="OSI 没有半可加指标", en="OSI has no semi-additive metrics")
    rows = measure.expression.strip() == "*"
    if rows and not key:
        raise NotExpressible(zh="没有主键的数据集的行数", en="a count of rows of a dataset without a key")
    value = field(key[0]) if rows else formula_sql(measure.expression, field)
    if conditions:
        whole = conditions[0]
        for each in conditions[1:]:
            whole = exp.And(this=tight(whole), expression=tight(each))
        value = exp.Case(ifs=[exp.If(this=whole, true=value)])
    match measure.aggregation:
        case "count_distinct":
            return exp.Count(this=exp.Distinct(expressions=[value]))
        case "percentile" if measure.percentile is not None:
            kind = exp.PercentileDisc if measure.discrete else exp.PercentileCont
            order = exp.Order(expressions=[exp.Ordered(this=value, nulls_first=False)])
            return exp.WithinGroup(this=kind(this=exp.Literal.number(measure.percentile)), expression=order)
    name = _FUNCTIONS.get(measure.aggregation)
    if name is None:
        raise NotExpressible(
            zh=f"OSI 没有聚合方式 {measure.aggregation}", en=f"OSI has no aggregation {measure.aggregation}"
        )
    return exp.Anonymous(this=name, expressions=[value])
