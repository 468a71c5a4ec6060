"""Uploads: each person sees those that he brought, and those of departments whose data he manages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from metrion.base.errors import Invalid
from metrion.base.paging import Page, decode_cursor, encode_cursor
from metrion.integration.errors import no_upload
from metrion.integration.models import Upload
from metrion.integration.schemas import UploadCard, UploadPreview
from metrion.lake.files.shapes import FileReport

if TYPE_CHECKING:
    from metrion.identity.schemas import Actor


def upload(actor: Actor, upload_id: UUID) -> UploadPreview:
    """Return the preview of one upload. Needs `data.manage`; raises `NotFound`."""
    actor.require("data.manage")
    return preview_of(owned_upload(actor, upload_id))


def uploads(actor: Actor, cursor: str | None, limit: int) -> Page[UploadCard]:
    """Return uploads, newest first. Needs `data.manage`."""
    actor.require("data.manage")
    mine = Upload.objects.filter(_owned(actor)).defer("report")
    page = mine.order_by("-id")
    if cursor is not None:
        page = page.filter(id__lt=_upload_key(cursor))
    found = list(page[: limit + 1])
    more = encode_cursor([str(found[limit - 1].id)]) if len(found) > limit else None
    return Page[UploadCard](items=[_card(each) for each in found[:limit]], next_cursor=more, total=mine.count())


def owned_upload(actor: Actor, upload_id: UUID) -> Upload:
    """Return an upload that the actor may work on; raises `NotFound`."""
    found = Upload.objects.filter(_owned(actor), pk=upload_id).first()
    if found is None:
        raise no_upload(upload_id)
    return found


def preview_of(found: Upload) -> UploadPreview:
    """Return the preview of an upload row."""
    report = FileReport.model_validate(found.report)
    return UploadPreview(
        id=found.id,
        filename=found.filename,
        format=report.format,
        status=found.status,
        size=found.size,
        sha256=found.sha256,
        created_at=found.created_at,
        created_by=found.created_by,
        read_as=report.read_as,
        sheets=report.sheets,
        suggested_table=suggested_table(found.filename),
        row_count=found.row_count,
        columns=report.columns,
        rows=report.rows,
    )


def suggested_table(filename: str) -> str:
    """Return a table name made from a file name."""
    plain = re.sub(r"[^a-z0-9]+", "_", Path(filename).stem.lower()).strip("_")
    return (plain if plain[:1].isalpha() else f"table_{plain}".rstrip("_"))[:63]


def _owned(actor: Actor) -> Q:
    owned = Q(created_by=actor.username)
    for path in actor.grants.get("data.manage", ()):
        owned |= Q(department__startswith=path)
    return owned


def _upload_key(cursor: str) -> UUID:
    key = decode_cursor(cursor)
    try:
        return UUID(str(key[0]))
    except (IndexError, ValueError) as fault:
        raise Invalid(
            field="cursor", reason_zh="分页游标无效。", reason_en="The paging cursor is not valid."
        ) from fault


def _card(found: Upload) -> UploadCard:
    return UploadCard(
        id=found.id,
        filename=found.filename,
        format=found.format,
        status=found.status,
        size=found.size,
        row_count=found.row_count,
        created_at=found.created_at,
        created_by=found.created_by,
        table=found.table or None,
    )
