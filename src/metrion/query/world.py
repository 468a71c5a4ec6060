"""Everything an answer depends on besides the question: definitions, permission, data versions, calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from metrion.base.canonical import digest
from metrion.base.clock import now, today
from metrion.base.settings import get_settings
from metrion.engines.answers import shaped
from metrion.integration import reads as integration
from metrion.integration.reads import LiveTable
from metrion.query.asked import Asked, datasets_read, token
from metrion.query.cache import BoundedCache
from metrion.query.earlier import still_judged_alike
from metrion.query.errors import LiveDataPassed
from metrion.query.fitting import unfit_columns
from metrion.query.protection import Protection, in_force, strictest
from metrion.query.schemas import DataUsed, DefinitionUsed
from metrion.query.sources import Source, source_of
from metrion.semantic.compile import anchor_query
from metrion.semantic.frame import Guard
from metrion.semantic.request import LastTime, ToDateTime
from metrion.semantic.scope import DataScope, TimeContext

if TYPE_CHECKING:
    from datetime import date

    from metrion.identity.schemas import Actor
    from metrion.lake import Snapshot
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import DatasetDef, Definition
    from metrion.semantic.prepared import Compiled

_anchors: BoundedCache[date | None] = BoundedCache(2**20)
_ANCHOR_BYTES = 128


@dataclass(frozen=True, slots=True)
class Pinned:
    """Another state of the world than today's, for comparisons of receipts. No request can ask for it.

    Definitions, data and day are those of this state; what the asker may see is always what he may see now.
    """

    catalogue: Catalogue
    versions: Mapping[str, int]
    """Table -> version of its data. A table that is not named is read as it is now."""
    today: date


class Tables(Mapping[str, str]):
    """Dataset -> its table. A dataset without data, or with data elsewhere, is refused when it is needed."""

    def __init__(
        self,
        snapshots: Mapping[str, Snapshot | LiveTable | None],
        source: Source,
        catalogue: Catalogue,
        narrowed: Mapping[str, str] | None = None,
    ) -> None:
        self._snapshots = snapshots
        self._source = source
        self._catalogue = catalogue
        self._narrowed = narrowed or {}

    def __getitem__(self, dataset: str) -> str:
        if dataset in self._narrowed:
            return self._narrowed[dataset]
        snapshot = self._snapshots[dataset]
        if snapshot is None:
            raise self._source.refusal(self._catalogue.dataset(dataset))
        return snapshot.name if isinstance(snapshot, LiveTable) else integration.engine().table_name(snapshot)

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
    snapshots: Mapping[str, Snapshot | LiveTable | None]
    source: Source
    key: str
    guard: Guard | None = None
    """Binds the row conditions where `catalogue` is not what is in force."""
    unfit: frozenset[tuple[str, str]] = frozenset()
    """Columns (dataset, column) that the loaded tables do not have as the definitions say."""
    narrowed: Mapping[str, str] = field(default_factory=dict)
    """Datasets that are read from a table with fewer rows than their snapshot."""

    @property
    def tables(self) -> Tables:
        """Return the physical tables for the compiler."""
        return Tables(self.snapshots, self.source, self.catalogue, self.narrowed)

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
        """Return every dataset that was read, with its data version and the asker's row condition.

        Call it when they are read: the version of live data is that moment.
        """
        return tuple(
            DataUsed(
                dataset=code,
                data_version=_read_version(self.snapshots[code]),
                real=self.catalogue.dataset(code).real,
                row_policy=self.scope.rows.get(code),
            )
            for code in compiled.datasets
        )


def gather(
    actor: Actor,
    asked: Asked,
    catalogue: Catalogue,
    published: Catalogue,
    candidates: tuple[Definition, ...] = (),
    pinned: Pinned | None = None,
) -> World:
    """Pin definitions, data versions and permission for a question, in a fixed number of queries.

    `published` is what is in force now; `catalogue` is that, or what the question uses instead, with the
    drafts `candidates` in it. `pinned` takes data and day from another state of the world.
    """
    settings = get_settings()
    day = pinned.today if pinned else today(settings.time_zone)
    time = TimeContext(zone=settings.time_zone, week_start=settings.week_start, today=day)
    facts = datasets_read(asked, catalogue, time, keep=not candidates and pinned is None)
    datasets = [catalogue.dataset(code) for code in _cone(facts, catalogue)]
    if catalogue is published and pinned is None:
        protection = in_force(actor, datasets)
    else:
        protection = strictest(actor, datasets, published, candidates)
    source = source_of([catalogue.dataset(code) for code in facts if code not in protection.closed])
    if pinned is not None and source.database is not None:
        raise LiveDataPassed(dataset=facts[0])
    snapshots = {
        dataset.code: None if dataset.code in protection.closed else _version_of(dataset, source, pinned)
        for dataset in datasets
    }
    narrowed = still_judged_alike(datasets, snapshots, source.newest, protection, published) if pinned else {}
    guard, guarding = _guard(protection, source)
    unfit = unfit_columns(catalogue, snapshots)
    read = [{code: _version(snapshot) for code, snapshot in each.items()} for each in (snapshots, guarding)]
    state = [token(catalogue), token(published), protection.scope.key, read, narrowed, source.look]
    if isinstance(asked.request.time, (LastTime, ToDateTime)):
        world = World(catalogue, protection.scope, time, snapshots, source, digest(state), guard, unfit, narrowed)
        time = time.model_copy(update={"anchors": _visible_anchors(facts, world)})
    key = digest([*state, time.model_dump(mode="json")])
    return World(catalogue, protection.scope, time, {**guarding, **snapshots}, source, key, guard, unfit, narrowed)


def _guard(protection: Protection, source: Source) -> tuple[Guard | None, dict[str, Snapshot | LiveTable | None]]:
    """Return what binds the row conditions, and the data that it reads."""
    published, guards = protection.published, protection.guards
    if published is None or guards is None:
        return None, {}
    found = {
        code: source.newest(published.dataset(code))
        for code in _cone(tuple(guards.values()), published)
        if published.dataset(code).place
    }
    return Guard(published, Tables(found, source, published), guards, unfit_columns(published, found)), found


def _version_of(dataset: DatasetDef, source: Source, pinned: Pinned | None) -> Snapshot | LiveTable | None:
    if pinned is None or dataset.place not in pinned.versions:
        return source.newest(dataset)
    return integration.snapshot(dataset.place, pinned.versions[dataset.place])


def _version(found: Snapshot | LiveTable | None) -> str:
    if found is None:
        return ""
    return f"{found.place if isinstance(found, LiveTable) else found.table}@{found.version}"


def _read_version(found: Snapshot | LiveTable | None) -> str:
    return f"{found.place}@{now().isoformat()}" if isinstance(found, LiveTable) else _version(found)


def _cone(facts: tuple[str, ...], catalogue: Catalogue) -> tuple[str, ...]:
    """Return the facts and every dataset that their rows can be joined to: row policies may need any."""
    seen = dict.fromkeys(facts)
    frontier = list(facts)
    while frontier:
        here = frontier.pop()
        joined = [one.to_dataset for one in catalogue.relationships_from(here)]
        joined += [one.from_dataset for one in catalogue.relationships_to(here) if one.backwards != "refuse"]
        for other in joined:
            if other not in seen:
                seen[other] = None
                frontier.append(other)
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
                code,
                world.catalogue,
                world.scope,
                world.time,
                world.tables,
                world.source.dialect,
                guard=world.guard,
                unfit=world.unfit,
            )
            answer = world.source.engine.run(sql, parameters, timeout=get_settings().query_timeout)
            day = shaped(answer, [("last_day", "date")]).column(0)[0].as_py()
            _anchors.put(key, day, _ANCHOR_BYTES)
        if day is not None:
            found[code] = day
    return found
