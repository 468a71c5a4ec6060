"""Datasets that are written as one SELECT over other datasets: checked, and bound to what the asker may see.

The text is parsed; only a query comes through, its functions are those of an allow-list, and every table that it names
is a dataset of the catalogue, which is replaced by that dataset's visible rows.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from metrion.semantic.errors import ForbiddenColumn, SqlNotAllowed
from metrion.semantic.plan.rows import Written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.semantic.frame import World
    from metrion.semantic.plan.rows import Scan
    from metrion.semantic.plan.terms import Term

_FORBIDDEN: Final = (
    exp.Command,
    exp.DDL,
    exp.DML,
    exp.Into,
    exp.Lateral,
    exp.Parameter,
    exp.Placeholder,
    exp.Pragma,
    exp.Set,
    exp.TableFromRows,
)
_NAMED: Final = frozenset(
    [
        "abs",
        "arg_max",
        "arg_min",
        "bool_and",
        "bool_or",
        "ceil",
        "ceiling",
        "contains",
        "current_date",
        "date_diff",
        "date_part",
        "date_sub",
        "date_trunc",
        "datediff",
        "dayname",
        "dayofmonth",
        "dayofweek",
        "dayofyear",
        "ends_with",
        "epoch",
        "even",
        "exp",
        "first",
        "floor",
        "generate_series",
        "greatest",
        "hash",
        "hour",
        "if",
        "isodow",
        "isoyear",
        "last",
        "last_day",
        "least",
        "left",
        "length",
        "ln",
        "log",
        "lower",
        "lpad",
        "ltrim",
        "make_date",
        "md5",
        "median",
        "minute",
        "mod",
        "mode",
        "month",
        "nullif",
        "position",
        "power",
        "quantile_cont",
        "quantile_disc",
        "quarter",
        "range",
        "regexp_extract",
        "regexp_matches",
        "regexp_replace",
        "replace",
        "reverse",
        "right",
        "round",
        "rpad",
        "rtrim",
        "second",
        "sign",
        "split_part",
        "sqrt",
        "starts_with",
        "strftime",
        "string_agg",
        "strlen",
        "strpos",
        "strptime",
        "substr",
        "substring",
        "time_bucket",
        "trim",
        "trunc",
        "try_strptime",
        "unnest",
        "upper",
        "week",
        "weekofyear",
        "year",
    ]
)
"""Functions that sqlglot has no class for, or that stay as they are written."""
_UNSAFE: Final = frozenset(
    [
        "read_csv",
        "read_parquet",
        "read_json",
        "read_text",
        "read_blob",
        "glob",
        "getenv",
        "current_setting",
        "query",
        "query_table",
        "parquet_scan",
        "sniff_csv",
        "duckdb_settings",
    ]
)


def written(sql: str, world: World) -> Written:
    """Return the query with the scans that its tables stand for. Raises `SqlNotAllowed`, `UnknownName`."""
    from metrion.semantic.frame import Frame  # noqa: PLC0415 - a dataset may be written over others

    select = checked(sql)
    own = {cte.alias for cte in select.find_all(exp.CTE)}
    if taken := next((name for name in sorted(own) if world.catalogue.has("dataset", name)), None):
        raise SqlNotAllowed(what=f"WITH {taken}")
    reads: dict[str, tuple[str, Scan, tuple[tuple[str, Term], ...]]] = {}
    for name in tables_of(select):
        frame = Frame(name, world)
        _require_open(select, name, world)
        columns = [column.name for column in world.catalogue.dataset(name).columns]
        offered = [column for column in columns if (name, column) not in world.scope.hidden_columns]
        reads[name] = (name, frame.scan, tuple((column, frame.own(column)) for column in offered))
    return Written(_apart(select, own), tuple(reads.values()))


def _require_open(select: exp.Query, dataset: str, world: World) -> None:
    """Raise `ForbiddenColumn` where the query may use a column of the dataset that is hidden from the asker."""
    hidden = {column for of, column in world.scope.hidden_columns if of == dataset}
    if not hidden:
        return
    used = {column.name for column in select.find_all(exp.Column)}
    if found := next(iter(sorted(hidden & used)), None):
        raise ForbiddenColumn(field=found)
    if any(not isinstance(star.parent, exp.Count) for star in select.find_all(exp.Star)):
        raise ForbiddenColumn(field=min(hidden))


def _apart(select: exp.Query, own: set[str]) -> exp.Query:
    """Return the query with its CTEs under names that nothing else in the engine has.

    Where such a name is used out of its scope, it then means nothing, instead of some table that the asker may not see.
    """
    if not own:
        return select
    apart = select.copy()
    for cte in apart.find_all(exp.CTE):
        cte.set("alias", _renamed(cte.args["alias"], f"written {cte.alias}"))
    for table in list(apart.find_all(exp.Table)):
        if table.name in own:
            alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(table.name, quoted=True))
            table.replace(exp.Table(this=exp.to_identifier(f"written {table.name}", quoted=True), alias=alias))
    return apart


def _renamed(alias: exp.TableAlias, name: str) -> exp.TableAlias:
    return exp.TableAlias(this=exp.to_identifier(name, quoted=True), columns=alias.args.get("columns"))


@lru_cache(maxsize=256)
def checked(sql: str) -> exp.Query:
    """Return the parsed query. Raises `SqlNotAllowed` with what is not allowed."""
    try:
        statements = [one for one in sqlglot.parse(sql, dialect="duckdb") if one is not None]
    except SqlglotError as fault:
        raise SqlNotAllowed(what=str(fault).splitlines()[0] if str(fault) else "?") from fault
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise SqlNotAllowed(what="; ".join(type(one).__name__.upper() for one in statements) or "?")
    for node in statements[0].walk():
        if (what := _forbidden(node)) is not None:
            raise SqlNotAllowed(what=what)
    return statements[0]


def _forbidden(node: exp.Expr) -> str | None:
    if isinstance(node, _FORBIDDEN):
        return node.key.upper()
    if isinstance(node, exp.Anonymous) and node.name.lower() not in _NAMED:
        return node.name
    if isinstance(node, exp.Func) and node.sql_name().lower() in _UNSAFE:
        return node.sql_name()
    if isinstance(node, exp.Table) and not isinstance(node.this, exp.Identifier):
        return node.sql("duckdb")
    if isinstance(node, exp.Table) and (node.db or node.catalog):
        return node.sql("duckdb")
    return None


def tables_of(select: exp.Query) -> Iterator[str]:
    """Yield the datasets that a query reads, each once; its own CTEs are none."""
    own = {cte.alias for cte in select.find_all(exp.CTE)}
    yield from dict.fromkeys(table.name for table in select.find_all(exp.Table) if table.name not in own)
