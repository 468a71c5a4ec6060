"""Measures as metrics: aggregates are atomic, formulas composite, windows derived; multi-stage ones see `stages`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.interchange.cube.aggregates import aggregated, call, only, outermost
from metrion.interchange.cube.columns import DIALECT
from metrion.interchange.cube.model import Measure
from metrion.interchange.cube.names import described, named
from metrion.interchange.cube.periods import window
from metrion.interchange.cube.tables import Aggregated
from metrion.interchange.cube.template import Member
from metrion.interchange.foreign.build import negated
from metrion.interchange.foreign.conditions import all_of
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.expressions import parsed, to_expression
from metrion.semantic.formula.ast import Binary, Case, Name, Number, Span
from metrion.semantic.formula.printer import format_expression
from metrion.semantic.model import Atomic, Composite, Derived, MetricDef
from metrion.semantic.model import Measure as Aggregate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.interchange.cube.calendars import Calendars
    from metrion.interchange.cube.fields import Fields
    from metrion.interchange.cube.model import Rolling, Words
    from metrion.interchange.cube.names import Work
    from metrion.interchange.cube.tables import Tables
    from metrion.interchange.cube.template import Template
    from metrion.semantic.condition import Condition
    from metrion.semantic.formula.ast import Expression
    from metrion.semantic.model import Aggregation, Calculation, Period

_AGGREGATES: Final[Mapping[str, Aggregation]] = {
    "count": "count",
    "count_distinct": "count_distinct",
    "count_distinct_approx": "approx_distinct",
    "sum": "sum",
    "avg": "avg",
    "min": "min",
    "max": "max",
}
_NOWHERE: Final = Span(0, 0)
_PLACE: Final = "aggregate__"
_ONE: Final = Decimal(1)
_ZERO: Final = Decimal(0)


class Measures:
    """Gives measures their metrics."""

    def __init__(self, work: Work, tables: Tables, fields: Fields, calendars: Calendars) -> None:
        from metrion.interchange.cube.stages import Stages  # noqa: PLC0415 - stages are made of measures

        self.work = work
        self.tables = tables
        self.fields = fields
        self.calendars = calendars
        self._stages = Stages(self)
        self._codes: dict[str, str] = {}
        self._open: set[str] = set()

    def declare(self) -> None:
        """Put a metric for each measure that the model has, and note those that cannot be had."""
        for table in self.tables.all():
            for measure in table.cube.measures.values():
                try:
                    self.metric(Member(table.cube.name, measure))
                except NotExpressible as refusal:
                    self.work.losses.refused(str(measure.place), refusal.reason)

    def metric(self, member: Member) -> str:
        """Return the metric of a measure; raises `NotExpressible`."""
        if (known := self._codes.get(member.key)) is not None:
            return known
        measure = member.one
        if not isinstance(measure, Measure):
            raise NotExpressible(zh=f"“{member.key}”不是度量", en=f"“{member.key}”, which is no measure")
        if member.key in self._open:
            raise NotExpressible(zh=f"“{member.key}”引用了自己", en=f"“{member.key}”, which refers to itself")
        self._open.add(member.key)
        try:
            code = self._make(member.cube, measure)
        finally:
            self._open.discard(member.key)
        self._codes[member.key] = self.work.names[member.key] = code
        return code

    def rows(self, cube: str) -> str:
        """Return the metric that counts the rows of a cube."""
        for measure in self.work.cube(cube).measures.values():
            plain = measure.type == "count" and not (measure.sql or measure.filters or measure.rolling)
            if plain and not measure.multi_stage:
                return self.metric(Member(cube, measure))
        code = self.work.code("metric", cube, "rows")
        if ("metric", code) not in self.work.definitions:
            words = self.work.cube(cube).words
            self._put(code, words, f"{cube} rows", self._atomic(cube, "count", "*", None))
        return code

    # --- what stages use too ---

    def put(self, cube: str, measure: Measure, definition: Calculation, part: str = "", **facts: object) -> str:
        """Keep the metric of a measure, or a metric that it is made of."""
        code = self.work.code("metric", cube, f"{measure.name}_{part}" if part else measure.name)
        return self._put(code, measure.words, f"{measure.name} {part}".strip(), definition, **facts)

    def formula(self, told: Template, pieces: Mapping[str, str | Expression]) -> Expression:
        """Return a formula over metrics; `pieces` are further names that its SQL has."""
        return self._read(parsed(told.sql, DIALECT), told, pieces)

    def window(self, cube: str, rolling: Rolling) -> Period:
        """Return a rolling window along the time axis of a cube; raises `NotExpressible`."""
        axis = next((each for each in self.work.cube(cube).dimensions.values() if each.type == "time"), None)
        if axis is None:
            raise NotExpressible(zh="没有时间维度的滚动窗口", en="a rolling window without a time dimension")
        return window(rolling, lambda name: self.calendars.level(Member(cube, axis), name))

    def same(self, cube: str, measure: Measure) -> str:
        """Return the metric of a rolling measure without its window."""
        for other in self.work.cube(cube).measures.values():
            alike = (other.type, other.sql, other.filters) == (measure.type, measure.sql, measure.filters)
            if alike and other.rolling is None and not other.multi_stage:
                return self.metric(Member(cube, other))
        return self.put(cube, measure, self._aggregate(cube, measure), "each")

    def result(self, measure: Measure, value: Expression) -> Expression:
        """Return a formula with the kind of result that a metric has: a number."""
        if measure.type == "boolean":
            place = str(measure.place)
            self.work.losses.changed(place, "真假值改为 1 和 0。", "True and false are 1 and 0.")
            one, zero = Number(_ONE, _NOWHERE), Number(_ZERO, _NOWHERE)
            return Case(((value, one), (negated(value), zero)), None, _NOWHERE)
        if measure.type == "string":
            raise NotExpressible(zh="结果为文本的度量", en="a measure that is a text")
        return value

    # --- making ---

    def _make(self, cube: str, measure: Measure) -> str:
        if measure.multi_stage or measure.type == "rank":
            return self._stages.make(cube, measure)
        if measure.rolling is not None:
            definition = Derived(base=self.same(cube, measure), period=self.window(cube, measure.rolling))
            return self.put(cube, measure, definition, row_set="spine", fill="keep")
        if measure.type in _AGGREGATES and not aggregated(measure.sql):
            return self.put(cube, measure, self._aggregate(cube, measure))
        return self._calculated(cube, measure)

    def _aggregate(self, cube: str, measure: Measure) -> Atomic:
        if measure.type not in _AGGREGATES:
            raise NotExpressible(zh=f"度量类型“{measure.type}”", en=f"the measure type “{measure.type}”")
        aggregation = _AGGREGATES[measure.type]
        condition = all_of([self.fields.condition(sql, cube) for sql in measure.filters])
        if not measure.sql and aggregation != "count":
            raise NotExpressible(zh="没有表达式的聚合", en="an aggregate without an expression")
        expression = self.tables.formula(cube, measure.sql) if measure.sql else "*"
        return self._atomic(cube, aggregation, expression, condition)

    def _atomic(
        self,
        cube: str,
        aggregation: Aggregation,
        expression: str,
        condition: Condition | None,
        share: float | None = None,
        *,
        discrete: bool = False,
    ) -> Atomic:
        if aggregation in {"min", "max"} and self.tables.table(cube).type_of(expression) == "string":
            raise NotExpressible(zh="结果为文本的度量", en="a measure that is a text")
        aggregate = Aggregate(
            expression=expression, aggregation=aggregation, filter=condition, percentile=share, discrete=discrete
        )
        return Atomic(dataset=self.tables.table(cube).code, measure=aggregate)

    def _calculated(self, cube: str, measure: Measure) -> str:
        told = self.work.template(measure.sql, cube)
        if measure.filters:
            self.work.losses.changed(
                f"{measure.place}.filters", "计算度量上的筛选被忽略。", "Filters of a calculated measure are left out."
            )
        if len(told.members) == 1 and told.sql.strip() == "member__0" and measure.type == "number":
            return self.metric(told.members[0])
        tree = parsed(told.sql, DIALECT)
        pieces: dict[str, str | Expression] = {}
        whole, tree = self._taken_apart(cube, measure, tree, told, pieces)
        if whole is not None:
            return self.put(cube, measure, whole)
        value = self.result(measure, self._read(tree, told, pieces))
        return self.put(cube, measure, Composite(formula=format_expression(value)))

    def _taken_apart(
        self, cube: str, measure: Measure, tree: exp.Expression, told: Template, pieces: dict[str, str | Expression]
    ) -> tuple[Atomic | None, exp.Expression]:
        """Replace the aggregates in an expression by metrics. Return the metric where there is nothing else."""
        if (whole := only(tree)) is not None:
            return self._called(cube, whole, told), tree
        for node in outermost(tree):
            name = f"{_PLACE}{len(pieces)}"
            pieces[name] = self.put(cube, measure, self._called(cube, node, told), f"part_{len(pieces) + 1}")
            node.replace(exp.column(name))
        return None, tree

    def _called(self, cube: str, node: exp.Expression, told: Template) -> Atomic:
        found = call(node)
        expression = "*" if found.value is None else self.tables.read(cube, found.value, told)
        condition = None if found.kept is None else self.fields.condition_of(found.kept, told)
        return self._atomic(cube, found.aggregation, expression, condition, found.share, discrete=found.discrete)

    def _read(self, tree: exp.Expression, told: Template, pieces: Mapping[str, str | Expression]) -> Expression:
        def name_of(name: str) -> str | Expression:
            if name in pieces:
                return pieces[name]
            found = told.meaning(name)
            if isinstance(found, Member) and isinstance(found.one, Measure):
                return as_truth(found.one, self.metric(found))
            shown = found.key if isinstance(found, Member) else f"{found.cube}.{found.name}"
            raise Aggregated(zh=f"度量公式中的“{shown}”", en=f"“{shown}” in a formula over measures")

        return to_expression(tree, name_of)

    def _put(self, code: str, words: Words, name: str, definition: Calculation, **facts: object) -> str:
        return self.work.put(
            MetricDef.model_validate(
                {
                    "code": code,
                    "name": named(words, name),
                    "caliber": described(words),
                    "domain": self.work.domain,
                    "definition": definition,
                    "smallest_grain": "second",
                    **facts,
                }
            )
        )


def as_truth(measure: Measure, name: str) -> Expression:
    """Return a measure in a formula: one that is true or false is a number here."""
    called = Name(name, _NOWHERE)
    return Binary("=", called, Number(_ONE, _NOWHERE), _NOWHERE) if measure.type == "boolean" else called
