"""What differs between engines in the statements that we write. One class for each engine; DuckDB is the base."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.semantic.errors import UnknownDialect
from metrion.semantic.sql.dialects.base import Dialect
from metrion.semantic.sql.dialects.clickhouse import ClickHouse
from metrion.semantic.sql.dialects.mysql import MySQL
from metrion.semantic.sql.dialects.postgres import Postgres
from metrion.semantic.sql.dialects.spark import Spark

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIALECTS: Final[Mapping[str, Dialect]] = {
    one.name: one for one in (Dialect(), Postgres(), MySQL(), Spark(), ClickHouse())
}


def dialect_of(name: str) -> Dialect:
    """Return the dialect of an engine. Raises `UnknownDialect`."""
    found = _DIALECTS.get(name)
    if found is None:
        raise UnknownDialect(dialect=name)
    return found


__all__ = ["Dialect", "dialect_of"]
