"""Names, columns, tables and unions as SQL nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterable

Node = exp.Expression


def quoted(name: str) -> exp.Identifier:
    """Return an identifier that may hold anything."""
    return exp.Identifier(this=name, quoted=True)


def column(source: str, name: str) -> exp.Column:
    """Return `"source"."name"`."""
    return exp.Column(this=quoted(name), table=quoted(source))


def named(node: Node, name: str) -> exp.Alias:
    """Return `node AS "name"`."""
    return exp.Alias(this=node, alias=quoted(name))


def table(path: str, alias: str) -> exp.Table:
    """Return a table by its dotted path, whose parts may be quoted already."""
    parts = [quoted(part) for part in split_path(path)]
    places = dict(zip(("this", "db", "catalog"), reversed(parts), strict=False))
    return exp.Table(**places, alias=exp.TableAlias(this=quoted(alias)))


def from_part(name: str) -> exp.From:
    """Return the FROM of a part of the statement."""
    return exp.From(this=exp.Table(this=quoted(name)))


def split_path(path: str) -> list[str]:
    """Return the parts of `schema.table` or `"sch""ema"."ta.ble"`."""
    parts, current, inside, i = [], "", False, 0
    while i < len(path):
        letter = path[i]
        if letter == '"' and inside and path[i + 1 : i + 2] == '"':
            current, i = current + '"', i + 1
        elif letter == '"':
            inside = not inside
        elif letter == "." and not inside:
            parts.append(current)
            current = ""
        else:
            current += letter
        i += 1
    return [*parts, current]


def written_path(parts: Iterable[str]) -> str:
    """Return the one way in which a path of these parts is written: quoted only where it must be."""
    return ".".join(
        part if part and not set(part) & set('".') else '"' + part.replace('"', '""') + '"' for part in parts
    )


def union(branches: list[exp.Query], *, distinct: bool) -> exp.Query:
    """Return the union. One branch that must be distinct is a SELECT DISTINCT."""
    result = branches[0]
    if len(branches) == 1 and distinct:
        result.set("distinct", exp.Distinct())
    for branch in branches[1:]:
        result = exp.Union(this=result, expression=branch, distinct=distinct)
    return result
