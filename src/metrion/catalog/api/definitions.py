"""Datasets, dimensions, modifiers and relationships: lists and details of the versions in force."""

from __future__ import annotations

from typing import Annotated

from ninja import Query, Router

from metrion.base.paging import MAX_PAGE, Page
from metrion.catalog import reads
from metrion.catalog.schemas import DefinitionCard, DefinitionDetail
from metrion.identity.auth import SignedInRequest, signed_in

router = Router(tags=["catalogue"], auth=signed_in)
Search = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]


@router.get("/datasets", response=Page[DefinitionCard], operation_id="list_datasets")
def list_datasets(
    request: SignedInRequest,
    search: Search = "",
    domain: str | None = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[DefinitionCard]:
    """List published datasets."""
    return reads.definition_cards(request.actor, "dataset", search=search, domain=domain, cursor=cursor, limit=limit)


@router.get("/datasets/{code}", response=DefinitionDetail, operation_id="read_dataset")
def read_dataset(request: SignedInRequest, code: str) -> DefinitionDetail:
    """One dataset with its columns, relationships and dependants."""
    return reads.definition_detail(request.actor, "dataset", code)


@router.get("/dimensions", response=Page[DefinitionCard], operation_id="list_dimensions")
def list_dimensions(
    request: SignedInRequest,
    search: Search = "",
    domain: str | None = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[DefinitionCard]:
    """List published dimensions."""
    return reads.definition_cards(request.actor, "dimension", search=search, domain=domain, cursor=cursor, limit=limit)


@router.get("/dimensions/{code}", response=DefinitionDetail, operation_id="read_dimension")
def read_dimension(request: SignedInRequest, code: str) -> DefinitionDetail:
    """One dimension with its hierarchy and dependants."""
    return reads.definition_detail(request.actor, "dimension", code)


@router.get("/modifiers", response=Page[DefinitionCard], operation_id="list_modifiers")
def list_modifiers(
    request: SignedInRequest,
    search: Search = "",
    domain: str | None = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[DefinitionCard]:
    """List published modifiers."""
    return reads.definition_cards(request.actor, "modifier", search=search, domain=domain, cursor=cursor, limit=limit)


@router.get("/modifiers/{code}", response=DefinitionDetail, operation_id="read_modifier")
def read_modifier(request: SignedInRequest, code: str) -> DefinitionDetail:
    """One modifier with its dependants."""
    return reads.definition_detail(request.actor, "modifier", code)


@router.get("/relationships", response=Page[DefinitionCard], operation_id="list_relationships")
def list_relationships(
    request: SignedInRequest,
    search: Search = "",
    domain: str | None = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[DefinitionCard]:
    """List published relationships."""
    return reads.definition_cards(
        request.actor, "relationship", search=search, domain=domain, cursor=cursor, limit=limit
    )


@router.get("/relationships/{code}", response=DefinitionDetail, operation_id="read_relationship")
def read_relationship(request: SignedInRequest, code: str) -> DefinitionDetail:
    """One relationship."""
    return reads.definition_detail(request.actor, "relationship", code)
