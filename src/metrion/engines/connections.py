"""The databases in which questions can be run where the data is: their kinds, and the engine of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, Protocol

from metrion.engines.engine import Engine
from metrion.engines.mysql import MySQLEngine
from metrion.engines.postgres import PostgresEngine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from metrion.engines.cancel import CancelToken
    from metrion.engines.engine import Address, Statement
    from metrion.semantic.model import DataType

DatabaseKind = Literal["postgres", "mysql"]
"""Also the name of the SQL dialect."""

DATABASE_NAMES: Final[dict[DatabaseKind, str]] = {"postgres": "PostgreSQL", "mysql": "MySQL"}
DEFAULT_PORTS: Final[dict[DatabaseKind, int]] = {"postgres": 5432, "mysql": 3306}
NAME_PARTS: Final[dict[DatabaseKind, int]] = {"postgres": 2, "mysql": 1}
"""How the full name of a table is written: schema and table, or the table of the connection's database."""


class DatabaseEngine(Engine, Protocol):
    """An engine on somebody else's tables, which change while they are read."""

    def together(
        self,
        statements: Sequence[Statement],
        *,
        timeout: float | None = None,
        cancel: CancelToken | None = None,
    ) -> list[pa.Table]:
        """Run several SELECTs on one state of the data, in one transaction that only reads. Raises as `run`."""
        ...

    def tables(self, search: str, limit: int) -> list[tuple[str, ...]]:
        """Return the parts of the names of tables that the account may read and whose name has `search` in it."""
        ...

    def columns(self, table: tuple[str, ...]) -> Mapping[str, tuple[DataType, ...]]:
        """Return the columns of a table with the types that each may be read as; none for a table that is not there.

        A column of a type that the product has no word for has no types.
        """
        ...


def open_engine(kind: DatabaseKind, address: Address, *, time_zone: str = "UTC", timeout: float) -> DatabaseEngine:
    """Return the engine of a database; it connects when it is first asked. Raises `DriverMissing`."""
    match kind:
        case "postgres":
            return PostgresEngine(address, time_zone=time_zone, timeout=timeout)
        case "mysql":
            return MySQLEngine(address, timeout=timeout)
