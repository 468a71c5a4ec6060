"""`PERCENTILE_CONT(p) WITHIN GROUP (ORDER BY x)` and its sister as aggregations."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from metrion.interchange.foreign.errors import NotExpressible

if TYPE_CHECKING:
    from metrion.semantic.model import Aggregation


@dataclass(frozen=True, slots=True)
class Percentile:
    """What a percentile takes of which value."""

    value: exp.Expression
    aggregation: Aggregation
    """percentile; the whole share of the values and none of it are max and min."""
    share: float | None
    """0 < share < 1, counted from the least; None for max and min."""
    discrete: bool


def percentile(node: exp.WithinGroup) -> Percentile:
    """Return what an ordered aggregate means; raises `NotExpressible` where it is no percentile of one value."""
    function, order = node.this, node.expression
    ordered = order.expressions[0] if isinstance(order, exp.Order) and len(order.expressions) == 1 else None
    told = function.this if isinstance(function, (exp.PercentileCont, exp.PercentileDisc)) else None
    if ordered is None or not isinstance(told, exp.Literal) or told.is_string:
        name = function.sql_name() if isinstance(function, exp.Func) else function.name
        raise NotExpressible(zh=f"有序聚合 {name}", en=f"the ordered aggregate {name}")
    share, discrete = Decimal(told.this), isinstance(function, exp.PercentileDisc)
    if ordered.args.get("desc"):
        if discrete and 0 < share < 1:
            # Of 1, 2, 3, 4 a quarter from the greatest is 4; three quarters from the least are 3.
            raise NotExpressible(
                zh="从大到小取值的离散分位数（PERCENTILE_DISC … DESC）",
                en="a discrete percentile from the greatest down (PERCENTILE_DISC … DESC)",
            )
        share = 1 - share
    aggregation, inner = aggregation_of(share)
    return Percentile(ordered.this, aggregation, inner, discrete and inner is not None)


def aggregation_of(share: Decimal) -> tuple[Aggregation, float | None]:
    """Return the aggregation of a share, and the share itself where it is a percentile; raises `NotExpressible`."""
    if not (share.is_finite() and 0 <= share <= 1):
        raise NotExpressible(
            zh=f"分位数 {share}，应在 0 与 1 之间", en=f"the percentile {share}, which is not between 0 and 1"
        )
    if share in {0, 1}:
        return ("max" if share else "min"), None
    return "percentile", float(share)
