"""Domains, the metric library, and one metric with its versions, lineage and documents."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from ninja import Query, Router, Status

from metrion.base.paging import MAX_PAGE, Page
from metrion.base.text import Language
from metrion.catalog import actions, reads
from metrion.catalog.schemas import (
    DomainBody,
    DomainChange,
    DomainNode,
    Impact,
    Lineage,
    MetricCard,
    MetricDetail,
    MetricFacets,
    MetricType,
    VersionCard,
    VersionDetail,
)
from metrion.identity.auth import SignedInRequest, signed_in
from metrion.semantic.model import Kind

router = Router(tags=["catalogue"], auth=signed_in)
Response = TypeVar("Response", HttpResponse, StreamingHttpResponse)
_MEDIA_TYPES = {"markdown": "text/markdown; charset=utf-8", "html": "text/html; charset=utf-8"}
_SUFFIXES = {"markdown": "md", "html": "html"}


@router.get("/domains", response=list[DomainNode], operation_id="list_domains")
def list_domains(request: SignedInRequest) -> list[DomainNode]:
    """List business domains with their subject areas and the number of metrics that the caller may see."""
    return reads.domain_tree(request.actor)


@router.post("/domains", response={201: DomainNode}, operation_id="create_domain")
def create_domain(request: SignedInRequest, body: DomainBody) -> Status[DomainNode]:
    """Create a business domain, or a subject area when `parent` is given."""
    return Status(201, actions.create_domain(request.actor, body))


@router.patch("/domains/{code}", response=DomainNode, operation_id="change_domain")
def change_domain(request: SignedInRequest, code: str, body: DomainChange) -> DomainNode:
    """Rename a domain or give it to another department."""
    return actions.change_domain(request.actor, code, body)


@router.get("/metrics", response=Page[MetricCard], operation_id="list_metrics")
def list_metrics(  # noqa: PLR0913, PLR0917 - the filters of the page
    request: SignedInRequest,
    search: Annotated[str, Query(max_length=200)] = "",
    domain: str | None = None,
    type: MetricType | None = None,  # noqa: A002 - the public name of the filter
    owner: str | None = None,
    tag: str | None = None,
    status: reads.ListStatus | None = None,
    sort: Literal["name", "code"] = "name",
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
) -> Page[MetricCard]:
    """List the library. Search finds names in both languages, aliases, code, caliber, tags, pinyin and its initials."""
    filters = reads.MetricFilters(domain=domain, type=type, owner=owner, tag=tag, status=status)
    return reads.metric_cards(request.actor, search, filters, sort=sort, cursor=cursor, limit=limit)


@router.get("/metrics/facets", response=MetricFacets, operation_id="metric_facets")
def metric_facets(request: SignedInRequest) -> MetricFacets:
    """Values for the library's filters, with counts."""
    return reads.metric_facets(request.actor)


@router.get("/metrics/{code}", response=MetricDetail, operation_id="read_metric")
def read_metric(request: SignedInRequest, code: str) -> MetricDetail:
    """Read the head of a metric page."""
    return reads.metric_detail(request.actor, code)


@router.get("/metrics/{code}/versions", response=list[VersionCard], operation_id="list_metric_versions")
def list_metric_versions(request: SignedInRequest, code: str) -> list[VersionCard]:
    """All versions of a metric, newest first, with the time that each was in force."""
    return reads.versions(request.actor, "metric", code)


@router.get("/metrics/{code}/versions/{number}", response=VersionDetail, operation_id="read_metric_version")
def read_metric_version(request: SignedInRequest, code: str, number: int) -> VersionDetail:
    """One version with its content."""
    return reads.version(request.actor, "metric", code, number)


@router.get("/metrics/{code}/lineage", response=Lineage, operation_id="metric_lineage")
def metric_lineage(request: SignedInRequest, code: str, depth: Annotated[int, Query(ge=1, le=20)] = 6) -> Lineage:
    """Column -> dataset -> measure -> metric -> metric, in both directions."""
    return reads.lineage(request.actor, code, depth=depth)


@router.get("/metrics/{code}/document", operation_id="metric_document", response={200: None})
def metric_document(
    request: SignedInRequest,
    code: str,
    format: reads.DocumentFormat = "markdown",  # noqa: A002 - the public name
    language: Language | None = None,
) -> HttpResponse:
    """Download the metadata document of one metric."""
    actor = request.actor
    text = reads.document(actor, code, format, language or actor.language)
    return _file(HttpResponse(text, content_type=_MEDIA_TYPES[format]), f"{code}.{_SUFFIXES[format]}")


@router.get("/library/document", operation_id="library_document", response={200: None})
def library_document(
    request: SignedInRequest,
    format: reads.DocumentFormat = "markdown",  # noqa: A002 - the public name
    language: Language | None = None,
    domain: str | None = None,
) -> StreamingHttpResponse:
    """Download the metadata document of the whole library, or of one domain with its subject areas."""
    actor = request.actor
    parts = reads.library_document(actor, format, language or actor.language, domain)
    response = StreamingHttpResponse((part.encode() for part in parts), content_type=_MEDIA_TYPES[format])
    return _file(response, f"metrics.{_SUFFIXES[format]}")


@router.get("/impact/{kind}/{code}", response=Impact, operation_id="read_impact")
def read_impact(request: SignedInRequest, kind: Kind, code: str) -> Impact:
    """Everything that rests on a definition, directly or not."""
    return reads.impact(request.actor, kind, code)


def _file(response: Response, name: str) -> Response:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
