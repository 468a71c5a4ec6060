"""From a dataset to a field along relationships: the only way rows of two datasets meet.

Along N:1 nothing is repeated. Where a relationship says so, it may also be walked backwards (a bridge): rows then
count once in each group that they have part in. A way back is looked for only where no way along N:1 leads there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.semantic.errors import AmbiguousPath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import Code, Column, DimensionDef, RelationshipDef

MAX_HOPS = 6
MAX_HOPS_BACK = 4

Path = tuple["Hop", ...]


@dataclass(frozen=True, slots=True)
class Hop:
    """One step along a relationship. `name` is the role, or the target where there is no role."""

    relationship: Code
    name: str
    dataset: Code
    back: bool = False


@dataclass(frozen=True, slots=True)
class Located:
    """A field as seen from one dataset: the column to read, and the way to it."""

    path: Path
    dataset: Code
    column: Column
    dimension: Code | None
    """The dimension that named it; None for the dataset's own column."""

    @property
    def repeats(self) -> bool:
        """Tell whether the way there repeats rows."""
        return any(hop.back for hop in self.path)


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
    return catalogue.memo(
        ("reachable", dataset), lambda: (((), dataset), *_walk(dataset, (), catalogue, MAX_HOPS, back=False))
    )


def reachable_back(dataset: Code, catalogue: Catalogue) -> tuple[tuple[Path, Code], ...]:
    """Return every dataset that can be joined by at least one step back, with the path to it."""
    return catalogue.memo(
        ("reachable back", dataset),
        lambda: tuple(
            (path, target)
            for path, target in _walk(dataset, (), catalogue, MAX_HOPS_BACK, back=True)
            if any(hop.back for hop in path)
        ),
    )


def _walk(dataset: Code, path: Path, catalogue: Catalogue, most: int, *, back: bool) -> Iterator[tuple[Path, Code]]:
    if len(path) == most:
        return
    used = {hop.relationship for hop in path}
    hops = [_hop(one) for one in catalogue.relationships_from(dataset)]
    if back:
        hops += [_hop_back(one) for one in catalogue.relationships_to(dataset) if one.backwards != "refuse"]
    for hop in hops:
        if hop.relationship in used:
            continue
        longer = (*path, hop)
        yield longer, hop.dataset
        yield from _walk(hop.dataset, longer, catalogue, most, back=back)


def _hop(relationship: RelationshipDef) -> Hop:
    return Hop(relationship.code, relationship.role or relationship.to_dataset, relationship.to_dataset)


def _hop_back(relationship: RelationshipDef) -> Hop:
    return Hop(relationship.code, relationship.role or relationship.from_dataset, relationship.from_dataset, back=True)


def _locate(field: str, dataset: Code, catalogue: Catalogue) -> Located | None:
    *roles, code = field.split(".")
    dimension = catalogue.dimension(code)
    for ways in (reachable, reachable_back):
        found = [
            Located(path, target, column, code)
            for path, target in ways(dataset, catalogue)
            if _follows(path, roles) and (column := _bound_column(dimension, target, catalogue)) is not None
        ]
        exact = [located for located in found if [hop.name for hop in located.path] == roles]
        if roles and len(exact) == 1:
            return exact[0]
        if found:
            return _only(found, field, dataset)
    return None


def _only(found: list[Located], field: str, dataset: Code) -> Located:
    """Return the shortest way. Raises `AmbiguousPath` where another could give other values."""
    first = min(found, key=lambda located: len(located.path))
    # A longer path that begins with the shortest one reads the same thing again; any other may differ. Ways back
    # differ in length by their nature: only one as short as the shortest is as good.
    others = [
        located
        for located in found
        if located.path[: len(first.path)] != first.path and not (first.repeats and len(located.path) > len(first.path))
    ]
    if others:
        code = field.rpartition(".")[2]
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
