"""The published catalogue and single definitions of it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, cast

from metrion.base.clock import now
from metrion.catalog import snapshot
from metrion.catalog.content import MODELS
from metrion.catalog.errors import NoSuchMetric
from metrion.catalog.facts import ref_of
from metrion.catalog.links import links
from metrion.catalog.models import Draft, Item, Publication, Version
from metrion.catalog.reads.library import alike, definition_card
from metrion.catalog.reads.people import People
from metrion.catalog.schemas import (
    DefinitionDetail,
    Dependants,
    Ref,
    Status,
    VersionCard,
    VersionDetail,
    VersionState,
)
from metrion.catalog.visibility import Sight, no_such
from metrion.semantic.errors import SemanticError, UnknownName, UnreachableDimension, UnreachableFilter
from metrion.semantic.model import DatasetDef, Definition, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from uuid import UUID

    from metrion.base.errors import NotFound
    from metrion.base.text import Text
    from metrion.catalog.links import Key
    from metrion.identity.schemas import Actor
    from metrion.semantic.catalogue import Catalogue

RECENT = 5
_DIRECT_SHOWN = 50


def catalogue(as_of: datetime | None = None) -> Catalogue:
    """Return the definitions in force now, or at `as_of`. One query when nothing changed."""
    return (snapshot.current() if as_of is None else snapshot.at(as_of)).catalogue


def published_dataset(code: str) -> DatasetDef | None:
    """Return the dataset in force, or None. For identity, which cannot import this room."""
    found = catalogue().find("dataset", code)
    return found if isinstance(found, DatasetDef) else None


def require_readable(actor: Actor, codes: Iterable[str]) -> None:
    """Raise `NotFound` for the first metric that the person may not see or that is not in force. Two queries."""
    wanted = tuple(codes)
    if not wanted:
        actor.require("metric.read")
        return
    sight = Sight(actor)
    heads = sight.held.heads
    for code in wanted:
        key: Key = ("metric", code)
        head = heads.get(key) or last_head(key)
        if head is None or not sight.sees(head):
            raise _no_such_metric(code, sight)


def _no_such_metric(code: str, sight: Sight) -> NotFound:
    """Return the refusal, with the nearest codes among the metrics that the person may see."""
    nearest = get_close_matches(code, alike(sight, "metric", code), n=3, cutoff=0.6)
    return NoSuchMetric(key=code, nearest=nearest) if nearest else no_such("metric", code)


def require_open_references(actor: Actor, definitions: Iterable[Definition]) -> None:
    """Refuse drafts that name a published thing which the person may not know of, as if it did not exist.

    Raises `UnknownName` with the nearest open names. Dimensions are left to the compiler: a field may be a column.
    """
    drafts = tuple(definitions)
    if not drafts:
        return
    sight = Sight(actor)
    for key in _named(drafts):
        head = sight.held.heads.get(key)
        if head is None or not sight.sees(head):
            raise unknown_name(sight, key)


def closed_references(actor: Actor, definitions: Iterable[Definition]) -> tuple[UnknownName, ...]:
    """Return a refusal for each published thing that drafts name and the person may not know of."""
    sight = Sight(actor)
    heads = sight.held.heads
    return tuple(
        unknown_name(sight, key)
        for key in _named(tuple(definitions))
        if (head := heads.get(key)) is not None and not sight.sees(head)
    )


def _named(drafts: tuple[Definition, ...]) -> Iterator[Key]:
    """Yield what drafts name outside of themselves; no dimensions, since such a name may be a column's."""
    own: set[Key] = {(draft.kind, draft.code) for draft in drafts}
    for key in dict.fromkeys(link.target for draft in drafts for link in links(draft)):
        if key not in own and key[0] != "dimension":
            yield key


def as_known(actor: Actor, refusal: SemanticError) -> SemanticError:
    """Return a refusal without names that the person may not know of: what is closed is as good as absent."""
    sight = Sight(actor)
    key: Key
    match refusal:
        case UnknownName(params={"kind": kind, "name": name}):
            key = (cast("Kind", kind), str(name))
        case UnreachableDimension(field=field) | UnreachableFilter(field=field):
            key = ("dimension", str(field).rpartition(".")[2])
            head = sight.held.heads.get(key)
            if head is None or sight.sees(head):
                return refusal
        case _:
            return refusal
    return unknown_name(sight, key)


def unknown_name(sight: Sight, key: Key) -> UnknownName:
    """Return the refusal of a name that is absent or may not be known, with the nearest open ones."""
    kind, code = key
    nearest = tuple(get_close_matches(code, alike(sight, kind, code), n=3, cutoff=0.5))
    words = no_such(kind, code).params
    return UnknownName(name=code, kind=kind, kind_zh=words["kind_zh"], kind_en=words["kind_en"], nearest=nearest)


def readable(actor: Actor, codes: Iterable[str]) -> tuple[str, ...]:
    """Return those metrics in force that the person may see, in the order given. Two queries."""
    sight = Sight(actor)
    heads = sight.held.heads
    return tuple(code for code in codes if (head := heads.get(("metric", code))) is not None and sight.sees(head))


def readable_definitions(
    actor: Actor, domain: str | None = None, *, with_foundations: bool = False
) -> list[Definition]:
    """Return all definitions in force that the person may see, of a domain's subtree if given, by kind and code.

    `with_foundations`: also what these rest on, and the relationships between its datasets.
    """
    sight = Sight(actor)
    heads = sight.held.heads
    area = set(sight.tree.subtree(domain)) if domain is not None else None
    wanted = {key for key, head in heads.items() if area is None or head.domain in area}
    if with_foundations and area is not None:
        wanted |= {below for key in wanted for below in sight.held.roots(key)}
        joined = [key for key in heads if key[0] == "relationship"]
        wanted |= {key for key in joined if {link.target for link in links(_parsed(heads[key]))} <= wanted}
    return [_parsed(heads[key]) for key in sorted(wanted) if key in heads and sight.sees(heads[key])]


