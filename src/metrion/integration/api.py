"""HTTP of the integration room: uploads and the tables of the lake."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Header, Query, Router
from ninja.files import UploadedFile

from metrion.base.paging import MAX_PAGE, Page
from metrion.identity.auth import actor_of, signed_in
from metrion.integration import actions, reads
from metrion.integration.schemas import (
    LoadRequest,
    LoadResult,
    ReadAs,
    TableInfo,
    TableProfile,
    TableRows,
    TableVersion,
    UploadCard,
    UploadPreview,
)

router = Router(tags=["data"], auth=signed_in)

Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", max_length=128)]


@router.post("/uploads", response={201: UploadPreview})
def stage_upload(
    request: HttpRequest, file: Annotated[UploadedFile, File()], idempotency_key: IdempotencyKey = None
) -> tuple[int, UploadPreview]:
    """Stage a CSV, Parquet or Excel file and return what is in it. Needs `data.manage`."""
    return 201, actions.stage_upload(actor_of(request), file, file.name or "", idempotency_key=idempotency_key)


@router.get("/uploads", response=Page[UploadCard])
def list_uploads(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Page[UploadCard]:
    """List the caller's uploads, newest first. Needs `data.manage`."""
    return reads.uploads(actor_of(request), cursor, limit)


@router.get("/uploads/{upload_id}", response=UploadPreview)
def get_upload(request: HttpRequest, upload_id: UUID) -> UploadPreview:
    """Return the preview of one upload. Needs `data.manage`."""
    return reads.upload(actor_of(request), upload_id)


@router.post("/uploads/{upload_id}/read-as", response=UploadPreview)
def read_upload_as(request: HttpRequest, upload_id: UUID, read_as: ReadAs) -> UploadPreview:
    """Read a staged file again in another way (encoding, delimiter, header, sheet). Needs `data.manage`."""
    return actions.read_upload_as(actor_of(request), upload_id, read_as)


@router.delete("/uploads/{upload_id}", response={204: None})
def discard_upload(request: HttpRequest, upload_id: UUID) -> tuple[int, None]:
    """Throw a staged file away. Needs `data.manage`."""
    actions.discard_upload(actor_of(request), upload_id)
    return 204, None


@router.post("/uploads/{upload_id}/load", response=LoadResult)
def load_upload(
    request: HttpRequest, upload_id: UUID, body: LoadRequest, idempotency_key: IdempotencyKey = None
) -> LoadResult:
    """Load a staged file into a table: wholly or, with every fault listed, not at all. Needs `data.manage`."""
    return actions.load_upload(actor_of(request), upload_id, body, idempotency_key=idempotency_key)


@router.get("/tables", response=Page[TableInfo])
def list_tables(
    request: HttpRequest, search: str = "", cursor: str | None = None, limit: Limit = 50
) -> Page[TableInfo]:
    """List the tables of the lake by name. Needs `data.read`."""
    return reads.tables(actor_of(request), search=search, cursor=cursor, limit=limit)


@router.get("/tables/{name}", response=TableInfo)
def get_table(request: HttpRequest, name: str) -> TableInfo:
    """Return one table. Needs `data.read`."""
    return reads.table(actor_of(request), name)


@router.get("/tables/{name}/profile", response=TableProfile)
def get_profile(request: HttpRequest, name: str, version: int | None = None) -> TableProfile:
    """Return the profile of a table over the rows that the caller may see. Needs `data.read`."""
    return reads.profile(actor_of(request), name, version)


@router.get("/tables/{name}/rows", response=TableRows)
def get_rows(request: HttpRequest, name: str, version: int | None = None, limit: Limit = 50) -> TableRows:
    """Return the first rows that the caller may see. Needs `data.read`."""
    return reads.rows(actor_of(request), name, limit, version)


@router.get("/tables/{name}/versions", response=Page[TableVersion])
def list_versions(
    request: HttpRequest, name: str, cursor: str | None = None, limit: Limit = 50
) -> Page[TableVersion]:
    """List the versions of a table's data, newest first. Needs `data.read`."""
    return reads.versions(actor_of(request), name, cursor, limit)
