"""Joins as N:1 relationships. Measured backwards, a row counts once in each group: Cube counts by primary keys too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from metrion.interchange.cube.columns import DIALECT, written
from metrion.interchange.cube.template import Member
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.expressions import parsed
from metrion.semantic.model import ColumnPair, RelationshipDef

if TYPE_CHECKING:
    from metrion.interchange.cube.model import Join
    from metrion.interchange.cube.names import Work
    from metrion.interchange.cube.tables import Table, Tables
    from metrion.interchange.cube.template import Template

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """N:1 from a cube to another: pairs of columns."""

    many: str
    one: str
    pairs: Pairs
    join: Join


def relate(work: Work, tables: Tables) -> None:
    """Find the relations of all joins, the keys that they ask for, and put the relationships."""
    for table in tables.all():
        table.key = _declared_key(table, tables)
    found: dict[tuple[str, str], Relation] = {}
    for table in tables.all():
        for join in table.cube.joins:
            try:
                relation = _relation(table.cube.name, join, work, tables)
            except NotExpressible as refusal:
                work.losses.refused(str(join.place), refusal.reason)
                continue
            twin = found.get((relation.one, relation.many))
            if twin is None or join.relationship != "one_to_one":
                found.setdefault((relation.many, relation.one), relation)
    _settle_keys(found, work, tables)
    for relation in found.values():
        tables.table(relation.many).pairs[relation.one] = relation.pairs
    for relation in found.values():
        work.put(_relationship(relation, work, tables))


def role(many: str, one: str, work: Work, tables: Tables) -> str | None:
    """Return the role of a relationship: it has one where another way leads to the same cube."""
    for step in tables.table(many).pairs:
        if step != one and (step == many or one in (tables.way(step, one) or ())):
            return work.codes.of("relationship", f"{many} {one}", f"{many}_{one}")
    return None


def _relationship(relation: Relation, work: Work, tables: Tables) -> RelationshipDef:
    return RelationshipDef(
        code=work.codes.of("relationship", f"{relation.many} {relation.one}", f"{relation.many}_{relation.one}"),
        domain=work.domain,
        from_dataset=tables.table(relation.many).code,
        to_dataset=tables.table(relation.one).code,
        columns=tuple(ColumnPair(many=many, one=one) for many, one in relation.pairs),
        role=role(relation.many, relation.one, work, tables),
        backwards="once",
    )


def _declared_key(table: Table, tables: Tables) -> tuple[str, ...]:
    try:
        return tuple(tables.column(Member(table.cube.name, each)) for each in table.cube.primary_key)
    except NotExpressible:
        return ()


def _relation(cube: str, join: Join, work: Work, tables: Tables) -> Relation:
    other = join.name
    told = work.template(join.sql, cube)
    tree = parsed(told.sql, DIALECT)
    pairs = tuple(_pair(test, told, cube, other, tables) for test in _tests(tree))
    backwards = tuple((theirs, mine) for mine, theirs in pairs)
    if join.relationship == "many_to_one":
        return Relation(cube, other, pairs, join)
    if join.relationship == "one_to_many":
        return Relation(other, cube, backwards, join)
    theirs = {right for _, right in pairs}
    other_key = tables.table(other).key
    mine_key = tables.table(cube).key
    if not theirs.issuperset(other_key) and {left for left, _ in pairs}.issuperset(mine_key) and mine_key:
        return Relation(other, cube, backwards, join)
    return Relation(cube, other, pairs, join)


def _tests(tree: exp.Expression) -> list[exp.Expression]:
    while isinstance(tree, exp.Paren):
        tree = tree.this
    return [*_tests(tree.this), *_tests(tree.expression)] if isinstance(tree, exp.And) else [tree]


def _pair(test: exp.Expression, told: Template, cube: str, other: str, tables: Tables) -> tuple[str, str]:
    if not isinstance(test, exp.EQ):
        raise NotExpressible(zh="不是相等的关联条件", en="a join by something else than equal columns")
    sides = [_side(side, told, tables) for side in (test.this, test.expression)]
    found = dict(sides)
    if set(found) != {cube, other} or len(sides) != len(found):
        raise NotExpressible(zh="关联条件须连接两个立方体的列", en="a join that does not pair columns of the two cubes")
    return found[cube], found[other]


def _side(node: exp.Expression, told: Template, tables: Tables) -> tuple[str, str]:
    """Return the cube of one side of an equality and its column there, computed where it is an expression."""
    while isinstance(node, exp.Paren):
        node = node.this
    cubes = {told.meaning(written(column)).cube for column in node.find_all(exp.Column)}
    if len(cubes) != 1:
        raise NotExpressible(zh="关联条件的一侧不是一个立方体的列", en="a side of a join that is no column of one cube")
    cube = cubes.pop()
    if isinstance(node, exp.Column):
        found = told.meaning(written(node))
        if isinstance(found, Member):
            return cube, tables.column(found)
        return cube, tables.raw(found)
    return cube, tables.key_column(cube, node, told)


def _settle_keys(found: dict[tuple[str, str], Relation], work: Work, tables: Tables) -> None:
    """Give each joined cube the key that its joins ask for; leave out joins that ask for another."""
    for table in tables.all():
        asked = {
            key: frozenset(one for _, one in each.pairs) for key, each in found.items() if key[1] == table.cube.name
        }
        if not asked or all(columns.issuperset(table.key) and table.key for columns in asked.values()):
            continue
        wanted = set(asked.values())
        if len(wanted) == 1:
            if table.key:
                work.losses.changed(
                    str(table.cube.place),
                    "主键改为关联所用的列。",
                    "The key is now that by which it is joined.",
                )
            table.key = tuple(sorted(wanted.pop()))
            continue
        for key, columns in asked.items():
            if not table.key or not columns.issuperset(table.key):
                relation = found.pop(key)
                reason = NotExpressible(zh="按主键以外的列的 N:1 关联", en="an N:1 join by something else than the key")
                work.losses.refused(str(relation.join.place), reason.reason)
