"""HTTP of registered databases."""

from __future__ import annotations

from typing import Annotated

from ninja import Query, Router, Status

from metrion.base.paging import MAX_PAGE
from metrion.identity.auth import SignedInRequest, needs, signed_in
from metrion.integration import actions, reads
from metrion.integration.schemas import (
    ConnectionChange,
    ConnectionNew,
    ConnectionView,
    DatabaseTableInfo,
    DatabaseTableName,
)

router = Router(tags=["connections"])
_system = needs("system.manage")
_manage = needs("data.manage")


@router.get("/connections", response=list[ConnectionView], auth=signed_in)
def list_connections(request: SignedInRequest) -> list[ConnectionView]:
    """List the databases that datasets may read. Needs `system.manage` or `data.manage`."""
    return reads.connections(request.actor)


@router.post("/connections", response={201: ConnectionView}, auth=_system)
def register_connection(request: SignedInRequest, body: ConnectionNew) -> Status[ConnectionView]:
    """Register a database. Needs `system.manage`. The password is stored encrypted and never shown."""
    return Status(201, actions.register_connection(request.actor, body))


@router.get("/connections/{code}", response=ConnectionView, auth=signed_in)
def get_connection(request: SignedInRequest, code: str) -> ConnectionView:
    """Return a connection. Needs `system.manage`, or `data.manage` for its department."""
    return reads.connection(request.actor, code)


@router.put("/connections/{code}", response=ConnectionView, auth=_system)
def change_connection(request: SignedInRequest, code: str, body: ConnectionChange) -> ConnectionView:
    """Change a connection. Needs `system.manage`.

    Without a password the stored one is kept, as long as it goes to the same address.
    """
    return actions.change_connection(request.actor, code, body)


@router.delete("/connections/{code}", response={204: None}, auth=_system)
def remove_connection(request: SignedInRequest, code: str) -> Status[None]:
    """Remove a connection through which no published dataset reads. Needs `system.manage`."""
    actions.remove_connection(request.actor, code)
    return Status(204, None)


@router.post("/connections/{code}/test", response=ConnectionView, auth=_system)
def test_connection(request: SignedInRequest, code: str) -> ConnectionView:
    """Test whether the database answers, under an account that only reads. Needs `system.manage`."""
    return actions.test_connection(request.actor, code)


@router.get("/connections/{code}/tables", response=list[DatabaseTableName], auth=_manage)
def list_database_tables(
    request: SignedInRequest,
    code: str,
    search: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
) -> list[DatabaseTableName]:
    """List tables that the connection's account may read. Needs `data.manage` for its department."""
    return reads.database_tables(request.actor, code, search, limit)


@router.get("/connections/{code}/table", response=DatabaseTableInfo, auth=_manage)
def get_database_table(
    request: SignedInRequest, code: str, name: Annotated[str, Query(max_length=400)]
) -> DatabaseTableInfo:
    """Return the columns of a table as they are, and where published datasets say otherwise. Needs `data.manage`."""
    return reads.database_table(request.actor, code, name)
