"""A plan as text for people: one line for each node, with what one of its rows is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.semantic.calendar import Move
from metrion.semantic.look import Leaping, Lookback, Point
from metrion.semantic.plan import (
    Aggregate,
    Align,
    Filter,
    Join,
    Landing,
    Matched,
    Members,
    Moved,
    Paired,
    Project,
    Reach,
    Scan,
    Snapshot,
    Sort,
    Span,
    Spread,
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.semantic.look import Back, Look
    from metrion.semantic.plan import Rows

    Node = Sort | Project | Align | Members | Aggregate | Matched | Rows


def explain(plan: Sort) -> str:
    """Return the plan as an indented tree, the last step first."""
    return "\n".join(_lines(plan, 0))


def _lines(node: Node, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}{_words(node)}  [one row: {node.grain}]"
    for below in _below(node):
        yield from _lines(below, depth + 1)


def _below(node: Node) -> tuple[Node, ...]:
    match node:
        case Align(inputs=inputs):
            return inputs
        case Scan(table=Project() as inner):
            return (inner,)
        case Scan() | Members():
            return ()
        case Matched(base=base, steps=steps):
            return (base.rows, *(step.rows for step in steps))
        case Project(broadcasts=broadcasts):
            return (node.input, *(broadcast.source for broadcast in broadcasts))
        case _:
            return (node.input,)


def _words(node: Node) -> str:
    match node:
        case Sort(order=order, limit=limit):
            keys = ", ".join(f"{name} desc" if descending else name for name, descending, _ in order)
            cut = "" if limit is None else f", first {limit}"
            words = f"Sort by {keys or 'nothing'}{cut}"
        case Project(values=values, stages=stages, where=where):
            inner = [value.name for stage in stages for value in stage]
            kept = f" where {where}" if where else ""
            words = f"Project {', '.join([*inner, *(value.name for value in values)])}{kept}"
        case Align():
            words = "Align"
        case Members(periods=periods):
            words = f"Members of every {periods.grain}"
        case Aggregate():
            words = _aggregate(node)
        case Matched(counts=counts, window=window):
            within = f" within {window.count} {window.unit}" if isinstance(window, Move) else ""
            words = f"Match events{within}, counting {counts}"
        case _:
            words = _row_words(node)
    return words


def _aggregate(node: Aggregate) -> str:
    moved = [f"{name} on {term}" for name, term in node.by if _is_moved(term)]
    by = f" by {', '.join(moved)}" if moved else ""
    return f"Aggregate {node.name!r}: {', '.join(map(str, node.measures)) or 'keys only'}{by}"


def _is_moved(term: object) -> bool:
    return isinstance(term, Moved) or isinstance(getattr(term, "of", None), Moved)


def _row_words(node: Rows) -> str:  # noqa: C901 - one for each kind of node
    match node:
        case Scan(dataset=dataset, visible=visible):
            words = f"Scan {dataset}" + ("" if visible is None else f" visible by {visible.condition}")
        case Join(right=right, link=link):
            hidden = "" if right.visible is None else f" visible by {right.visible.condition}"
            valid = "" if link.at is None else f" as of {link.at}"
            words = f"Join {right.alias} along {link.relationship}{valid}{hidden}"
        case Paired(calendar=calendar):
            words = f"Pair with every day of {calendar.dataset}"
        case Reach(joins=joins, groups=groups):
            way = ", ".join(link.relationship for _, link in joins)
            words = f"Reach {', '.join(name for name, _ in groups) or 'nothing but a condition'} along {way}"
        case Filter(predicates=predicates):
            words = f"Filter {'; '.join(map(str, predicates))}"
        case Landing(at=at, how=how):
            words = f"Land {at} by {_way(how)}"
        case Window(look=look):
            words = f"Window {_look(look)}"
        case Span(look=look):
            words = f"Span {_look(look)}"
        case Spread(periods=periods):
            words = f"Spread over each {periods.grain} of the span"
        case Snapshot(take=take, within=within):
            words = f"Snapshot {take} within {', '.join(map(str, within)) or 'everything'}"
    return words


def _way(how: object) -> str:
    return f"{how.count} {how.unit}" if isinstance(how, Move) else f"a calendar, {getattr(how, 'level', '')}"


def _look(look: Look) -> str:
    words = []
    extent = look.extent
    if extent is not None:
        words += ["everything before"] if extent.open_start else []
        words += [f"{extent.to_date} to date"] if extent.to_date else []
        words += [f"trailing {extent.trailing.count} {extent.trailing.unit}"] if extent.trailing else []
        words += [f"leading {extent.leading.count} {extent.leading.unit}"] if extent.leading else []
        words += ["everything after"] if extent.open_end else []
    return ", ".join([*words, *(_back(back) for back in look.backs)])


def _back(back: Back) -> str:
    match back:
        case Move(count=count, unit=unit):
            return f"{count} {unit} earlier"
        case Lookback(move=move):
            return f"looking back {move.count} {move.unit}"
        case Point(level=level):
            return f"at the start of the {level}"
        case Leaping(shift=shift):
            return f"{shift.count} {shift.unit} earlier by the calendar"
