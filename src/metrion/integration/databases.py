"""The engines of registered databases, and their tables as they are now."""

from __future__ import annotations

import os
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final, cast

from cryptography.exceptions import InvalidTag

from metrion.base.settings import get_settings
from metrion.base.vault import Vault
from metrion.engines.connections import NAME_PARTS, open_engine
from metrion.engines.engine import Address
from metrion.integration.errors import SecretMissing, no_connection
from metrion.integration.models import Connection
from metrion.semantic.sql.nodes import split_path, written_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.engines.connections import DatabaseEngine, DatabaseKind
    from metrion.semantic.model import DataType

vault: Final = Vault("connections.key", "metrion.integration.connection")


@dataclass(frozen=True, slots=True)
class Database:
    """A registered database, ready to be asked."""

    code: str
    kind: DatabaseKind
    revision: int
    engine: DatabaseEngine

    @property
    def dialect(self) -> str:
        """Return the SQL dialect in which it is asked."""
        return self.kind


@dataclass(frozen=True, slots=True)
class LiveTable:
    """A table of a database as it was found when a question looked at it. It has no versions: it is read as it is."""

    place: str
    """As `DatasetDef.place`."""
    name: str
    """As SQL names it."""
    columns: Mapping[str, tuple[DataType, ...]]
    """Column -> the types that it may be read as."""
    version: str
    """The look in which it was found: the same look, the same columns."""


_open: dict[str, Database] = {}
_lock: Final = Lock()


def database(code: str) -> Database:
    """Return a registered database. Raises `NotFound`, `SecretMissing`, `DriverMissing`; no permission is checked."""
    row = Connection.objects.filter(code=code).first()
    if row is None:
        raise no_connection(code)
    with _lock:
        known = _open.get(code)
        if known is not None and known.revision == row.revision:
            return known
        if known is not None:
            known.engine.close()
        made = _open[code] = Database(code, kind_of(row), row.revision, engine_of(row))
        return made


def forget(code: str) -> None:
    """Close the engine of a connection that is no longer."""
    with _lock:
        known = _open.pop(code, None)
    if known is not None:
        known.engine.close()


def live_table(of: Database, table: str, look: str) -> LiveTable | None:
    """Return a table of the database, None where there is none of that name that the account may read.

    A table has one name: one that is written in another way is not found, so that what guards a table cannot be
    gone round by spelling it differently.
    """
    parts = tuple(split_path(table))
    if len(parts) != NAME_PARTS[of.kind] or written_path(parts) != table:
        return None
    columns = of.engine.columns(parts)
    return LiveTable(f"{of.code}/{table}", table, columns, look) if columns else None


def engine_of(row: Connection) -> DatabaseEngine:
    """Return a new engine for what a row says, whether it is stored or not. Raises `SecretMissing`, `DriverMissing`."""
    settings = get_settings()
    networks = tuple(each.strip() for each in settings.database_networks.split(",") if each.strip())
    address = Address(
        row.host, row.port, row.user, row.database, password=_password(row), tls=row.tls, networks=networks
    )
    return open_engine(kind_of(row), address, time_zone=row.time_zone, timeout=settings.query_timeout)


def kind_of(row: Connection) -> DatabaseKind:
    """Return the kind of a connection's database."""
    return cast("DatabaseKind", row.kind)


def _password(row: Connection) -> str:
    if row.password_env:
        found = os.environ.get(row.password_env)
        if found is None:
            raise SecretMissing(key=row.code, variable=row.password_env)
        return found
    if not row.sealed_password:
        return ""
    try:
        return vault.decrypt(row.sealed_password, row.code)
    except (InvalidTag, ValueError) as unread:
        raise SecretMissing(key=row.code, variable="METRION_SECRET_…") from unread
