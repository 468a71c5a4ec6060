"""Conditions of OSI questions: what a condition is on follows from its expression, not from where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from metrion.interchange.foreign.conditions import to_condition
from metrion.interchange.foreign.expressions import to_expression
from metrion.interchange.osi.errors import AggregateInWhere, MixedLevels, RowConditionOnGroups, WindowInWhere
from metrion.interchange.osi.expressions import aggregates, columns, has_window, reference, sql_tree

if TYPE_CHECKING:
    from metrion.interchange.osi.scope import Scope
    from metrion.semantic.condition import Condition
    from metrion.semantic.model import DataType

Level = Literal["rows", "groups", "both", "neither"]


def aggregates_or_windows(tree: exp.Expression) -> bool:
    """Tell whether there is an aggregate or a window function anywhere."""
    return has_window(tree) or any(True for _ in aggregates(tree))


def row_condition(scope: Scope, written: str) -> Condition:
    """Return a condition on rows; refuses one that is on groups."""
    tree = sql_tree(written, "filters")
    if has_window(tree) or any(_is_windowed(scope, column) for column in columns(tree)):
        raise WindowInWhere(name=written)
    level = _level(scope, tree)
    if level in {"groups", "both"}:
        raise (AggregateInWhere if level == "groups" else MixedLevels)(name=written)
    copy = exp.Paren(this=tree.copy())
    types: dict[str, DataType] = {}
    for column in list(columns(copy)):
        table, name = scope.field(column, "filters")
        code = scope.known.dimensions[table, name]
        reading = scope.known.fields.reading(table, name, "filters")
        types[code] = scope.known.fields.columns[reading.dataset].types[reading.column]
        column.replace(_ours(code))
    return to_condition(to_expression(copy.this, str, type_of=types.get), types.get)


def group_condition(scope: Scope, written: str) -> Condition:
    """Return a condition on the columns of the answer; refuses one that is on rows."""
    tree = sql_tree(written, "qualify")
    level = _level(scope, tree)
    if level != "groups":
        raise (MixedLevels if level == "both" else RowConditionOnGroups)(name=written)
    copy = exp.Paren(this=tree.copy())
    for each in [*copy.find_all(exp.Window), *aggregates(copy)]:
        each.replace(_ours(scope.unseen(scope.written_out(each, "qualify"))))
    for column in list(columns(copy)):
        if not column.meta.get("ours"):
            name = reference(column)[1]
            column.replace(_ours(scope.unseen(name) if scope.knows_metric(name) else scope.aliases[name]))
    return to_condition(to_expression(copy.this, str))


def _level(scope: Scope, tree: exp.Expression) -> Level:
    inside = {id(column) for each in aggregates(tree) for column in columns(each)}
    inside |= {id(column) for each in tree.find_all(exp.Window) for column in columns(each)}
    groups, rows = aggregates_or_windows(tree), False
    for column in columns(tree):
        if id(column) not in inside:
            metric = scope.names_metric(column)
            groups, rows = groups or metric, rows or not metric
    if groups:
        return "both" if rows else "groups"
    return "rows" if rows else "neither"


def _is_windowed(scope: Scope, column: exp.Column) -> bool:
    metric = scope.model.metrics.get(reference(column)[1])
    return metric is not None and scope.names_metric(column) and has_window(metric.tree)


def _ours(code: str) -> exp.Column:
    """Return a reference that is ours already."""
    column = exp.column(exp.to_identifier(code, quoted=True))
    column.meta["ours"] = True
    return column
