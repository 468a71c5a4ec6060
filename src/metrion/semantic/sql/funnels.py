"""A funnel in SQL: base events, the events of each step, and which goes to which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from metrion.semantic.calendar import Move
from metrion.semantic.funnel import VALUE
from metrion.semantic.sql.conditions import conjunction
from metrion.semantic.sql.nodes import column, named, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.semantic.plan import Matched, Step, Term
    from metrion.semantic.sql.nodes import Node
    from metrion.semantic.sql.rows import RowWriter
    from metrion.semantic.sql.terms import Terms

AT = "metrion at"
PLACE = "metrion place"
BASE = "metrion base"
EVENT = "metrion event"
"""Numbers of rows: each part is read once, so that they hold."""


class FunnelWriter:
    """Writes the parts of one funnel."""

    def __init__(self, terms: Terms, rows: RowWriter) -> None:
        self._terms = terms
        self._rows = rows

    def parts(self, matched: Matched) -> Iterator[tuple[str, exp.Query]]:
        """Yield the parts in their order; the last has the name of the node."""
        base = f"{matched.name} base"
        columns: list[Node] = [named(self._terms.of(term), name) for name, term in matched.by]
        of_base = matched.base.value if matched.counts == "base" else None
        if of_base is not None:
            columns.append(named(self._terms.of(of_base), VALUE))
        yield base, self._events(matched.base, [*columns, _numbered(BASE)])
        before = base
        for place, step in enumerate(matched.steps, start=1):
            events = f"{matched.name} step {place}"
            last = place == len(matched.steps)
            own = step.value if last and matched.counts == "steps" else None
            value: list[Node] = [] if own is None else [named(self._terms.of(own), VALUE)]
            yield events, self._events(step, [*value, _numbered(EVENT)])
            met = f"{matched.name} met {place}"
            later = matched.later[place - 1]
            yield met, self._met(matched, before, events, step, with_value=bool(value), later=later)
            before = met
        yield matched.name, self._last(matched, before)

    def _events(self, step: Step, columns: list[Node]) -> exp.Select:
        more: list[Node] = [named(self._terms.of(step.at), AT)]
        more += [named(self._terms.of(term), name) for name, term in _identity(step)]
        return self._rows.clauses(step.rows).select([*columns, *more])

    def _met(
        self, matched: Matched, before: str, events: str, step: Step, *, with_value: bool, later: bool
    ) -> exp.Select:
        """Return each event of a step with the last event before it of the same entity, if there is one."""
        names = [*(name for name, _ in matched.by), BASE]
        if matched.counts == "base" and matched.base.value is not None:
            names.append(VALUE)
        kept: list[Node] = [named(column(before, name), name) for name in names]
        kept.append(named(column(events, AT), AT))
        kept += [named(column(events, name), name) for name, _ in _identity(step)]
        if with_value:
            kept.append(named(column(events, VALUE), VALUE))
        on: list[Node] = [
            exp.EQ(this=column(events, name), expression=column(before, name)) for name, _ in _identity(step)
        ]
        on.append((exp.LT if later else exp.LTE)(this=column(before, AT), expression=column(events, AT)))
        if isinstance(matched.window, Move):
            move = matched.window
            earliest = self._terms.dialect.plus(column(events, AT), -move.count, move.unit)
            on.append(exp.GT(this=column(before, AT), expression=earliest))
        # Of base events at the same moment one is taken by its groups, so that equal questions give equal numbers.
        order = [exp.Ordered(this=column(before, AT), desc=True, nulls_first=False)]
        order += [
            exp.Ordered(this=column(before, name), nulls_first=False)
            for name in (*(name for name, _ in matched.by), BASE)
        ]
        partition: list[Node] = [column(events, EVENT)]
        place = exp.Window(
            this=exp.RowNumber(), partition_by=partition, order=exp.Order(expressions=order), over="OVER"
        )
        pairs = exp.Select(
            expressions=[*kept, named(place, PLACE)],
            from_=exp.From(this=exp.Table(this=quoted(events))),
            joins=[exp.Join(this=exp.Table(this=quoted(before)), kind="INNER", on=conjunction(on))],
        )
        first = exp.EQ(this=column("pairs", PLACE), expression=exp.Literal(this="1", is_string=False))
        return exp.Select(
            expressions=[exp.Column(this=exp.Star(), table=quoted("pairs"))],
            from_=exp.From(this=exp.Subquery(this=pairs, alias=exp.TableAlias(this=quoted("pairs")))),
            where=exp.Where(this=first),
        )

    def _last(self, matched: Matched, met: str) -> exp.Select:
        """Return one row for each conversion."""
        keys = [name for name, _ in matched.by]
        if matched.counts == "steps":
            return exp.Select(expressions=[exp.Star()], from_=exp.From(this=exp.Table(this=quoted(met))))
        names = [*keys, BASE, *([VALUE] if matched.base.value is not None else [])]
        select = exp.Select(
            expressions=[named(column(met, name), name) for name in names],
            from_=exp.From(this=exp.Table(this=quoted(met))),
        )
        select.set("distinct", exp.Distinct())
        return select


def _numbered(name: str) -> Node:
    return named(exp.Window(this=exp.RowNumber(), over="OVER"), name)


def _identity(step: Step) -> list[tuple[str, Term]]:
    named_terms = [(f"metrion entity {i}", term) for i, term in enumerate(step.entity)]
    return [*named_terms, *((f"metrion constant {i}", term) for i, term in enumerate(step.constants))]
