"""Whether the tables that are loaded are what the datasets say: a load may bring other columns or types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.integration.reads import LiveTable, unfit
from metrion.lake.types import type_name
from metrion.query.cache import BoundedCache

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.lake import Snapshot
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import DatasetDef

_ENTRY_BYTES: Final = 512
_known: BoundedCache[frozenset[str]] = BoundedCache(2**20)
"""Digest of a dataset and version of its table -> the columns that do not fit."""


def unfit_columns(
    catalogue: Catalogue, snapshots: Mapping[str, Snapshot | LiveTable | None]
) -> frozenset[tuple[str, str]]:
    """Return the (dataset, column) pairs that the tables lack or hold in another type."""
    return frozenset(
        (code, column)
        for code, snapshot in snapshots.items()
        if snapshot is not None
        for column in _unfit(catalogue, code, snapshot)
    )


def _unfit(catalogue: Catalogue, code: str, snapshot: Snapshot | LiveTable) -> frozenset[str]:
    if isinstance(snapshot, LiveTable):
        return frozenset(unfit(catalogue.dataset(code), snapshot.columns))
    key = f"{catalogue.digest('dataset', code)}:{snapshot.table}@{snapshot.version}:{snapshot.committed_at}"
    known = _known.get(key)
    if known is None:
        known = _compare(catalogue.dataset(code), snapshot)
        _known.put(key, known, _ENTRY_BYTES)
    return known


def _compare(dataset: DatasetDef, snapshot: Snapshot) -> frozenset[str]:
    loaded = {field.name: type_name(field.type) for field in snapshot.schema}
    return frozenset(unfit(dataset, {name: (kind,) for name, kind in loaded.items() if kind is not None}))
