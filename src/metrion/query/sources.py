"""Where a question is computed: in the lake, or in the one database that has all the data it needs.

A database is read as it is now. Its tables are looked at once for each question, and questions of the same few
seconds (`METRION_LIVE_SECONDS`) share a look: only they may share an answer.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from metrion.base.ids import new_id
from metrion.base.settings import get_settings
from metrion.base.text import Text
from metrion.integration import reads as integration
from metrion.integration.errors import NoDatabaseTable
from metrion.query.cache import BoundedCache
from metrion.query.errors import DataMissing, SourcesMixed
from metrion.semantic.model import DatabaseTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metrion.base.errors import MetrionError
    from metrion.engines.engine import Engine
    from metrion.integration.reads import Database, LiveTable
    from metrion.lake import Snapshot
    from metrion.semantic.model import DatasetDef

_tables: BoundedCache[LiveTable] = BoundedCache(2**20)
_TABLE_BYTES: Final = 4096


def home_of(dataset: DatasetDef) -> str:
    """Return the connection through which a dataset is read, empty for the lake."""
    return dataset.source.connection if isinstance(dataset.source, DatabaseTable) else ""


class Source:
    """The lake, or one database, in the state in which a question finds it."""

    def __init__(self, database: Database | None) -> None:
        self.database = database
        self.look = "" if database is None else f"{database.code}:{database.revision}:{_moment()}"
        self._newest: dict[str, Snapshot | LiveTable | None] = {}

    @property
    def name(self) -> str:
        """Return the code of the connection, empty for the lake."""
        return "" if self.database is None else self.database.code

    @property
    def engine(self) -> Engine:
        """Return what runs the question."""
        return integration.engine() if self.database is None else self.database.engine

    @property
    def dialect(self) -> str:
        """Return the SQL dialect of the engine."""
        return "duckdb" if self.database is None else self.database.dialect

    def newest(self, dataset: DatasetDef) -> Snapshot | LiveTable | None:
        """Return the data of a dataset as it is; None where there is none, or it is somewhere else.

        Each table is looked up once, so that one question has one state.
        """
        if home_of(dataset) != self.name or not dataset.place:
            return None
        if dataset.place not in self._newest:
            self._newest[dataset.place] = self._find(dataset)
        return self._newest[dataset.place]

    def refusal(self, dataset: DatasetDef) -> MetrionError:
        """Return why a dataset that a question needs has no table here."""
        home = home_of(dataset)
        if home != self.name:
            return mixed((self.name, home))
        if self.database is not None and isinstance(dataset.source, DatabaseTable):
            return NoDatabaseTable(connection=home, table=dataset.source.table)
        return DataMissing(dataset=dataset.code)

    def _find(self, dataset: DatasetDef) -> Snapshot | LiveTable | None:
        if self.database is None:
            return integration.snapshot_or_none(dataset.place)
        if not isinstance(dataset.source, DatabaseTable):
            return None
        key = f"{self.look}:{dataset.place}"
        known = _tables.get(key)
        if known is None:
            known = integration.live_table(self.database, dataset.source.table, self.look)
            if known is not None:
                _tables.put(key, known, _TABLE_BYTES)
        return known


def source_of(datasets: Iterable[DatasetDef]) -> Source:
    """Return where a question that reads these datasets is computed. Raises `SourcesMixed`, `NotFound`."""
    homes = dict.fromkeys(home_of(dataset) for dataset in datasets if dataset.place)
    if len(homes) > 1:
        raise mixed(homes)
    home = next(iter(homes), "")
    return Source(integration.database(home) if home else None)


def mixed(homes: Iterable[str]) -> SourcesMixed:
    """Return the refusal of a question that needs several places."""
    names = [Text(zh=home or "数据湖", en=home or "the lake") for home in homes]
    return SourcesMixed(places=Text(zh="、".join(each.zh for each in names), en=", ".join(each.en for each in names)))


def _moment() -> str:
    """Return a name of the present few seconds, or one of its own where no look is shared."""
    seconds = get_settings().live_seconds
    return str(int(time.time() // seconds)) if seconds else new_id().hex
