"""The published catalogue, held in process and refreshed by what changed.

A reader asks one cheap question, the revision row. When it moved, or when the clock passed the next
scheduled publication, only the items touched since are read again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Min, Q, QuerySet

from metrion.base.clock import now
from metrion.base.ids import new_id
from metrion.base.moment import in_moment
from metrion.base.text import Text
from metrion.catalog.links import Key
from metrion.catalog.models import CatalogueRevision, Edge, Item, Publication
from metrion.semantic.catalogue import Catalogue, Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from metrion.base.canonical import Plain
    from metrion.catalog.links import EdgeKind
    from metrion.semantic.model import Kind

_FOREVER = datetime.max.replace(tzinfo=UTC)
_HELD_PAST = 8


@dataclass(frozen=True)
class Head:
    """One definition in force."""

    key: Key
    item: UUID
    version: UUID
    number: int
    digest: str
    content: Mapping[str, Plain]
    valid_from: datetime
    uses: tuple[tuple[EdgeKind, Key], ...]

    @cached_property
    def entry(self) -> Entry:
        """Return what the engine reads of it."""
        return Entry(digest=self.digest, version=self.number, content=self.content)

    @property
    def name(self) -> Text:
        """Return the name; a relationship without one goes by its code."""
        name = cast("Mapping[str, str]", self.content.get("name") or {})
        shown = Text(zh=name.get("zh", ""), en=name.get("en", ""))
        return shown if shown.pick() else Text(zh=self.key[1], en=self.key[1])

    @property
    def domain(self) -> str:
        """Return the code of the subject area, or of the business domain when there is none."""
        return str(self.content.get("subject") or self.content["domain"])

    @property
    def owner(self) -> str:
        """Return the owner's user name, or nothing."""
        return str(self.content.get("owner") or "")


class _Entries(Mapping[Key, Entry]):
    """The heads as the engine reads them."""

    def __init__(self, heads: Mapping[Key, Head]) -> None:
        self._heads = heads

    def __getitem__(self, key: Key) -> Entry:
        return self._heads[key].entry

    def __contains__(self, key: object) -> bool:
        return key in self._heads

    def __iter__(self) -> Iterator[Key]:
        return iter(self._heads)

    def __len__(self) -> int:
        return len(self._heads)


@dataclass(frozen=True)
class Snapshot:
    """Everything in force at one instant. `token` names the database state that it was read from."""

    number: int
    epoch: UUID
    token: UUID
    read_at: datetime
    valid_until: datetime
    heads: Mapping[Key, Head]
    used_by: Mapping[Key, frozenset[Key]] = field(repr=False)

    catalogue: Catalogue = field(repr=False)
    """What the engine compiles against; definitions are parsed when first asked for."""

    def cone(self, start: Key, *, limit: int = 100_000) -> dict[Key, int]:
        """Return all dependants of `start` with their distance, nearest first; stops at `limit`."""
        return _walk(start, lambda key: sorted(self.used_by.get(key, ())), limit)

    def roots(self, start: Key, *, limit: int = 100_000) -> dict[Key, int]:
        """Return everything that `start` rests on with its distance, nearest first."""
        return _walk(
            start, lambda key: [target for _, target in self.heads[key].uses] if key in self.heads else [], limit
        )


def _walk(start: Key, neighbours: Callable[[Key], Iterable[Key]], limit: int) -> dict[Key, int]:
    distance = {start: 0}
    frontier = [start]
    while frontier and len(distance) <= limit:
        reached: list[Key] = []
        for key in frontier:
            for other in neighbours(key):
                if other not in distance:
                    distance[other] = distance[key] + 1
                    reached.append(other)
        frontier = reached
    del distance[start]
    return dict(list(distance.items())[:limit])


class _Shelf:
    """The snapshots of this process: the committed one, one of an open transaction, a few of the past."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.committed: Snapshot | None = None
        self.uncommitted: Snapshot | None = None
        self.pending: set[UUID] = set()
        self.past: OrderedDict[tuple[UUID, datetime], Snapshot] = OrderedDict()


_shelf = _Shelf()


def lock() -> int:
    """Let nobody else publish until the caller's transaction ends; returns the number of the revision to come.

    Since publications go one after the other, revisions become visible in their order.
    """
    CatalogueRevision.objects.get_or_create(id=1)
    return CatalogueRevision.objects.select_for_update().get(id=1).number + 1


def bump() -> None:
    """Announce what the caller's transaction changed: the last step after `lock`."""
    token = new_id()
    CatalogueRevision.objects.filter(id=1).update(number=F("number") + 1, token=token)
    _shelf.pending.add(token)
    transaction.on_commit(lambda: _shelf.pending.discard(token))


