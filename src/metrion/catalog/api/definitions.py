"""Datasets, dimensions, modifiers and relationships: lists and details of the versions in force."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Query, Router

from metrion.base.paging import Page
from metrion.catalog import reads
from metrion.catalog.schemas import DefinitionCard, DefinitionDetail
from metrion.identity.auth import actor_of, signed_in

router = Router(tags=["catalogue"], auth=signed_in)
_SEARCH = Query("", max_length=200)
_LIMIT = Query(100, ge=1, le=200)


@router.get("/datasets", response=Page[DefinitionCard], operation_id="list_datasets")
def list_datasets(
    request: HttpRequest, search: str = _SEARCH, domain: str | None = None, cursor: str | None = None, limit: int = _LIMIT
) -> Page[DefinitionCard]:
    """Published datasets."""
    return reads.definition_cards(
        actor_of(request), "dataset", search=search, domain=domain, cursor=cursor, limit=limit
    )


@router.get("/datasets/{code}", response=DefinitionDetail, operation_id="read_dataset")
def read_dataset(request: HttpRequest, code: str) -> DefinitionDetail:
    """One dataset with its columns, relationships and dependants."""
    return reads.definition_detail(actor_of(request), "dataset", code)


@router.get("/dimensions", response=Page[DefinitionCard], operation_id="list_dimensions")
def list_dimensions(
    request: HttpRequest, search: str = _SEARCH, domain: str | None = None, cursor: str | None = None, limit: int = _LIMIT
) -> Page[DefinitionCard]:
    """Published dimensions."""
    return reads.definition_cards(
        actor_of(request), "dimension", search=search, domain=domain, cursor=cursor, limit=limit
    )


@router.get("/dimensions/{code}", response=DefinitionDetail, operation_id="read_dimension")
def read_dimension(request: HttpRequest, code: str) -> DefinitionDetail:
    """One dimension with its hierarchy and dependants."""
    return reads.definition_detail(actor_of(request), "dimension", code)


@router.get("/modifiers", response=Page[DefinitionCard], operation_id="list_modifiers")
def list_modifiers(
    request: HttpRequest, search: str = _SEARCH, domain: str | None = None, cursor: str | None = None, limit: int = _LIMIT
) -> Page[DefinitionCard]:
    """Published modifiers."""
    return reads.definition_cards(
        actor_of(request), "modifier", search=search, domain=domain, cursor=cursor, limit=limit
    )


@router.get("/modifiers/{code}", response=DefinitionDetail, operation_id="read_modifier")
def read_modifier(request: HttpRequest, code: str) -> DefinitionDetail:
    """One modifier with its dependants."""
    return reads.definition_detail(actor_of(request), "modifier", code)


@router.get("/relationships", response=Page[DefinitionCard], operation_id="list_relationships")
def list_relationships(
    request: HttpRequest, search: str = _SEARCH, domain: str | None = None, cursor: str | None = None, limit: int = _LIMIT
) -> Page[DefinitionCard]:
    """Published relationships."""
    return reads.definition_cards(
        actor_of(request), "relationship", search=search, domain=domain, cursor=cursor, limit=limit
    )


@router.get("/relationships/{code}", response=DefinitionDetail, operation_id="read_relationship")
def read_relationship(request: HttpRequest, code: str) -> DefinitionDetail:
    """One relationship."""
    return reads.definition_detail(actor_of(request), "relationship", code)