def _parsed(head: snapshot.Head) -> Definition:
    return MODELS[head.key[0]].model_validate(head.content)


def names(actor: Actor, keys: Iterable[Key]) -> dict[Key, Text]:
    """Return the names of those definitions in force that the person may know of. At most two queries."""
    sight = Sight(actor)
    heads = sight.held.heads
    return {key: head.name for key in keys if (head := heads.get(key)) is not None and sight.sees(head)}


def last_head(key: Key) -> snapshot.Head | None:
    """Return the last version that was in force, for an archived definition; or the first that will be."""
    kind, code = key
    found = Publication.objects.filter(item__kind=kind, item__code=code).order_by("-valid_from").first()
    return next(snapshot.heads_of(Publication.objects.filter(id=found.id)), None) if found else None


def open_head(sight: Sight, key: Key) -> snapshot.Head:
    """Return a definition in force, or the archived one; raises `NotFound` when it is absent or not open."""
    head = sight.held.heads.get(key) or last_head(key)
    if head is None or not sight.sees(head):
        raise no_such(*key)
    return head


def status_of(held: snapshot.Snapshot, key: Key) -> tuple[Status, Ref | None]:
    """Return the status of a published item and its successor. One query for what is in force."""
    kind, code = key
    item = Item.objects.select_related("successor").get(kind=kind, code=code)
    successor = ref_of((kind, item.successor.code), held.catalogue) if item.successor else None
    if key in held.heads:
        return ("deprecated" if item.deprecated_at else "published"), successor
    last = last_head(key)
    return ("scheduled" if last and last.valid_from > now() else "archived"), successor


def versions(actor: Actor, kind: Kind, code: str) -> list[VersionCard]:
    """Return the versions of a definition, newest first, with the time that each was in force."""
    open_head(Sight(actor), (kind, code))
    return version_cards((kind, code))


def version(actor: Actor, kind: Kind, code: str, number: int) -> VersionDetail:
    """Return one version with its content; raises `NotFound`, but for its author also when it was never published."""
    open_head(Sight(actor), (kind, code))
    row = Version.objects.filter(item__kind=kind, item__code=code, number=number).first()
    card = next((card for card in version_cards((kind, code)) if card.number == number), None)
    if row is None or card is None or (card.valid_from is None and row.author_id != actor.username):
        raise no_such(kind, f"{code} v{number}")
    return VersionDetail(**card.model_dump(), definition=MODELS[kind].model_validate(row.content))


def version_cards(key: Key, limit: int | None = None) -> list[VersionCard]:
    """Return version cards, newest first. Three queries.

    A version that was never in force is shown by its state only; its content is seen in the change request.
    """
    kind, code = key
    rows = Version.objects.filter(item__kind=kind, item__code=code).order_by("-number").defer("content")[:limit]
    found = list(rows.prefetch_related("publications"))
    people = People(row.author_id for row in found)
    instant = now()
    cards = []
    for row in found:
        publication = max(row.publications.all(), key=lambda each: each.valid_from, default=None)
        cards.append(
            VersionCard(
                id=row.id,
                number=row.number,
                digest=row.digest,
                state=_state(row, publication, instant),
                author=people.get(row.author_id),
                created_at=row.created_at,
                valid_from=publication.valid_from if publication else None,
                valid_to=publication.valid_to if publication else None,
            )
        )
    return cards


def _state(row: Version, publication: Publication | None, instant: datetime) -> VersionState:
    if publication is None:
        return "rejected" if row.state == "rejected" else "withdrawn" if row.state == "withdrawn" else "in_review"
    if publication.valid_from > instant:
        return "scheduled"
    return "current" if publication.valid_to is None or publication.valid_to > instant else "superseded"


def definition_detail(actor: Actor, kind: Kind, code: str) -> DefinitionDetail:
    """Return a dataset, dimension, modifier or relationship with its surroundings; raises `NotFound`."""
    sight, key = Sight(actor), (kind, code)
    head = open_head(sight, key)
    published = sight.held.catalogue
    status, _ = status_of(sight.held, key)
    linked = [other for other in sight.held.used_by.get(key, ()) if other[0] == "relationship"]
    return DefinitionDetail(
        card=definition_card(head, sight.tree, People([head.owner])),
        domain_path=sight.tree.lineage(head.domain),
        status=status,
        dependants=dependants(sight, key),
        references=tuple(ref_of(target, published) for target in dict.fromkeys(target for _, target in head.uses)),
        relationships=tuple(ref_of(other, published) for other in sorted(linked)),
        history=tuple(version_cards(key, RECENT)),
        may_draft=sight.may_draft(kind, head.domain),
        my_draft=my_draft(actor, key),
    )


def dependants(sight: Sight, key: Key) -> Dependants:
    """Return what rests on a definition, as far as the person may see it. No query."""
    held = sight.held
    cone = held.cone(key)
    seen = [other for other in cone if sight.sees(held.heads[other])]
    direct = [other for other in seen if cone[other] == 1][:_DIRECT_SHOWN]
    return Dependants(direct=tuple(ref_of(other, held.catalogue) for other in direct), total=len(seen))


def my_draft(actor: Actor, key: Key) -> UUID | None:
    """Return the id of the person's newest draft of a definition. One query."""
    kind, code = key
    mine = Draft.objects.filter(kind=kind, code=code, author__username=actor.username).order_by("-updated_at")
    return mine.values_list("id", flat=True).first()
