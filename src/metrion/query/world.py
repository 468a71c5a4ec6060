"""Everything an answer depends on besides the question: definitions, permission, data versions, calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.base.canonical import digest
from metrion.base.clock import today
from metrion.base.ids import new_id
from metrion.base.settings import get_settings
from metrion.identity import reads as identity
from metrion.integration import reads as integration
from metrion.query.cache import BoundedCache
from metrion.query.errors import DataMissing
from metrion.query.schemas import DataUsed, DefinitionUsed
from metrion.semantic.compile import Compiled, anchor_query, datasets_of
from metrion.semantic.request import LastTime, MetricQuery, ToDateTime
from metrion.semantic.scope import DataScope, TimeContext

if TYPE_CHECKING:
    from datetime import date

    from metrion.engines.duck import DuckEngine
    from metrion.identity.schemas import Actor
    from metrion.lake import Snapshot
    from metrion.semantic.catalogue import Catalogue

_anchors: BoundedCache[date | None] = BoundedCache(2**20)
_ANCHOR_BYTES = 128


def engine() -> DuckEngine:
    """Return the process's analytic engine."""
    return integration.engine()


class Tables(Mapping[str, str]):
    """Dataset -> physical table of its pinned snapshot. A dataset without data is refused when it is needed."""

    def __init__(self, snapshots: Mapping[str, Snapshot | None]) -> None:
        self._snapshots = snapshots

    def __getitem__(self, dataset: str) -> str:
        snapshot = self._snapshots[dataset]
        if snapshot is None:
            raise DataMissing(dataset=dataset)
        return engine().table_name(snapshot)

    def __iter__(self) -> Iterator[str]:
        return iter(self._snapshots)

    def __len__(self) -> int:
        return len(self._snapshots)


@dataclass(frozen=True, slots=True)
class World:
    """The pinned state of the world for one question."""

    catalogue: Catalogue
    scope: DataScope
    time: TimeContext
    snapshots: Mapping[str, Snapshot | None]
    key: str

    @property
    def tables(self) -> Tables:
        """Return the physical tables for the compiler."""
        return Tables(self.snapshots)

    def definitions_used(self, compiled: Compiled) -> tuple[DefinitionUsed, ...]:
        """Return every definition the answer rests on, with version and digest."""
        return tuple(
            DefinitionUsed(
                kind=kind,
                code=code,
                version=self.catalogue.version(kind, code),
                digest=self.catalogue.digest(kind, code),
            )
            for kind, code in compiled.definitions
        )

    def data_used(self, compiled: Compiled) -> tuple[DataUsed, ...]:
        """Return every dataset that was read, with its data version and the asker's row condition."""
        return tuple(
            DataUsed(
                dataset=code,
                data_version=_version(self.snapshots[code]),
                real=self.catalogue.dataset(code).real,
                row_policy=self.scope.rows.get(code),
            )
            for code in compiled.datasets
        )


def gather(actor: Actor, request: MetricQuery, catalogue: Catalogue) -> World:
    """Pin definitions, data versions and permission for `request`, in a fixed number of queries."""
    settings = get_settings()
    time = TimeContext(zone=settings.time_zone, week_start=settings.week_start, today=today(settings.time_zone))
    facts = datasets_of(request, catalogue, time)
    datasets = [catalogue.dataset(code) for code in _cone(facts, catalogue)]
    scope = identity.data_scope(actor, datasets)
    snapshots = {dataset.code: _newest(dataset.source.table) for dataset in datasets}
    if isinstance(request.time, (LastTime, ToDateTime)):
        anchors = _visible_anchors(facts, catalogue, scope, snapshots)
        time = time.model_copy(update={"anchors": anchors})
    versions = {code: _version(snapshot) for code, snapshot in snapshots.items()}
    parts = [_token(catalogue), scope.key, versions, time.model_dump(mode="json")]
    return World(catalogue, scope, time, snapshots, digest(parts))


def _token(catalogue: Catalogue) -> str:
    """Return a name for this set of definitions within this process: each publication makes a new one."""
    return catalogue.memo(("query", "token"), lambda: new_id().hex)


def _newest(table: str) -> Snapshot | None:
    lake = integration.lake()
    return lake.snapshot(table) if lake.exists(table) else None


def _version(snapshot: Snapshot | None) -> str:
    return "" if snapshot is None else f"{snapshot.table}@{snapshot.version}"


def _cone(facts: tuple[str, ...], catalogue: Catalogue) -> tuple[str, ...]:
    """Return the facts and every dataset that their rows can be joined to: row policies may need any."""
    seen = dict.fromkeys(facts)
    frontier = list(facts)
    while frontier:
        for relationship in catalogue.relationships_from(frontier.pop()):
            if relationship.to_dataset not in seen:
                seen[relationship.to_dataset] = None
                frontier.append(relationship.to_dataset)
    return tuple(seen)


def _visible_anchors(
    facts: tuple[str, ...], catalogue: Catalogue, scope: DataScope, snapshots: Mapping[str, Snapshot | None]
) -> dict[str, date]:
    """Return per fact the last day that has rows the asker may see; relative time ends there."""
    found: dict[str, date] = {}
    for code in facts:
        dataset = catalogue.dataset(code)
        if dataset.anchor != "latest_data" or not dataset.time_columns:
            continue
        key = digest([catalogue.digest("dataset", code), _version(snapshots[code]), scope.key])
        day = _anchors.get(key)
        if day is None:
            sql, parameters = anchor_query(code, catalogue, scope, Tables(snapshots))
            day = engine().run(sql, parameters, timeout=get_settings().query_timeout).column(0)[0].as_py()
            _anchors.put(key, day, _ANCHOR_BYTES)
        if day is not None:
            found[code] = day
    return found
