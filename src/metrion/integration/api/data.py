"""HTTP of uploads and of the tables of the lake."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from ninja import File, Form, Header, Query, Router, Status
from ninja.files import UploadedFile

from metrion.base.paging import MAX_PAGE, Page
from metrion.identity.auth import SignedInRequest, needs
from metrion.integration import actions, reads
from metrion.integration.schemas import (
    Delimiter,
    Encoding,
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

router = Router(tags=["data"])
_manage = needs("data.manage")
_read = needs("data.read")

Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", max_length=128)]


@router.post("/uploads", response={201: UploadPreview}, auth=_manage)
def stage_upload(
    request: SignedInRequest,
    file: Annotated[UploadedFile, File()],
    encoding: Annotated[Encoding | None, Form()] = None,
    delimiter: Annotated[Delimiter | None, Form()] = None,
    header: Annotated[bool | None, Form()] = None,
    sheet: Annotated[str | None, Form()] = None,
    idempotency_key: IdempotencyKey = None,
) -> Status[UploadPreview]:
    """Stage a CSV, Parquet or Excel file and return what is in it. Needs `data.manage`.

    How to read it is found out, or told for a file that cannot be read otherwise.
    """
    told = ReadAs(encoding=encoding, delimiter=delimiter, header=header, sheet=sheet)
    preview = actions.stage_upload(request.actor, file, file.name or "", read_as=told, idempotency_key=idempotency_key)
    return Status(201, preview)


@router.get("/uploads", response=Page[UploadCard], auth=_manage)
def list_uploads(request: SignedInRequest, cursor: str | None = None, limit: Limit = 50) -> Page[UploadCard]:
    """List the caller's uploads, newest first. Needs `data.manage`."""
    return reads.uploads(request.actor, cursor, limit)


@router.get("/uploads/{upload_id}", response=UploadPreview, auth=_manage)
def get_upload(request: SignedInRequest, upload_id: UUID) -> UploadPreview:
    """Return the preview of one upload. Needs `data.manage`."""
    return reads.upload(request.actor, upload_id)


@router.post("/uploads/{upload_id}/read-as", response=UploadPreview, auth=_manage)
def read_upload_as(request: SignedInRequest, upload_id: UUID, read_as: ReadAs) -> UploadPreview:
    """Read a staged file again in another way (encoding, delimiter, header, sheet). Needs `data.manage`."""
    return actions.read_upload_as(request.actor, upload_id, read_as)


@router.delete("/uploads/{upload_id}", response={204: None}, auth=_manage)
def discard_upload(request: SignedInRequest, upload_id: UUID) -> Status[None]:
    """Throw a staged file away. Needs `data.manage`."""
    actions.discard_upload(request.actor, upload_id)
    return Status(204, None)


@router.post("/uploads/{upload_id}/load", response=LoadResult, auth=_manage)
def load_upload(
    request: SignedInRequest, upload_id: UUID, body: LoadRequest, idempotency_key: IdempotencyKey = None
) -> LoadResult:
    """Load a staged file into a table: wholly or, with every fault listed, not at all. Needs `data.manage`."""
    return actions.load_upload(request.actor, upload_id, body, idempotency_key=idempotency_key)


@router.get("/tables", response=Page[TableInfo], auth=_read)
def list_tables(
    request: SignedInRequest,
    search: Annotated[str, Query(max_length=200)] = "",
    cursor: str | None = None,
    limit: Limit = 50,
) -> Page[TableInfo]:
    """List the tables of the lake by name. Needs `data.read`."""
    return reads.tables(request.actor, search=search, cursor=cursor, limit=limit)


@router.get("/tables/{name}", response=TableInfo, auth=_read)
def get_table(request: SignedInRequest, name: str) -> TableInfo:
    """Return one table. Needs `data.read`."""
    return reads.table(request.actor, name)


@router.get("/tables/{name}/profile", response=TableProfile, auth=_read)
def get_profile(request: SignedInRequest, name: str, version: int | None = None) -> TableProfile:
    """Return the profile of a table over the rows that the caller may see. Needs `data.read`."""
    return reads.profile(request.actor, name, version)


@router.get("/tables/{name}/rows", response=TableRows, auth=_read)
def get_rows(request: SignedInRequest, name: str, version: int | None = None, limit: Limit = 50) -> TableRows:
    """Return the first rows that the caller may see. Needs `data.read`."""
    return reads.rows(request.actor, name, limit, version)


@router.get("/tables/{name}/versions", response=Page[TableVersion], auth=_read)
def list_versions(
    request: SignedInRequest, name: str, cursor: str | None = None, limit: Limit = 50
) -> Page[TableVersion]:
    """List the versions of a table's data, newest first. Needs `data.read`."""
    return reads.versions(request.actor, name, cursor, limit)
