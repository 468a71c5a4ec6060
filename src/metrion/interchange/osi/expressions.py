"""SQL of an OSI file as trees, and what kind of expression a tree is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.expressions import parsed
from metrion.interchange.osi.errors import BadExpression, DeferredFrame, NestedWindow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metrion.interchange.osi.document import Dialects

_READ_AS: Final[Mapping[str, str]] = {
    "OSI_SQL_2026": "snowflake",
    "OSSIE_SQL_2026": "snowflake",
    "ANSI_SQL": "snowflake",
    "SNOWFLAKE": "snowflake",
    "DATABRICKS": "databricks",
    "BIGQUERY": "bigquery",
}
"""Dialects that are read here, the preferred ones first. The standard's own has Snowflake's functions."""
_DEFAULT: Final = "OSI_SQL_2026"
_WRAPPED: Final = (exp.Filter, exp.WithinGroup)
_UNTYPED: Final = frozenset({"LISTAGG", "STRING_AGG", "ARRAY_AGG", "GROUP_CONCAT"})


def normal(name: str) -> str:
    """Return a name by which equal names are equal: plain ones in any case, quoted ones as they are."""
    text = name.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('""', '"')
    return text.upper()


def unquoted(name: str) -> str:
    """Return a name as people read it."""
    text = name.strip()
    return normal(text) if text[:1] == '"' else text


def normal_of(identifier: exp.Identifier | None) -> str:
    """Return the same for a name in a tree."""
    if identifier is None:
        return ""
    return str(identifier.this) if identifier.quoted else str(identifier.this).upper()


def reference(column: exp.Column) -> tuple[str, str]:
    """Return dataset (empty where none is written) and name of a reference."""
    table = column.args.get("table")
    return normal_of(table), normal_of(column.this if isinstance(column.this, exp.Identifier) else None)


def tree_of(expression: Dialects, of_the_file: str, place: str) -> exp.Expression:
    """Return the tree of an expression in the first of its dialects that is read here; raises `BadExpression`."""
    written = {each.dialect.upper() or of_the_file.upper() or _DEFAULT: each.expression for each in expression.dialects}
    dialect = next((name for name in _READ_AS if name in written), None)
    if dialect is None:
        names = ", ".join(written)
        raise BadExpression(
            place, reason_zh=f"不支持表达式的方言 {names}", reason_en=f"no expression in a dialect of SQL, only {names}"
        )
    return sql_tree(written[dialect], place, _READ_AS[dialect])


def sql_tree(sql: str, place: str, dialect: str = "snowflake") -> exp.Expression:
    """Return the tree of one SQL expression, its frames and windows checked."""
    try:
        tree = parsed(sql, dialect)
    except NotExpressible as refusal:
        raise BadExpression(place, reason_zh=refusal.reason.zh, reason_en=refusal.reason.en) from refusal
    for window in tree.find_all(exp.Window):
        _check_window(window, place)
    if dialect == "snowflake":
        tree = tree.transform(_sunday_is_one)
    return tree


def _sunday_is_one(node: exp.Expression) -> exp.Expression:
    """Return the standard's day of the week, where Sunday is 1."""
    if isinstance(node, exp.DayOfWeek) and not isinstance(node.parent, exp.Add):
        return exp.Add(this=node.copy(), expression=exp.Literal.number(1))
    return node


def _check_window(window: exp.Window, place: str) -> None:
    if any(inner is not window for inner in window.find_all(exp.Window)):
        raise NestedWindow(place)
    frame = window.args.get("spec")
    if not isinstance(frame, exp.WindowSpec):
        return
    bounds = (frame.args.get("start"), frame.args.get("end"))
    if str(frame.args.get("kind")).upper() == "GROUPS" or not all(_is_bound(bound) for bound in bounds):
        raise DeferredFrame(place)


def _is_bound(bound: object) -> bool:
    return bound is None or isinstance(bound, str) or (isinstance(bound, exp.Literal) and bound.is_int)


def has_window(tree: exp.Expression) -> bool:
    """Tell whether there is a window function anywhere."""
    return tree.find(exp.Window) is not None


def aggregates(tree: exp.Expression) -> Iterator[exp.Expression]:
    """Yield the outermost aggregates with what belongs to them (FILTER, WITHIN GROUP); none of a window function."""
    if isinstance(tree, exp.Window):
        for part in ("partition_by", "order"):
            found = tree.args.get(part)
            for each in found if isinstance(found, list) else [found] if found is not None else []:
                yield from aggregates(each)
        for argument in _arguments(tree.this):
            yield from aggregates(argument)
        return
    if is_aggregate(tree):
        yield tree
        return
    for child in tree.iter_expressions():
        yield from aggregates(child)


def is_aggregate(node: exp.Expression) -> bool:
    """Tell whether a node is an aggregate, not one that a window function uses."""
    if isinstance(node, exp.Anonymous):
        return node.name.upper() in _UNTYPED
    return isinstance(node, (exp.AggFunc, *_WRAPPED))


def _arguments(node: exp.Expression) -> Iterator[exp.Expression]:
    """Yield what a window function works on."""
    inner = node.this if isinstance(node, (exp.IgnoreNulls, exp.RespectNulls)) else node
    yield from inner.iter_expressions()


def core(aggregate: exp.Expression) -> exp.Expression:
    """Return the function of an aggregate without FILTER and WITHIN GROUP."""
    found = aggregate
    while isinstance(found, _WRAPPED):
        found = found.this
    return found


def unwrapped(tree: exp.Expression) -> exp.Expression:
    """Return a tree without the brackets around it."""
    while isinstance(tree, exp.Paren):
        tree = tree.this
    return tree


def columns(tree: exp.Expression) -> Iterator[exp.Column]:
    """Yield every reference of a tree."""
    yield from tree.find_all(exp.Column)
