"""The promises that joins make, as statements: one key that stands in more than one row breaks them.

In a history a key may stand in several rows, but not in two that are true at the same time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from metrion.semantic.frame import Frame, World
from metrion.semantic.scope import DataScope
from metrion.semantic.sql.conditions import conjunction, settled
from metrion.semantic.sql.dialects import dialect_of
from metrion.semantic.sql.nodes import column, named, quoted
from metrion.semantic.sql.rows import RowWriter
from metrion.semantic.sql.terms import Parameters, Terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import Code
    from metrion.semantic.sql.nodes import Node
    from metrion.semantic.sql.terms import Parameter


@dataclass(frozen=True, slots=True)
class Promise:
    """These columns of a dataset are unique; `relationship` is what rests on it."""

    dataset: Code
    columns: tuple[str, ...]
    relationship: Code


def breach(
    promise: Promise, catalogue: Catalogue, tables: Mapping[Code, str], dialect: str = "duckdb"
) -> tuple[str, tuple[Parameter, ...]]:
    """Return the statement for a key that breaks the promise: no row where it is kept.

    It looks at all rows, those that the asker cannot see included; rows with a NULL part join to nothing.
    """
    world = World(catalogue, DataScope(), tables, {}, {})
    frame = Frame(promise.dataset, world, governed=False, alias="rows")
    terms = Terms(Parameters(), dialect_of(dialect))
    keys = [named(terms.of(frame.own(name)), f"key {i}") for i, name in enumerate(promise.columns)]
    clauses = RowWriter(terms).clauses(frame.scan)
    validity = catalogue.dataset(promise.dataset).validity
    if validity is None:
        rows = clauses.select([*keys])
        select = _repeated(rows, len(keys))
    else:
        start, end = (terms.of(frame.own(name)) for name in (validity.start, validity.end))
        rows = clauses.select([*keys, named(start, "start"), named(end, "end")])
        select = _overlapping(rows, len(keys))
    return select.sql(dialect, copy=False), settled(terms.parameters.values, ())


def _repeated(rows: exp.Select, keys: int) -> exp.Select:
    names: list[Node] = [column("keys", f"key {i}") for i in range(keys)]
    twice = exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal(this="1", is_string=False))
    return exp.Select(
        expressions=[*names],
        from_=exp.From(this=_subquery(rows, "keys")),
        where=exp.Where(this=conjunction([_present(name.copy()) for name in names])),
        group=exp.Group(expressions=[name.copy() for name in names]),
        having=exp.Having(this=twice),
        limit=exp.Limit(expression=exp.Literal(this="1", is_string=False)),
    )


def _overlapping(rows: exp.Select, keys: int) -> exp.Select:
    names: list[Node] = [column("keys", f"key {i}") for i in range(keys)]
    order = exp.Order(expressions=[exp.Ordered(this=column("keys", "start"))])
    following = exp.Window(
        this=exp.Anonymous(this="LEAD", expressions=[column("keys", "start")]),
        partition_by=[name.copy() for name in names],
        order=order,
        over="OVER",
    )
    inner = exp.Select(
        expressions=[*names, named(column("keys", "end"), "end"), named(following, "next")],
        from_=exp.From(this=_subquery(rows, "keys")),
        where=exp.Where(this=conjunction([_present(name.copy()) for name in names])),
    )
    end, after = column("histories", "end"), column("histories", "next")
    beyond = exp.Paren(
        this=exp.Or(this=exp.Is(this=end, expression=exp.Null()), expression=exp.GT(this=end.copy(), expression=after))
    )
    return exp.Select(
        expressions=[column("histories", f"key {i}") for i in range(keys)],
        from_=exp.From(this=_subquery(inner, "histories")),
        where=exp.Where(this=conjunction([_present(after.copy()), beyond])),
        limit=exp.Limit(expression=exp.Literal(this="1", is_string=False)),
    )


def _present(node: Node) -> Node:
    return exp.Not(this=exp.Is(this=node, expression=exp.Null()))


def _subquery(select: exp.Query, alias: str) -> exp.Subquery:
    return exp.Subquery(this=select, alias=exp.TableAlias(this=quoted(alias)))
