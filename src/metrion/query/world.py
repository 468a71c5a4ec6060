"""Everything an answer depends on besides the question: definitions, permission, data versions, calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.base.canonical import digest
from metrion.base.clock import today
from metrion.base.ids import new_id
from metrion.base.settings import get_settings
from metrion.integration import reads as integration
from metrion.query.cache import BoundedCache
from metrion.query.errors import DataMissing
from metrion.query.fitting import unfit_columns
from metrion.query.protection import Protection, in_force, strictest
from metrion.query.schemas import DataUsed, DefinitionUsed
from metrion.semantic.compile import Compiled, anchor_query, datasets_of
from metrion.semantic.frame import Guard
from metrion.semantic.request import LastTime, MetricQuery, ToDateTime
from metrion.semantic.scope import DataScope, TimeContext

if TYPE_CHECKING:
    from datetime import date

    from metrion.engines.duck import DuckEngine
    from metrion.identity.schemas import Actor
    from metrion.lake import Snapshot
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import Definition

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
    guard: Guard | None = None
    """Binds the row conditions where `catalogue` is not what is in force."""
    unfit: frozenset[tuple[str, str]] = frozenset()
    """Columns (dataset, column) that the loaded tables do not have as the definitions say."""

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


def gather(
    actor: Actor,
    request: MetricQuery,
    catalogue: Catalogue,
    published: Catalogue,
    candidates: tuple[Definition, ...] = (),
) -> World:
    """Pin definitions, data versions and permission for `request`, in a fixed number of queries.

    `published` is what is in force now; `catalogue` is that, or what the question uses instead, with the
    drafts `candidates` in it.
    """
    settings = get_settings()
    time = TimeContext(zone=settings.time_zone, week_start=settings.week_start, today=today(settings.time_zone))
    facts = datasets_of(request, catalogue, time)
    datasets = [catalogue.dataset(code) for code in _cone(facts, catalogue)]
    if catalogue is published:
        protection = in_force(actor, datasets)
    else:
        protection = strictest(actor, datasets, published, candidates)
    newest = Newest()
    snapshots = {
        dataset.code: None if dataset.code in protection.closed else newest[dataset.source.table]
        for dataset in datasets
    }
    guard, guarding = _guard(protection, newest)
    unfit = unfit_columns(catalogue, snapshots)
    read = [{code: _version(snapshot) for code, snapshot in each.items()} for each in (snapshots, guarding)]
    state = [_token(catalogue), _token(published), protection.scope.key, read]
    if isinstance(request.time, (LastTime, ToDateTime)):
        world = World(catalogue, protection.scope, time, snapshots, digest(state), guard, unfit)
        time = time.model_copy(update={"anchors": _visible_anchors(facts, world)})
    key = digest([*state, time.model_dump(mode="json")])
    return World(catalogue, protection.scope, time, {**guarding, **snapshots}, key, guard, unfit)


def _guard(protection: Protection, newest: Newest) -> tuple[Guard | None, dict[str, Snapshot | None]]:
    """Return what binds the row conditions, and the data that it reads."""
    published, guards = protection.published, protection.guards
    if published is None or guards is None:
        return None, {}
    found = {code: newest[published.dataset(code).source.table] for code in _cone(tuple(guards.values()), published)}
    return Guard(published, Tables(found), guards, unfit_columns(published, found)), found


def _token(catalogue: Catalogue) -> str:
    """Return a name for this set of definitions within this process: each publication makes a new one."""
    return catalogue.memo(("query", "token"), lambda: new_id().hex)


class Newest(dict[str, "Snapshot | None"]):
    """Table -> its newest version, None without data. Each is looked up once, so that one question has one state."""

    def __missing__(self, table: str) -> Snapshot | None:
        """Look the table up."""
        self[table] = integration.snapshot_or_none(table)
        return self[table]


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


def _visible_anchors(facts: tuple[str, ...], world: World) -> dict[str, date]:
    """Return per fact the last day that has rows the asker may see; relative time ends there.

    It depends on the whole state of the world: a row policy may read other datasets than the fact.
    """
    found: dict[str, date] = {}
    for code in facts:
        dataset = world.catalogue.dataset(code)
        if dataset.anchor != "latest_data" or not dataset.time_columns:
            continue
        key = f"{world.key}:{code}"
        day = _anchors.get(key)
        if day is None:
            sql, parameters = anchor_query(
                code, world.catalogue, world.scope, world.tables, guard=world.guard, unfit=world.unfit
            )
            day = engine().run(sql, parameters, timeout=get_settings().query_timeout).column(0)[0].as_py()
            _anchors.put(key, day, _ANCHOR_BYTES)
        if day is not None:
            found[code] = day
    return found
