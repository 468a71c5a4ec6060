"""The promise that a join makes, held against the data: the columns that rows are joined by are unique.

A definition may say that a column is a key; only the data can prove it. Once per version of a table it is
asked; a table that breaks the promise is refused, since joining it would count rows several times. The
refusal does not name the value: it may stand in rows that the asker cannot see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from metrion.base.settings import get_settings
from metrion.integration import reads as integration
from metrion.query.cache import BoundedCache
from metrion.query.errors import KeyNotUnique

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.compile import Compiled

_ENTRY_BYTES = 256
_unique: BoundedCache[bool] = BoundedCache(2**20)
"""Table name with version, and columns -> whether no value repeats."""


def require_unique_keys(compiled: Compiled, catalogue: Catalogue, tables: Mapping[str, str]) -> None:
    """Raise `KeyNotUnique` when a relationship that the answer rests on joins to columns that repeat."""
    for kind, code in compiled.definitions:
        if kind != "relationship":
            continue
        relationship = catalogue.relationship(code)
        columns = tuple(pair.one for pair in relationship.columns)
        if not _is_unique(tables[relationship.to_dataset], columns):
            raise KeyNotUnique(relationship=code, dataset=relationship.to_dataset, columns=columns)


def _is_unique(table: str, columns: tuple[str, ...]) -> bool:
    key = f"{table}:{','.join(columns)}"
    known = _unique.get(key)
    if known is None:
        found = integration.engine().run(_statement(table, columns), timeout=get_settings().query_timeout)
        known = found.num_rows == 0
        _unique.put(key, known, _ENTRY_BYTES)
    return known


def _statement(table: str, columns: tuple[str, ...]) -> str:
    """Return the SQL for one key that stands in more than one row; rows with a NULL part join to nothing."""
    names = [exp.column(name, quoted=True) for name in columns]
    present = exp.and_(*(exp.not_(exp.Is(this=name.copy(), expression=exp.null())) for name in names))
    twice = exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1))
    source = exp.to_table(table, dialect="duckdb")
    return exp.select(*names).from_(source).where(present).group_by(*names).having(twice).limit(1).sql("duckdb")
