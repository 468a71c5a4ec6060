"""A plan with some of its aggregates exchanged: every place that names one sees the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metrion.semantic.plan.answer import Aggregate, Align, Matched, Members, Periods, Project, Sort
from metrion.semantic.plan.rows import Filter, Scan, Snapshot, Span, Spread, Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metrion.semantic.plan.answer import Broadcast
    from metrion.semantic.plan.rows import Among, Join, Landing, Paired, Reach, Rows

    Over = Join | Among | Paired | Reach | Filter | Landing | Window | Span | Snapshot


def aggregates_of_rows(plan: Sort) -> dict[str, Aggregate]:
    """Return the aggregates of a plan that stand right on the rows of a dataset, by name."""
    return {one.name: one for one in _of_project(plan.input)}


def _of_project(project: Project) -> Iterator[Aggregate]:
    inputs = (project.input,) if isinstance(project.input, Aggregate) else project.input.inputs
    for one in inputs:
        yield from _of_part(one)
    for broadcast in project.broadcasts:
        if isinstance(broadcast.source, Project):
            yield from _of_project(broadcast.source)
        else:
            yield from _of_part(broadcast.source)


def _of_part(part: Aggregate | Members) -> Iterator[Aggregate]:
    if isinstance(part, Members):
        for source in (*part.sources, *part.periods.sources):
            yield from _of_part(source)
        return
    node: Rows | Aggregate | Project | Matched = part.input
    while not isinstance(node, (Scan, Aggregate, Project, Matched)):
        if isinstance(node, (Window, Span, Spread)):
            for source in node.periods.sources:
                yield from _of_part(source)
        node = node.input
    if isinstance(node, Scan):
        yield part
    elif isinstance(node, Aggregate):
        yield from _of_part(node)
    elif isinstance(node, Project):
        yield from _of_project(node)


class Rewriter:
    """Puts other aggregates in the place of those with their names."""

    def __init__(self, others: Mapping[str, Aggregate]) -> None:
        self._parts: dict[str, Aggregate] = dict(others)
        self._periods: dict[str, Periods] = {}

    def sort(self, plan: Sort) -> Sort:
        """Return the plan with the others in place."""
        return replace(plan, input=self._project(plan.input))

    def _project(self, project: Project) -> Project:
        below = project.input
        source = self._aggregate(below) if isinstance(below, Aggregate) else self._align(below)
        return replace(project, input=source, broadcasts=tuple(map(self._broadcast, project.broadcasts)))

    def _broadcast(self, broadcast: Broadcast) -> Broadcast:
        of = broadcast.source
        return replace(broadcast, source=self._project(of) if isinstance(of, Project) else self._aggregate(of))

    def _align(self, align: Align) -> Align:
        inputs = (self._aggregate(one) if isinstance(one, Aggregate) else self._members(one) for one in align.inputs)
        return replace(align, inputs=tuple(inputs))

    def _members(self, members: Members) -> Members:
        sources = tuple(map(self._aggregate, members.sources))
        return replace(members, periods=self._of_periods(members.periods), sources=sources)

    def _of_periods(self, periods: Periods) -> Periods:
        if periods.name not in self._periods:
            sources = tuple(map(self._aggregate, periods.sources))
            self._periods[periods.name] = replace(periods, sources=sources)
        return self._periods[periods.name]

    def _aggregate(self, aggregate: Aggregate) -> Aggregate:
        if aggregate.name not in self._parts:
            below = aggregate.input
            if isinstance(below, Project):
                aggregate = replace(aggregate, input=self._project(below))
            elif isinstance(below, Aggregate):
                aggregate = replace(aggregate, input=self._aggregate(below))
            elif not isinstance(below, Matched):
                aggregate = replace(aggregate, input=self._rows(below))
            self._parts[aggregate.name] = aggregate
        return self._parts[aggregate.name]

    def _rows(self, node: Rows) -> Rows:
        if isinstance(node, Scan):
            return node
        if isinstance(node, Spread):
            return replace(node, input=self._aggregate(node.input), periods=self._of_periods(node.periods))
        below = node.input
        found = self._aggregate(below) if isinstance(below, Aggregate) else self._rows(below)
        return self._over(node, found)

    def _over(self, node: Over, found: Rows | Aggregate) -> Rows:
        if isinstance(node, Filter):
            return replace(node, input=found)
        if isinstance(node, Window):
            return replace(node, input=found, periods=self._of_periods(node.periods))
        if isinstance(found, Aggregate):
            message = "only filters and windows stand on an aggregate"
            raise TypeError(message)
        if isinstance(node, Span):
            return replace(node, input=found, periods=self._of_periods(node.periods))
        if isinstance(node, Snapshot) and node.window is not None:
            window = replace(node.window, periods=self._of_periods(node.window.periods))
            return replace(node, input=found, window=window)
        return replace(node, input=found)
