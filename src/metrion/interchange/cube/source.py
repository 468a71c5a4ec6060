"""Where the rows of a cube are: a table, or a query over tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from metrion.interchange.cube.columns import DIALECT
from metrion.interchange.foreign.codes import code_of
from metrion.interchange.foreign.errors import NotExpressible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.interchange.cube.model import Cube

_FILTER_PARAMS: Final = re.compile(r"\$?\{\s*FILTER_PARAMS(?:\.\w+)+\.filter\(\s*(['\"])[^'\"{}]*\1\s*\)\s*\}")
"""A filter of the question on one member, put on a column inside the query; where there is none, Cube says 1 = 1."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query, and the names of the tables that it reads."""

    select: exp.Query
    tables: tuple[str, ...]

    def written(self, codes: Mapping[str, str]) -> str:
        """Return the query in the words of the lake's engine, over datasets instead of tables."""
        select = self.select.copy()
        own = {cte.alias for cte in select.find_all(exp.CTE)}
        for table in list(select.find_all(exp.Table)):
            if isinstance(table.this, exp.Identifier) and table.name not in own:
                code = exp.to_table(codes[table.name])
                table.replace(exp.alias_(code, table.alias or table.name, table=True))
        return select.sql("duckdb")

    def columns_of(self, table: str) -> frozenset[str]:
        """Return the columns that the query seems to read from a table."""
        aliases = {one.alias_or_name for one in self.select.find_all(exp.Table) if one.name == table}
        alone = len(self.tables) == 1
        return frozenset(
            column.name
            for column in self.select.find_all(exp.Column)
            if column.table in aliases or (alone and not column.table)
        )

    def renames(self, column: str, name: str) -> bool:
        """Tell whether the query gives a column under another name, and nothing else under that name."""
        given = [one.this for one in self.select.find_all(exp.Alias) if one.alias == name]
        plain = [one.this if isinstance(one, exp.Cast) else one for one in given]
        return bool(plain) and all(isinstance(one, exp.Column) and one.name in {column, name} for one in plain)

    @property
    def takes_all(self) -> bool:
        """Tell whether it takes every column of what it reads."""
        return any(self.select.find_all(exp.Star))


def source_of(cube: Cube) -> str | Query:
    """Return the table of a cube, or its query; raises `NotExpressible`."""
    if cube.table:
        return cube.table.rpartition(".")[2].strip('"`')
    sql = _FILTER_PARAMS.sub("TRUE", cube.sql)
    if "{" in sql or not sql:
        raise NotExpressible(zh="立方体的 SQL 含有引用", en="the SQL of the cube with references")
    try:
        select = parse_one(sql, read=DIALECT)
    except (SqlglotError, RecursionError) as refusal:
        raise NotExpressible(zh="立方体的 SQL 无法解析", en="the SQL of the cube, which cannot be read") from refusal
    if not isinstance(select, exp.Query):
        raise NotExpressible(zh="立方体的 SQL 不是查询", en="the SQL of the cube, which is no query")
    if filters_inside(cube):
        _require_rows(select)
        select = _without_true(select)
    if (table := _whole_table(select)) is not None:
        return table
    whole = _divided(_named(_listed(select)))
    own = {cte.alias for cte in whole.find_all(exp.CTE)}
    tables = [one.name for one in whole.find_all(exp.Table) if isinstance(one.this, exp.Identifier)]
    return Query(whole, tuple(dict.fromkeys(name for name in tables if name not in own)))


def filters_inside(cube: Cube) -> bool:
    """Tell whether the query takes filters of questions into itself (`FILTER_PARAMS`)."""
    return not cube.table and _FILTER_PARAMS.search(cube.sql) is not None


def _require_rows(select: exp.Query) -> None:
    """Refuse a query in which a filter may act before rows are made: they are others than those filtered outside."""
    made = (exp.AggFunc, exp.Window, exp.Group, exp.Distinct, exp.Limit, exp.SetOperation, exp.Subquery, exp.CTE)
    if any(select.find_all(*made)):
        raise NotExpressible(
            zh="在汇总之前起作用的筛选（FILTER_PARAMS）",
            en="a filter that acts before rows are added up (FILTER_PARAMS)",
        )


