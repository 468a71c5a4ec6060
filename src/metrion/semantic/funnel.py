"""A funnel: the base events of a question, and the events that followed them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from metrion.semantic.calendar import Move, Range
from metrion.semantic.errors import MissingTimeAxis
from metrion.semantic.facts import Facts, Reading
from metrion.semantic.plan import Aggregate, Aggregated, Column, Matched, Step
from metrion.semantic.value_type import measure_type

if TYPE_CHECKING:
    from metrion.semantic.expand import Leaf
    from metrion.semantic.frame import Frame, World
    from metrion.semantic.model import ColumnPair
    from metrion.semantic.naming import PartNames
    from metrion.semantic.plan import Term
    from metrion.semantic.question import Question

VALUE = "metrion event value"


def matched(question: Question, world: World, reading: Reading, leaf: Leaf, names: PartNames, column: str) -> Aggregate:
    """Return the conversions of a leaf by the groups and the time of its base events."""
    funnel = leaf.funnel
    if funnel is None or leaf.axis is None:
        raise MissingTimeAxis(metric=leaf.metric, dataset=leaf.dataset)
    spec = funnel.spec
    facts = Facts(question, world, replace(reading, axis=leaf.axis), [replace(leaf, funnel=None)])
    rows, by, _ = facts.events()
    base = Step(
        rows,
        _terms(facts.frame, spec.entity, many=True),
        _terms(facts.frame, spec.constants, many=True),
        facts.frame.own(leaf.axis),
        facts.operand(leaf),
    )
    steps = tuple(_step(question, world, step, spec.entity, spec.constants) for step in funnel.steps)
    found = (leaf, *funnel.steps)
    window = None if spec.window is None else Move.of(spec.window)
    name = names.part(f"{leaf.metric} matched")
    counts = "steps" if spec.result == "value" else spec.counts
    events = Matched(name, base, by, steps, window, counts, tuple(_same(*pair) for pair in pairwise(found)))
    keys = tuple((key_name, Column(name, key_name, term.type)) for key_name, term in by)
    # Converted base events are counted as all base events are, events of the last step by their own measure.
    counted, value = (leaf, base.value) if counts == "base" else (funnel.steps[-1], steps[-1].value)
    function = counted.measure.aggregation
    kind = measure_type(counted.measure, counted.dataset, world.catalogue)
    of = None if value is None else Column(name, VALUE, value.type)
    measure = Aggregated(column, function, of, kind)
    return Aggregate(names.part(f"{leaf.metric} converted"), events, keys, (measure,))


def _step(
    question: Question, world: World, step: Leaf, entity: tuple[ColumnPair, ...], constants: tuple[ColumnPair, ...]
) -> Step:
    if step.axis is None:
        raise MissingTimeAxis(metric=step.metric, dataset=step.dataset)
    # What follows need not lie in the question's range, nor have its groups: the base event has.
    plain = replace(question, groups=(), times=(), filters=(), when=(), ticks=Range())
    reading = Reading(step.dataset, step.axis, Range(), (), None, (), None, "rows", None, None)
    facts = Facts(plain, world, reading, [step])
    rows, _, at = facts.events()
    return Step(
        rows,
        _terms(facts.frame, entity, many=False),
        _terms(facts.frame, constants, many=False),
        at,
        facts.operand(step),
    )


def _same(before: Leaf, after: Leaf) -> bool:
    """Tell whether two kinds of events are rows of one dataset: an event does not follow itself."""
    return before.dataset == after.dataset and before.axis == after.axis


def _terms(frame: Frame, pairs: tuple[ColumnPair, ...], *, many: bool) -> tuple[Term, ...]:
    return tuple(frame.own(pair.many if many else pair.one) for pair in pairs)
