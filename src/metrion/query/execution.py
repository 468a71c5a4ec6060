"""A planned question run where its data is: the rows, the totals and the subtotals, of one state of the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.base.settings import get_settings
from metrion.engines.answers import shaped
from metrion.integration import reads as integration
from metrion.query.keys import breaches, repeated, require_unique_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from metrion.engines.cancel import CancelToken
    from metrion.engines.engine import Statement
    from metrion.integration.reads import Database
    from metrion.query.world import World
    from metrion.semantic.model import DataType
    from metrion.semantic.prepared import Compiled


@dataclass(frozen=True, slots=True)
class Rows:
    """What the statements of a plan gave. Subtotals are in the order of the plan's."""

    table: pa.Table
    totals: pa.Table | None
    subtotals: tuple[pa.Table, ...]


def run(compiled: Compiled, world: World, cancel: CancelToken | None) -> Rows:
    """Run the statements of a plan. Raises `KeyNotUnique` and the refusals of the engine."""
    statements: list[Statement] = [(compiled.sql, compiled.parameters)]
    if compiled.totals_sql is not None:
        statements.append((compiled.totals_sql, compiled.totals_parameters))
    statements += [(part.sql, part.parameters) for part in compiled.subtotals]
    database = world.source.database
    tables = (
        _in_lake(statements, compiled, world, cancel)
        if database is None
        else _live(database, statements, compiled, world, cancel)
    )
    first = 1 if compiled.totals_sql is None else 2
    return Rows(tables[0], tables[1] if first == 2 else None, tuple(tables[first:]))  # noqa: PLR2004 - rows and totals


def _in_lake(
    statements: list[Statement], compiled: Compiled, world: World, cancel: CancelToken | None
) -> list[pa.Table]:
    """Run them one by one: the versions of the tables never change. Keys are counted once for each version."""
    require_unique_keys(compiled, world)
    engine, timeout = integration.engine(), get_settings().query_timeout
    return [engine.run(sql, parameters, timeout=timeout, cancel=cancel) for sql, parameters in statements]


def _live(
    database: Database, statements: list[Statement], compiled: Compiled, world: World, cancel: CancelToken | None
) -> list[pa.Table]:
    """Run them in one transaction, with the counting of keys: somebody writes meanwhile, and they must agree."""
    promises = list(breaches(compiled, world.catalogue, world.tables, database.dialect))
    asked = [*(statement for _, statement in promises), *statements]
    found = database.engine.together(asked, timeout=get_settings().query_timeout, cancel=cancel)
    for (promise, _), repeats in zip(promises, found, strict=False):
        if repeats.num_rows:
            raise repeated(promise)
    return [
        shaped(table, columns) for table, columns in zip(found[len(promises) :], _columns_of(compiled), strict=True)
    ]


def _columns_of(compiled: Compiled) -> Iterator[list[tuple[str, DataType]]]:
    """Yield names and types of the columns of each statement, in the order of the statements."""
    keys = {column.name: column.type for column in compiled.columns if column.role in {"time", "dimension"}}
    values = [(column.name, column.type) for column in compiled.columns if column.name not in keys]
    yield [(column.name, column.type) for column in compiled.columns]
    if compiled.totals_sql is not None:
        yield values
    for part in compiled.subtotals:
        yield [*((key, keys[key]) for key in part.keys), *values]