def _without_true(select: exp.Query) -> exp.Query:
    """Return the query without the conditions that are left of filters."""
    for where in list(select.find_all(exp.Where)):
        all_of = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
        left = [each for each in all_of if each != exp.true()]
        if left:
            where.set("this", exp.and_(*left, copy=False))
        else:
            where.pop()
    return select


def table_code(table: str) -> str:
    """Return the table of the lake in which a table of a warehouse is looked for."""
    return code_of(table)


def _whole_table(select: exp.Query) -> str | None:
    """Return the table that a query is nothing but, as `SELECT * FROM orders`."""
    if (
        not isinstance(select, exp.Select)
        or len(select.expressions) != 1
        or not isinstance(select.expressions[0], exp.Star)
    ):
        return None
    source = select.args.get("from_") or select.args.get("from")
    others = {
        key for key, value in select.args.items() if value and key not in {"expressions", "from", "from_", "kind"}
    }
    if (
        source is None
        or others
        or not isinstance(source.this, exp.Table)
        or not isinstance(source.this.this, exp.Identifier)
    ):
        return None
    return str(source.this.name)


def _listed(select: exp.Query) -> exp.Query:
    """Return the query with a series of numbers in the place where this house allows one: among the columns."""
    select = select.copy()
    for table in list(select.find_all(exp.Table)):
        call, alias = table.this, table.args.get("alias")
        if isinstance(call, exp.GenerateSeries | exp.ExplodingGenerateSeries) and isinstance(alias, exp.TableAlias):
            names = alias.columns
            name = names[0].name if names else alias.name
            series = exp.cast(exp.func("unnest", call.copy()), "int")
            table.replace(exp.select(exp.alias_(series, name)).subquery(alias.name))
    return select


def _named(select: exp.Query) -> exp.Query:
    """Return the query with the names that PostgreSQL gives to columns that are merely cast."""
    for one in list(select.find_all(exp.Select)):
        for column in one.expressions:
            if isinstance(column, exp.Cast) and column.this.name:
                column.replace(exp.alias_(column.copy(), column.this.name))
    return select


def _divided(select: exp.Query) -> exp.Query:
    """Return the query with whole numbers divided as PostgreSQL divides them, without a fraction."""
    whole: set[str] = set()
    aliases = [one for one in select.find_all(exp.Alias) if one.alias]
    before = -1
    while before != len(whole):
        before = len(whole)
        whole |= {one.alias for one in aliases if _is_whole(one.this, whole)}
    for division in reversed(list(select.find_all(exp.Div))):  # The inner ones first: a copy is taken.
        if _is_whole(division, whole):
            division.replace(exp.IntDiv(this=division.this.copy(), expression=division.expression.copy()))
    return select


_ARITHMETIC: Final = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.IntDiv)


def _is_whole(node: exp.Expression, names: set[str]) -> bool:
    if isinstance(node, exp.Paren | exp.Neg):
        return _is_whole(node.this, names)
    if isinstance(node, _ARITHMETIC):
        return _is_whole(node.this, names) and _is_whole(node.expression, names)
    if isinstance(node, exp.Case):
        results = [branch.args["true"] for branch in node.args["ifs"]]
        return all(_is_whole(one, names) for one in [*results, node.args.get("default") or exp.Literal.number(0)])
    return _is_plainly_whole(node, names)


def _is_plainly_whole(node: exp.Expression, names: set[str]) -> bool:
    match node:
        case exp.Literal():
            return not node.is_string and str(node.this).isdigit()
        case exp.Column():
            return node.name in names
        case exp.Cast():
            return bool(node.to.is_type("int", "bigint", "smallint"))
        case exp.Window():
            return isinstance(node.this, exp.RowNumber)
    return False
