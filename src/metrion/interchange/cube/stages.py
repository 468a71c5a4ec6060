"""Multi-stage measures as nested, derived and composite metrics.

Cube computes the value of such a measure at the groups of the question, less what it leaves out, plus what it adds;
aggregates that by the groups less what is left out; and shows it in each row of the question.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, NoReturn

from sqlglot import exp

from metrion.interchange.cube.columns import DIALECT, written
from metrion.interchange.cube.model import Dimension, Measure
from metrion.interchange.cube.plans import Plans
from metrion.interchange.cube.ranks import Ranks, only_measure
from metrion.interchange.cube.template import Member
from metrion.interchange.foreign.codes import code_of
from metrion.interchange.foreign.conditions import to_condition
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.expressions import parsed, to_expression
from metrion.semantic.formula.ast import Span
from metrion.semantic.formula.printer import format_expression
from metrion.semantic.model import (
    Atomic,
    Composite,
    Derived,
    Input,
    MetricDef,
    Nested,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.interchange.cube.measures import Measures
    from metrion.interchange.cube.plans import Plan
    from metrion.interchange.cube.template import Template
    from metrion.semantic.formula.ast import Expression

_NESTED: Final[Mapping[str, Literal["sum", "avg", "min", "max", "count"]]] = {
    "sum": "sum",
    "avg": "avg",
    "min": "min",
    "max": "max",
    "count": "count",
}
_VALUES: Final = frozenset({"number", "boolean", "string", "time"})
_NOWHERE: Final = Span(0, 0)
_TEST: Final = "test__"


class Stages:
    """Makes metrics of multi-stage measures."""

    def __init__(self, measures: Measures) -> None:
        self.measures = measures
        self.plans = Plans(measures)
        self.ranks = Ranks(measures, self.plans)

    def make(self, cube: str, measure: Measure) -> str:
        """Return the metric of a multi-stage measure; raises `NotExpressible`."""
        if measure.type == "rank":
            return self.ranks.rank(cube, measure)
        if measure.type not in _NESTED and measure.type not in _VALUES:
            raise NotExpressible(zh=f"多阶段的“{measure.type}”", en=f"“{measure.type}” in several stages")
        if (group := self._group(cube, measure)) is not None:
            self._choices(cube, measure, group)
        told = self.measures.work.template(measure.sql, cube)
        if (stock := self.ranks.snapshot(cube, measure, told)) is not None:
            return stock
        plan = self.plans.plan(cube, measure)
        if measure.rolling is not None:
            return self._rolling(cube, measure, told, plan)
        read = _read_dimensions(told)
        if any(self.plans.fields(member) & set(plan.without) for member in read):
            return self._spread(cube, measure, told, plan)
        if measure.type in _NESTED and read:
            extra = [field for member in read for field in self.plans.grain_of(member)[0]]
            plan = replace(plan, per=tuple(dict.fromkeys((*plan.per, *extra))))
        self._also_by_calendar(cube, measure, told, plan)
        return self._layered(cube, measure, told, plan)

    # --- calculation groups ---

    def _group(self, cube: str, measure: Measure) -> Dimension | None:
        """Return the calculation group that a measure switches on; None where it is none."""
        if not measure.switch:
            return None
        told = self.measures.work.template(measure.switch, cube)
        one = told.members[0].one if len(told.members) == 1 else None
        return one if isinstance(one, Dimension) and one.calc_group else None

    def _choices(self, cube: str, measure: Measure, group: Dimension) -> NoReturn:
        """Put a metric for each choice of a calculation group: it is no data but a choice between metrics."""
        work = self.measures.work
        leads = dict(measure.choices)
        for value in group.values:
            sql = leads.get(value, leads.get(None))
            if sql is None:
                continue
            chosen = replace(measure, name=f"{measure.name}_{value}", sql=sql, switch="", choices=())
            work.names[f"{cube}.{measure.name}[{value}]"] = self.make(cube, chosen)
        raise NotExpressible(
            zh=f"按计算组“{group.name}”选择的度量：每个选项各为一个指标",
            en=f"a choice by the calculation group “{group.name}”: each choice is a metric of its own",
        )

    # --- making ---

    def _also_by_calendar(self, cube: str, measure: Measure, told: Template, plan: Plan) -> None:
        """Put a second metric that is shifted by the calendar: Cube chooses by the time that a query asks for."""
        if len(measure.shifts) != 1 or measure.shifts[0].name:
            return
        try:
            period = self.plans.by_calendar(cube, measure.shifts[0])
        except NotExpressible as refusal:
            self.measures.work.losses.refused(f"{measure.place}.time_shift", refusal.reason)
            return
        calendar = self.measures.calendars.calendar_of(cube)
        if period is not None and calendar is not None:
            twin = replace(measure, name=f"{measure.name}_by_{calendar.cube.name}", shifts=())
            code = self._layered(cube, twin, told, replace(plan, period=period))
            self.measures.work.names[f"{cube}.{measure.name} @ {calendar.cube.name}"] = code

    def _layered(self, cube: str, measure: Measure, told: Template, plan: Plan) -> str:
        """Return the metric made of: a value, its aggregate over the added grain, and the groups that are left."""
        aggregation = _NESTED.get(measure.type)
        added = bool(plan.per or plan.grain)
        if added and aggregation is None:
            place = f"{measure.place}.add_group_by"
            self.measures.work.losses.changed(
                place,
                f"不聚合的附加分组：按 {'、'.join(plan.per)} 查询时才是每组的值。",
                f"Groups are added but not aggregated: ask by {', '.join(plan.per)} to see the value of each.",
            )
            added = False
        layers = 1 + int(added) + int(plan.reduces)
        code = self._value(cube, measure, told, plan, last=layers == 1)
        if added and aggregation is not None:
            nested = Nested.model_validate(
                {"base": code, "aggregation": aggregation, "per": plan.per, "grain": plan.grain}
            )
            part = "grouped" if plan.reduces else ""
            code = self.measures.put(cube, measure, nested, part, fill="keep")
        if plan.reduces:
            code = self.measures.put(cube, measure, self._reduced(code, plan), fill="keep")
        return code

    def _reduced(self, code: str, plan: Plan) -> Nested:
        return Nested(
            base=code, aggregation="recomputed", without=plan.without, only=plan.only, unfiltered=plan.unfiltered
        )

    def _value(self, cube: str, measure: Measure, told: Template, plan: Plan, *, last: bool) -> str:
        part = "" if last else "value"
        if (only := only_measure(told)) is not None and measure.type != "boolean":
            base = self.measures.metric(only)
            condition = None if _fixed(only) else plan.filter
            if condition is None and plan.period is None:
                return base
            definition = Derived(base=base, filter=condition, period=plan.period)
            return self.measures.put(cube, measure, definition, part, fill="keep")
        if plan.filter is None and plan.period is None and not _read_dimensions(told):
            value = self.measures.result(measure, self.measures.formula(told, {}))
            return self.measures.put(cube, measure, Composite(formula=format_expression(value)), part, fill="keep")
        formula, inputs = self._formula(cube, measure, told, plan)
        composite = Composite(formula=formula, inputs=tuple(inputs.values()))
        return self.measures.put(cube, measure, composite, part, fill="keep")

    def _formula(self, cube: str, measure: Measure, told: Template, plan: Plan) -> tuple[str, dict[str, Input]]:
        """Return a formula over metrics, each restricted and moved as the measure is, and its inputs."""
        from metrion.interchange.cube.measures import as_truth  # noqa: PLC0415 - stages are made of measures

        tree = parsed(told.sql, DIALECT)
        inputs: dict[str, Input] = {}
        pieces = self._tests(cube, tree, told, inputs)
        for number, member in enumerate(told.members):
            if isinstance(member.one, Measure):
                code = self.measures.metric(member)
                condition = None if _fixed(member) else plan.filter
                name = code_of(member.one.name)
                if name in inputs:
                    name = code
                inputs[name] = Input(name=name, metric=code, filter=condition, period=plan.period)
                pieces[f"member__{number}"] = as_truth(member.one, name)
        value = to_expression(tree, lambda name: self._piece(name, pieces, told))
        return format_expression(self.measures.result(measure, value)), inputs

    def _piece(self, name: str, pieces: Mapping[str, str | Expression], told: Template) -> str | Expression:
        if name in pieces:
            return pieces[name]
        found = told.meaning(name)
        shown = found.key if isinstance(found, Member) else f"{found.cube}.{found.name}"
        raise NotExpressible(
            zh=f"多阶段公式中作为值的“{shown}”", en=f"“{shown}” as a value in a formula of several stages"
        )

    def _tests(
        self, cube: str, tree: exp.Expression, told: Template, inputs: dict[str, Input]
    ) -> dict[str, str | Expression]:
        """Replace each test of dimensions in a choice by whether rows that pass it are there. Return the names."""
        pieces: dict[str, str | Expression] = {}
        for choice in list(tree.find_all(exp.Case)):
            for branch in choice.args["ifs"]:
                test = branch.this
                if choice.this is not None:
                    test = exp.EQ(this=choice.this.copy(), expression=test.copy())
                if not _only_dimensions(test, told):
                    continue
                fields = self.measures.fields
                condition = to_condition(fields.expression_of(test, told), fields.type_of)
                name = f"rows_{len(pieces) + 1}"
                inputs[name] = Input(name=name, metric=self.measures.rows(cube), filter=condition)
                place = f"{_TEST}{len(pieces)}"
                pieces[place] = name
                branch.set("this", exp.GT(this=exp.column(place), expression=exp.Literal.number(0)))
            if choice.this is not None and all(isinstance(branch.this, exp.GT) for branch in choice.args["ifs"]):
                choice.set("this", None)
        return pieces

    def _spread(self, cube: str, measure: Measure, told: Template, plan: Plan) -> str:
        """Return a formula at the question's groups over metrics that are computed by fewer."""
        formula, inputs = self._formula(cube, measure, told, replace(plan, filter=None, period=None))
        for name, each in inputs.items():
            if each.filter is not None:  # How many rows pass a test is asked at the question's groups.
                continue
            base = each.metric
            if plan.filter is not None or plan.period is not None:
                derived = Derived(base=base, filter=plan.filter, period=plan.period)
                base = self.measures.put(cube, measure, derived, f"{name}_value", fill="keep")
            code = self.measures.put(cube, measure, self._reduced(base, plan), name, fill="keep")
            inputs[name] = Input(name=name, metric=code)
        composite = Composite(formula=formula, inputs=tuple(inputs.values()))
        return self.measures.put(cube, measure, composite, fill="keep")

    def _rolling(self, cube: str, measure: Measure, told: Template, plan: Plan) -> str:
        only = only_measure(told)
        if only is None or plan.per or plan.grain or plan.reduces or plan.period or measure.rolling is None:
            raise NotExpressible(zh="多阶段的滚动窗口", en="a rolling window in several stages")
        base = self.measures.metric(only)
        if measure.type != "sum" or not self._adds_up(base):
            raise NotExpressible(zh="对非可加值的滚动汇总", en="a rolling sum of values that do not add up")
        definition = Derived(base=base, filter=plan.filter, period=self.measures.window(cube, measure.rolling))
        return self.measures.put(cube, measure, definition, row_set="spine", fill="keep")

    def _adds_up(self, code: str) -> bool:
        found = self.measures.work.definitions.get(("metric", code))
        definition = found.definition if isinstance(found, MetricDef) else None
        if isinstance(definition, Derived) and definition.period is None:
            return self._adds_up(definition.base)
        return isinstance(definition, Atomic) and definition.measure.aggregation in {"sum", "count"}


def _read_dimensions(told: Template) -> tuple[Member, ...]:
    return tuple(member for member in told.members if isinstance(member.one, Dimension))


def _only_dimensions(node: exp.Expression, told: Template) -> bool:
    for column in node.find_all(exp.Column):
        found = told.meaning(written(column))
        if isinstance(found, Member) and not isinstance(found.one, Dimension):
            return False
    return True


def _fixed(member: Member) -> bool:
    """Tell whether a measure keeps to its own filters whatever is wrapped around it."""
    one = member.one
    return isinstance(one, Measure) and one.filter is not None and one.filter.fixed