def current() -> Snapshot:
    """Return what is in force now."""
    number, epoch, token = _revision()
    instant = now()
    for held in (_shelf.committed, _shelf.uncommitted):
        if held and held.token == token and held.read_at <= instant < held.valid_until:
            return held
    with _shelf.lock:
        base = _shelf.committed
        if base and base.epoch == epoch and base.number <= number and base.read_at <= instant:
            fresh = _refreshed(base, number, token, instant)
        else:
            fresh = _read(number, epoch, token, instant)
        if token in _shelf.pending:
            _shelf.uncommitted = fresh
        else:
            _shelf.committed = fresh
        return fresh


def at(instant: datetime) -> Snapshot:
    """Return what was (or will be) in force at `instant`."""
    number, epoch, token = _revision()
    with _shelf.lock:
        held = _shelf.past.pop((token, instant), None)
        fresh = held or _read(number, epoch, token, instant)
        _shelf.past[token, instant] = fresh
        while len(_shelf.past) > _HELD_PAST:
            _shelf.past.popitem(last=False)
        return fresh


def _revision() -> tuple[int, UUID, UUID]:
    """Return number, epoch and token. Every request asks: the ORM would take five times as long."""
    return in_moment("catalogue", _read_revision)


def _read_revision() -> tuple[int, UUID, UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, epoch, token FROM catalog_cataloguerevision WHERE id = 1")
        row = cursor.fetchone()
    if row is None:
        return 0, UUID(int=0), UUID(int=0)
    number, epoch, token = row
    return number, UUID(str(epoch)), UUID(str(token))


def in_force(instant: datetime, prefix: str = "") -> Q:
    """Return the filter "in force at `instant`" over publications."""
    return Q(**{f"{prefix}valid_from__lte": instant}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": instant})
    )


def _read(number: int, epoch: UUID, token: UUID, instant: datetime) -> Snapshot:
    heads = {head.key: head for head in heads_of(Publication.objects.filter(in_force(instant)))}
    catalogue = Catalogue.lazy(_Entries(heads))
    return Snapshot(number, epoch, token, instant, _next_change(instant), heads, _reversed(heads.values()), catalogue)


def _refreshed(base: Snapshot, number: int, token: UUID, instant: datetime) -> Snapshot:
    window = (base.read_at, instant)
    changes = (
        Q(revision__gt=base.number), Q(publications__valid_from__range=window), Q(publications__valid_to__range=window),
    )  # fmt: skip
    found = [Item.objects.filter(change).values_list("id", "kind", "code") for change in changes]
    touched = set(found[0].union(*found[1:]))  # not one filter with OR: that would read every item
    keys = {cast("Key", (kind, code)) for _, kind, code in touched}
    publications = Publication.objects.filter(in_force(instant), item__in=[item for item, _, _ in touched])
    fresh = {head.key: head for head in heads_of(publications)}
    heads = dict(base.heads)  # a copy of 10,000 pointers: 0.1 ms
    heads |= fresh
    for key in keys - fresh.keys():
        heads.pop(key, None)
    used_by = dict(base.used_by)
    for key in keys:
        before = {target for _, target in base.heads[key].uses} if key in base.heads else set()
        after = {target for _, target in fresh[key].uses} if key in fresh else set()
        for target in before - after:
            used_by[target] = used_by[target] - {key}
        for target in after - before:
            used_by[target] = used_by.get(target, frozenset()) | {key}
    catalogue = base.catalogue.refreshed(_Entries(heads), keys)
    return Snapshot(number, base.epoch, token, instant, _next_change(instant), heads, used_by, catalogue)


def heads_of(publications: QuerySet[Publication]) -> Iterator[Head]:
    """Yield the definitions of these publications. Two queries."""
    rows = list(
        publications.values_list(
            "item_id", "item__kind", "item__code", "version_id", "version__number", "version__digest",
            "version__content", "valid_from",
        )
    )  # fmt: skip
    uses: dict[UUID, list[tuple[EdgeKind, Key]]] = {}
    edges = Edge.objects.filter(version__in=publications.values("version_id")).order_by("id")
    for version, edge, kind, code in edges.values_list("version_id", "kind", "target__kind", "target__code"):
        uses.setdefault(version, []).append((cast("EdgeKind", edge), (cast("Kind", kind), code)))
    for item, kind, code, version, number, digest, content, valid_from in rows:
        key = (cast("Kind", kind), code)
        yield Head(key, item, version, number, digest, content, valid_from, tuple(uses.get(version, ())))


def _reversed(heads: Iterable[Head]) -> dict[Key, frozenset[Key]]:
    found: dict[Key, set[Key]] = {}
    for head in heads:
        for _, target in head.uses:
            found.setdefault(target, set()).add(head.key)
    return {key: frozenset(users) for key, users in found.items()}


def _next_change(instant: datetime) -> datetime:
    starts = Min("valid_from", filter=Q(valid_from__gt=instant))
    ends = Min("valid_to", filter=Q(valid_to__gt=instant))
    found = Publication.objects.filter(Q(valid_from__gt=instant) | Q(valid_to__gt=instant)).aggregate(a=starts, b=ends)
    return min((each for each in found.values() if each is not None), default=_FOREVER)
