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
    from collections.abc import Iterator, Mapping

    from metrion.engines.engine import Statement
    from metrion.query.world import World
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.prepared import Compiled
    from metrion.semantic.uniqueness import Promise

_ENTRY_BYTES = 256
_kept: BoundedCache[bool] = BoundedCache(2**20)
"""Whether no key repeats, by the digest of a statement, whose tables are named with their versions, or of all that an
answer rests on in a state of the world."""


def require_unique_keys(compiled: Compiled, world: World) -> None:
    """Raise `KeyNotUnique` when the answer rests on a join or a funnel whose keys repeat in the lake."""
    rests = digest([world.key, [[one.dataset, *one.columns] for one in compiled.promises]])
    if _kept.get(rests):
        return
    for promise, statement in breaches(compiled, world.catalogue, world.tables, "duckdb"):
        if not _is_kept(statement):
            raise repeated(promise)
    _kept.put(rests, True, _ENTRY_BYTES)  # noqa: FBT003 - the value of an entry


def breaches(
    compiled: Compiled, catalogue: Catalogue, tables: Mapping[str, str], dialect: str
) -> Iterator[tuple[Promise, Statement]]:
    """Yield each promise that the answer rests on, with the statement that has rows where it is broken."""
    for promise in compiled.promises:
        if not isinstance(catalogue.dataset(promise.dataset).source, MetricsTable):  # made with one row for each key
            yield promise, breach(promise, catalogue, tables, dialect)


def repeated(promise: Promise) -> KeyNotUnique:
    """Return the refusal of a broken promise."""
    return KeyNotUnique(relationship=promise.relationship, dataset=promise.dataset, columns=promise.columns)


def _is_kept(statement: Statement) -> bool:
    sql, parameters = statement
    key = digest([sql, [str(value) for value in parameters]])
    known = _kept.get(key)
    if known is None:
        found = integration.engine().run(sql, parameters, timeout=get_settings().query_timeout)
        known = found.num_rows == 0
        _kept.put(key, known, _ENTRY_BYTES)
    return known
