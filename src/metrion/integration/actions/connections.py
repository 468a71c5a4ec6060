"""Registering databases: an administrator says where they are, the product asks them and never writes to them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction

from metrion.audit import actions as audit
from metrion.audit.schemas import Target
from metrion.base.clock import now
from metrion.base.errors import Conflict, Invalid
from metrion.engines.connections import DEFAULT_PORTS
from metrion.identity.reads import department_path
from metrion.identity.reads.actors import COMPANY
from metrion.integration import databases, health
from metrion.integration.errors import ConnectionInUse, ConnectionTaken, PasswordNeeded, no_connection
from metrion.integration.models import Connection
from metrion.integration.reads.connections import connection, datasets_through

if TYPE_CHECKING:
    from metrion.base.canonical import Plain
    from metrion.identity.schemas import Actor
    from metrion.integration.schemas import ConnectionBody, ConnectionChange, ConnectionNew, ConnectionView

_PLACE = ("kind", "host", "port", "database", "user", "tls")
"""What a password was given for."""


@transaction.atomic
def register_connection(actor: Actor, new: ConnectionNew) -> ConnectionView:
    """Register a database. Needs `system.manage` for the whole company; raises `ConnectionTaken`, `Invalid`."""
    actor.require("system.manage", COMPANY)
    row = Connection(code=new.code)
    _write(actor, row, new)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as fault:
        raise ConnectionTaken(field="code", key=new.code) from fault
    audit.record(actor, "connection.registered", _target(row), _told(row))
    return connection(actor, row.code)


@transaction.atomic
def change_connection(actor: Actor, code: str, change: ConnectionChange) -> ConnectionView:
    """Change a connection. Needs `system.manage` for the whole company.

    Raises `NotFound`, `Conflict` when it is not the revision that was read, and `PasswordNeeded` where a stored
    password would go to another place.
    """
    actor.require("system.manage", COMPANY)
    row = _locked(code)
    if row.revision != change.revision:
        raise Conflict(
            reason_zh=f"{row.changed_by} 已修改过此连接。", reason_en=f"{row.changed_by} changed it in the meantime."
        )
    before = _told(row)
    _write(actor, row, change)
    row.revision += 1
    row.health = None
    row.save()
    changed: dict[str, Plain] = {name: value for name, value in _told(row).items() if before[name] != value}
    if change.password is not None:
        changed["password"] = "given"  # noqa: S105 - a word for the trail
    audit.record(actor, "connection.changed", _target(row), changed)
    return connection(actor, code)


@transaction.atomic
def remove_connection(actor: Actor, code: str) -> None:
    """Remove a connection and its password. Needs `system.manage` for the whole company; raises `ConnectionInUse`."""
    actor.require("system.manage", COMPANY)
    row = _locked(code)
    datasets = datasets_through(code)
    if datasets:
        raise ConnectionInUse(key=code, datasets=datasets)
    Connection.objects.filter(code=code).delete()
    audit.record(actor, "connection.removed", _target(row), _told(row))
    transaction.on_commit(lambda: databases.forget(code))


def test_connection(actor: Actor, code: str) -> ConnectionView:
    """Ask the database whether it can be reached, under an account that only reads; keep what was found.

    Needs `system.manage` for the whole company. A database that cannot be asked is no refusal: it is the result.
    """
    actor.require("system.manage", COMPANY)
    row = Connection.objects.filter(code=code).first()
    if row is None:
        raise no_connection(code)
    found = health.check(row)
    with transaction.atomic():
        told = found.model_dump(mode="json")
        # Somebody may have changed it while it was asked: then this says nothing about what it is now.
        Connection.objects.filter(code=code, revision=row.revision).update(health=told)
        audit.record(
            actor,
            "connection.tested",
            _target(row),
            {"reachable": found.reachable, "read_only": found.read_only, "revision": row.revision},
        )
    return connection(actor, code)


def _locked(code: str) -> Connection:
    row = Connection.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise no_connection(code)
    return row


def _write(actor: Actor, row: Connection, body: ConnectionBody) -> None:
    if body.time_zone not in available_timezones():
        raise Invalid(
            field="time_zone",
            reason_zh=f"没有时区“{body.time_zone}”。",
            reason_en=f"There is no time zone “{body.time_zone}”.",
        )
    before = [getattr(row, name) for name in _PLACE]
    row.name_zh, row.name_en = body.name.zh, body.name.en
    row.kind, row.host, row.database, row.user = body.kind, body.host, body.database, body.user
    row.port = body.port or DEFAULT_PORTS[body.kind]
    row.tls, row.time_zone = body.tls, body.time_zone
    moved = before != [getattr(row, name) for name in _PLACE]
    if body.password is not None:
        secret = body.password.get_secret_value()
        row.sealed_password = databases.vault.encrypt(secret, row.code) if secret else ""
    elif body.password_env:
        row.sealed_password = ""
    elif row.sealed_password and moved:
        raise PasswordNeeded(field="password")
    row.password_env = body.password_env
    row.department = department_path(body.department)
    row.changed_at, row.changed_by = now(), actor.username


def _told(row: Connection) -> dict[str, Plain]:
    """Return what the trail says of a connection: everything but its password."""
    names = ("name_zh", "name_en", *_PLACE, "time_zone", "password_env", "department", "revision")
    return {name: getattr(row, name) for name in names}


def _target(row: Connection) -> Target:
    return Target(kind="connection", id=row.code, label=row.name_zh)
