"""Import and export over HTTP."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import File, Form, Router, UploadedFile

from metrion.identity.auth import SignedInRequest, signed_in
from metrion.interchange import actions, reads
from metrion.interchange.errors import BadArchive
from metrion.interchange.files import MAX_BYTES, MAX_FILES, upload_texts
from metrion.interchange.foreign.formats import FORMATS
from metrion.interchange.schemas import (
    ForeignBody,
    ForeignLoss,
    ForeignReport,
    ImportReport,
    RawBody,
    TextBody,
    YamlResult,
    YamlText,
)

router = Router(tags=["interchange"], auth=signed_in)


@router.post("/definitions/yaml", response=YamlText, operation_id="definition_to_yaml")
def definition_to_yaml(request: SignedInRequest, body: RawBody) -> YamlText:
    """Return the canonical YAML of a definition, also of an unfinished one."""
    return reads.yaml_of(request.actor, body.raw)


@router.post("/definitions/from-yaml", response=YamlResult, operation_id="definition_from_yaml")
def definition_from_yaml(request: SignedInRequest, body: TextBody) -> YamlResult:
    """Return what a YAML text says, with every fault by line and column."""
    return reads.read_yaml(request.actor, body.text)


@router.post("/import", response=ImportReport, operation_id="import_definitions")
def import_definitions(
    request: SignedInRequest,
    file: Annotated[UploadedFile, File()],
    title: Annotated[str, Form(max_length=200)] = "",
    reason: Annotated[str, Form(max_length=4000)] = "",
    dry_run: Annotated[bool, Form()] = True,  # noqa: FBT002 - a form field
) -> ImportReport:
    """Import a YAML file or a zip of them as one change request. `dry_run` (the default) only reports."""
    if file.size is None or file.size > MAX_BYTES:
        raise BadArchive(reason_zh="文件过大", reason_en="it is too large")
    texts = upload_texts(file.name or "", file.read())
    return actions.import_texts(request.actor, texts, title=title, reason=reason, dry_run=dry_run)


@router.get("/import/formats", response=list[str], operation_id="import_formats")
def import_formats(request: SignedInRequest) -> list[str]:
    """Return the tools whose models can be imported; `yaml` is our own form."""
    request.actor.require("metric.draft")
    return list(FORMATS)


@router.post("/import/{format}", response=ForeignReport, operation_id="import_foreign_model")
def import_foreign_model(request: SignedInRequest, format: str, body: ForeignBody) -> ForeignReport:  # noqa: A002 - the name in the path
    """Import the model of another tool: `preview` (the default) only reports, `drafts` stores, `change` submits."""
    if sum(map(len, body.files.values())) > MAX_BYTES or len(body.files) > MAX_FILES:
        raise BadArchive(reason_zh="文件过大或过多", reason_en="it is too large, or has too many files")
    return actions.import_foreign(
        request.actor,
        format,
        body.files,
        domain=body.domain,
        outcome=body.outcome,
        title=body.title,
        reason=body.reason,
    )


@router.get("/export", response={200: None}, operation_id="export_definitions")
def export_definitions(
    request: SignedInRequest,
    domain: str | None = None,
    format: str = reads.OWN,  # noqa: A002 - the name in the query
) -> HttpResponse:
    """Download a zip of the published definitions that the caller may see: `yaml`, `osi` or `metricflow`."""
    response = HttpResponse(reads.export_zip(request.actor, format, domain), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="metrics.zip"'
    return response


@router.get("/export/{format}/losses", response=list[ForeignLoss], operation_id="export_losses")
def export_losses(request: SignedInRequest, format: str, domain: str | None = None) -> list[ForeignLoss]:  # noqa: A002 - the name in the path
    """Return what an export for another tool cannot say."""
    exported = reads.export_files(request.actor, format, domain)
    return [ForeignLoss(path=loss.path, kind=loss.kind, text=loss.text) for loss in exported.losses]
