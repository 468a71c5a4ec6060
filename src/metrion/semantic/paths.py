"""From a dataset to a field along N:1 relationships: the only way rows of two datasets meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.semantic.errors import AmbiguousPath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import Code, Column, DimensionDef, RelationshipDef

MAX_HOPS = 6

Path = tuple["Hop", ...]


@dataclass(frozen=True, slots=True)
class Hop:
    """One step along a relationship. `name` is the role, or the target where there is no role."""

    relationship: Code
    name: str
    dataset: Code


@dataclass(frozen=True, slots=True)
class Located:
    """A field as seen from one dataset: the column to read, and the way to it."""

    path: Path
    dataset: Code
    column: Column
    dimension: Code | None
    """The dimension that named it; None for the dataset's own column."""


def locate(field: str, dataset: Code, catalogue: Catalogue) -> Located | None:
    """Return where `field` (`region`, `buyer.region`) is read from `dataset`; None when it cannot be reached.

    Raises `UnknownName` for no such dimension, `AmbiguousPath` when several ways lead to it.
    """
    return catalogue.memo(("locate", dataset, field), lambda: _locate(field, dataset, catalogue))


def locate_own(field: str, dataset: Code, catalogue: Catalogue) -> Located | None:
    """Return as `locate`, where the dataset's own columns come before dimensions."""
    column = catalogue.dataset(dataset).column(field)
    return Located((), dataset, column, None) if column is not None else locate(field, dataset, catalogue)


def reachable(dataset: Code, catalogue: Catalogue) -> tuple[tuple[Path, Code], ...]:
    """Return every dataset that can be joined without repeating rows, with the path to it; itself first."""
    return catalogue.memo(("reachable", dataset), lambda: (((), dataset), *_walk(dataset, (), catalogue)))


def _walk(dataset: Code, path: Path, catalogue: Catalogue) -> Iterator[tuple[Path, Code]]:
    if len(path) == MAX_HOPS:
        return
    used = {hop.relationship for hop in path}
    for relationship in catalogue.relationships_from(dataset):
        if relationship.code in used:
            continue
        longer = (*path, _hop(relationship))
        yield longer, relationship.to_dataset
        yield from _walk(relationship.to_dataset, longer, catalogue)


def _hop(relationship: RelationshipDef) -> Hop:
    return Hop(relationship.code, relationship.role or relationship.to_dataset, relationship.to_dataset)


def _locate(field: str, dataset: Code, catalogue: Catalogue) -> Located | None:
    *roles, code = field.split(".")
    dimension = catalogue.dimension(code)
    found = [
        Located(path, target, column, code)
        for path, target in reachable(dataset, catalogue)
        if _follows(path, roles) and (column := _bound_column(dimension, target, catalogue)) is not None
    ]
    if not found:
        return None
    first = min(found, key=lambda located: len(located.path))
    # A longer path that begins with the shortest one reads the same thing again; any other may differ.
    others = [located for located in found if located.path[: len(first.path)] != first.path]
    if others:
        choices = sorted({".".join([*(hop.name for hop in located.path), code]) for located in (first, *others)})
        raise AmbiguousPath(field=field, dataset=dataset, choices=choices)
    return first


def _follows(path: Path, roles: list[str]) -> bool:
    steps = iter(hop.name for hop in path)
    return all(role in steps for role in roles)


def _bound_column(dimension: DimensionDef, dataset: Code, catalogue: Catalogue) -> Column | None:
    for binding in dimension.bindings:
        if binding.dataset == dataset:
            return catalogue.dataset(dataset).column(binding.column)
    return None
