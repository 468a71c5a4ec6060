"""Ranks, and sums over the rows that a rank by time puts first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from metrion.interchange.cube.columns import DIALECT
from metrion.interchange.cube.model import Measure
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.expressions import parsed
from metrion.semantic.formula.printer import format_expression
from metrion.semantic.model import Atomic, Composite, MetricDef, Rank, SemiAdditive

if TYPE_CHECKING:
    from metrion.interchange.cube.measures import Measures
    from metrion.interchange.cube.plans import Plans
    from metrion.interchange.cube.template import Member, Template


class Ranks:
    """Makes metrics of ranks and of what they put first."""

    def __init__(self, measures: Measures, plans: Plans) -> None:
        self.measures = measures
        self.plans = plans

    def rank(self, cube: str, measure: Measure) -> str:
        """Return a rank within each of the question's groups but those that are left out."""
        if len(measure.order_by) != 1 or measure.filter is not None or measure.grain.include:
            raise NotExpressible(
                zh="按多个表达式、在附加分组上或在另外的筛选下排名",
                en="a rank by several expressions, over added groups, or under filters of its own",
            )
        sql, highest_first = measure.order_by[0]
        told = self.measures.work.template(sql, cube)
        ordered = replace(measure, type="number", sql=sql)
        base = self._ordered_by(cube, ordered, told)
        only = measure.grain.keep_only
        rank = Rank(
            base=base,
            within=() if only is None else self.plans.groups(only, cube),
            without=self.plans.groups(measure.grain.exclude, cube) if only is None else None,
            lowest_first=not highest_first,
        )
        return self.measures.put(cube, measure, rank)

    def _ordered_by(self, cube: str, measure: Measure, told: Template) -> str:
        if (only := only_measure(told)) is not None:
            return self.measures.metric(only)
        value = Composite(formula=format_expression(self.measures.formula(told, {})))
        return self.measures.put(cube, measure, value, "value", fill="keep")

    def snapshot(self, cube: str, measure: Measure, told: Template) -> str | None:
        """Return a stock where a measure keeps the rows that a rank by time puts first; None where it does not."""
        only = only_measure(told)
        if only is None or len(measure.filters) != 1 or only.cube != cube:
            return None
        rank = self._first_of(cube, measure.filters[0])
        base = self.measures.work.definitions.get(("metric", self.measures.metric(only))) if rank else None
        if rank is None or not isinstance(base, MetricDef) or not isinstance(base.definition, Atomic):
            return None
        member = self.plans.member(rank.order_by[0][0].strip("{} "), cube)
        if not self.plans.is_axis(member) or rank.grain.keep_only is None or rank.grain.exclude:
            return None
        tables = self.measures.tables
        entity = tuple(tables.column(self.plans.member(path, cube)) for path in rank.grain.keep_only)
        semi = SemiAdditive(take="last" if rank.order_by[0][1] else "first", entity=entity)
        definition = base.definition
        kept = definition.measure.model_copy(update={"semi_additive": semi})
        return self.measures.put(cube, measure, definition.model_copy(update={"measure": kept}), fill="keep")

    def _first_of(self, cube: str, test: str) -> Measure | None:
        """Return the rank by one dimension whose first place a filter keeps."""
        told = self.measures.work.template(test, cube)
        tree = parsed(told.sql, DIALECT)
        first = isinstance(tree, exp.EQ) and isinstance(tree.expression, exp.Literal) and tree.expression.name == "1"
        one = told.members[0].one if first and len(told.members) == 1 else None
        return one if isinstance(one, Measure) and one.type == "rank" and len(one.order_by) == 1 else None


def only_measure(told: Template) -> Member | None:
    """Return the measure that an SQL text merely names."""
    sql = told.sql.strip().strip("()").strip()
    plain = len(told.members) == 1 and sql == "member__0"
    return told.members[0] if plain and isinstance(told.members[0].one, Measure) else None
