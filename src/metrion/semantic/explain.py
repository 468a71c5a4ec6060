"""A plan as text for people: one line for each node, with what one of its rows is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.semantic.model import Duration
from metrion.semantic.plan import (
    Aggregate,
    Align,
    Filter,
    Join,
    Members,
    Project,
    Scan,
    Shift,
    Snapshot,
    Sort,
    Span,
    Spread,
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.semantic.calendar import Move
    from metrion.semantic.model import Grain
    from metrion.semantic.plan import Rows


def explain(plan: Sort) -> str:
    """Return the plan as an indented tree, the last step first."""
    return "\n".join(_lines(plan, 0))


def _lines(node: Sort | Project | Align | Members | Aggregate | Rows, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}{_words(node)}  [one row: {node.grain}]"
    for below in _below(node):
        yield from _lines(below, depth + 1)


def _below(
    node: Sort | Project | Align | Members | Aggregate | Rows,
) -> tuple[Project | Align | Members | Aggregate | Rows, ...]:
    match node:
        case Align(inputs=inputs):
            return inputs
        case Scan() | Members():
            return ()
        case _:
            return (node.input,)


def _words(node: Sort | Project | Align | Members | Aggregate | Rows) -> str:
    match node:
        case Sort(order=order, limit=limit):
            keys = ", ".join(f"{name} desc" if descending else name for name, descending in order)
            cut = "" if limit is None else f", first {limit}"
            words = f"Sort by {keys or 'nothing'}{cut}"
        case Project(values=values, stages=stages):
            inner = [value.name for stage in stages for value in stage]
            words = f"Project {', '.join([*inner, *(value.name for value in values)])}"
        case Align():
            words = "Align"
        case Members(periods=periods):
            words = f"Members of every {periods.unit}"
        case Aggregate(name=name, measures=measures):
            words = f"Aggregate {name!r}: {', '.join(map(str, measures)) or 'keys only'}"
        case _:
            words = _row_words(node)
    return words


def _row_words(node: Rows) -> str:
    match node:
        case Scan(dataset=dataset, visible=visible):
            words = f"Scan {dataset}" + ("" if visible is None else f" visible by {visible.condition}")
        case Join(right=right, link=link):
            hidden = "" if right.visible is None else f" visible by {right.visible.condition}"
            words = f"Join {right.alias} along {link.relationship}{hidden}"
        case Filter(predicates=predicates):
            words = f"Filter {'; '.join(map(str, predicates))}"
        case Shift(day=day, moves=moves):
            words = f"Shift {day} by {', '.join(f'{move.count} {move.unit}' for move in moves)}"
        case Window(window=window, moves=moves):
            words = f"Window {_window_words(window, moves)}"
        case Span(window=window, moves=moves):
            words = f"Span {_window_words(window, moves)}"
        case Spread(periods=periods):
            words = f"Spread over each {periods.unit} of the span"
        case Snapshot(take=take, within=within):
            words = f"Snapshot {take} within {', '.join(map(str, within)) or 'everything'}"
    return words


def _window_words(window: Grain | Duration, moves: tuple[Move, ...]) -> str:
    span = f"trailing {window.count} {window.unit}" if isinstance(window, Duration) else f"{window} to date"
    return span + "".join(f", {move.count} {move.unit} earlier" for move in moves)
