"""The promise that a join makes, held against the data: the columns that rows are joined by are unique.

A definition may say that a column is a key; only the data can prove it. Once per version of a table it is
asked; a table that breaks the promise is refused, since joining it would count rows several times. The
refusal does not name the value: it may stand in rows that the asker cannot see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.base.canonical import digest
from metrion.base.settings import get_settings
from metrion.integration import reads as integration
from metrion.query.cache import BoundedCache
from metrion.query.errors import KeyNotUnique
from metrion.semantic.model import MetricsTable
from metrion.semantic.uniqueness import breach

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.compile import Compiled
    from metrion.semantic.uniqueness import Promise

_ENTRY_BYTES = 256
_kept: BoundedCache[bool] = BoundedCache(2**20)
"""Digest of the statement, whose tables are named with their versions -> whether no key repeats."""


def require_unique_keys(compiled: Compiled, catalogue: Catalogue, tables: Mapping[str, str]) -> None:
    """Raise `KeyNotUnique` when the answer rests on a join or a funnel whose keys repeat."""
    for promise in compiled.promises:
        if isinstance(catalogue.dataset(promise.dataset).source, MetricsTable):
            continue  # one row for each combination, by the way it is made
        if not _is_kept(promise, catalogue, tables):
            raise KeyNotUnique(relationship=promise.relationship, dataset=promise.dataset, columns=promise.columns)


def _is_kept(promise: Promise, catalogue: Catalogue, tables: Mapping[str, str]) -> bool:
    sql, parameters = breach(promise, catalogue, tables)
    key = digest([sql, [str(value) for value in parameters]])
    known = _kept.get(key)
    if known is None:
        found = integration.engine().run(sql, parameters, timeout=get_settings().query_timeout)
        known = found.num_rows == 0
        _kept.put(key, known, _ENTRY_BYTES)
    return known
