"""Registered databases and their tables, as those see them who manage the system or the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.base.errors import Forbidden
from metrion.base.text import Text
from metrion.identity.permissions import PERMISSION_NAMES
from metrion.identity.reads.actors import COMPANY
from metrion.integration import databases
from metrion.integration.errors import NoDatabaseTable, no_connection
from metrion.integration.models import Connection
from metrion.integration.schemas import (
    ConnectionAddress,
    ConnectionHealth,
    ConnectionView,
    DatabaseColumn,
    DatabaseTableInfo,
    DatabaseTableName,
    DatasetFit,
)
from metrion.integration.visible import datasets_by_table
from metrion.semantic.sql.nodes import written_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.identity.schemas import Actor
    from metrion.semantic.model import DatasetDef, DataType

_NUMBERS = frozenset({"integer", "decimal", "float"})


def connections(actor: Actor) -> list[ConnectionView]:
    """Return the connections that the actor may know of. Needs `system.manage`, or `data.manage`."""
    if not (actor.may("system.manage", COMPANY) or actor.may("data.manage")):
        raise Forbidden(need=PERMISSION_NAMES["data.manage"])
    return [_view(actor, row) for row in Connection.objects.order_by("code") if _known(actor, row)]


def connection(actor: Actor, code: str) -> ConnectionView:
    """Return one connection; raises `NotFound` also where the actor may not know of it."""
    return _view(actor, _seen(actor, code))


def database_tables(actor: Actor, code: str, search: str, limit: int) -> list[DatabaseTableName]:
    """Return tables that the connection's account may read. Needs `data.manage` for its department."""
    of = _managed(actor, code)
    return [DatabaseTableName(table=written_path(parts)) for parts in of.engine.tables(search, limit)]


def database_table(actor: Actor, code: str, table: str) -> DatabaseTableInfo:
    """Return the columns of a table, and what published datasets say of it that it is not.

    Needs `data.manage` for the connection's department. Raises `NoDatabaseTable`.
    """
    found = databases.live_table(_managed(actor, code), table, "")
    if found is None:
        raise NoDatabaseTable(connection=code, table=table)
    return DatabaseTableInfo(
        connection=code,
        table=table,
        columns=tuple(
            DatabaseColumn(name=name, type=types[0] if types else None) for name, types in found.columns.items()
        ),
        datasets=tuple(
            DatasetFit(dataset=dataset.code, unfit=unfit(dataset, found.columns))
            for dataset in datasets_by_table().get(found.place, ())
        ),
    )


def unfit(dataset: DatasetDef, columns: Mapping[str, tuple[DataType, ...]]) -> tuple[str, ...]:
    """Return the columns of the dataset that a table does not have as the dataset says.

    One kind of number may stand for another; a day and an instant may not: a range of days would lose rows.
    """
    return tuple(
        column.name
        for column in dataset.columns
        if column.expression is None and not _fits(column.type, columns.get(column.name, ()))
    )


def managed_places(actor: Actor, places: frozenset[str]) -> frozenset[str]:
    """Return those of the places in databases whose connection's data the actor manages. One query."""
    by_code = {place: place.partition("/")[0] for place in places if "/" in place}
    if not by_code:
        return frozenset()
    rows = Connection.objects.filter(code__in=set(by_code.values())).values_list("code", "department")
    managed = {code for code, department in rows if actor.may("data.manage", department)}
    return frozenset(place for place, code in by_code.items() if code in managed)


def datasets_through(code: str) -> tuple[str, ...]:
    """Return the published datasets that read through a connection."""
    return tuple(
        dataset.code
        for place, datasets in datasets_by_table().items()
        if place.startswith(f"{code}/")
        for dataset in datasets
    )


def _fits(said: DataType, found: tuple[DataType, ...]) -> bool:
    return said in found or any({said, each} <= _NUMBERS for each in found)


def _known(actor: Actor, row: Connection) -> bool:
    return actor.may("system.manage", COMPANY) or actor.may("data.manage", row.department)


def _seen(actor: Actor, code: str) -> Connection:
    row = Connection.objects.filter(code=code).first()
    if row is None or not _known(actor, row):
        raise no_connection(code)
    return row


def _managed(actor: Actor, code: str) -> databases.Database:
    row = _seen(actor, code)
    actor.require("data.manage", row.department)
    return databases.database(code)


def _view(actor: Actor, row: Connection) -> ConnectionView:
    return ConnectionView(
        code=row.code,
        name=Text(zh=row.name_zh, en=row.name_en),
        kind=databases.kind_of(row),
        department=row.department,
        revision=row.revision,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        health=None if row.health is None else ConnectionHealth.model_validate(row.health),
        datasets=datasets_through(row.code),
        address=_address(row) if actor.may("system.manage", COMPANY) else None,
    )


def _address(row: Connection) -> ConnectionAddress:
    return ConnectionAddress(
        host=row.host,
        port=row.port,
        database=row.database,
        user=row.user,
        tls=row.tls,
        time_zone=row.time_zone,
        password="variable" if row.password_env else "stored" if row.sealed_password else "none",
        password_env=row.password_env,
    )
