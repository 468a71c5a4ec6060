"""Drafts as their authors see them, and as governance reads them before they are frozen."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.db.models import Q, QuerySet

from metrion.base.canonical import digest
from metrion.base.errors import Faults, MetrionError, NotFound
from metrion.base.paging import MAX_PAGE, Page, decode_cursor, encode_cursor
from metrion.base.text import Text
from metrion.catalog import snapshot
from metrion.catalog.content import MODELS, area_of, kind_of, parse, string_at
from metrion.catalog.errors import AlreadyInReview, BadDefinition, BaseMoved, DraftLocked
from metrion.catalog.facts import Examiner
from metrion.catalog.models import Draft, Version, with_keys
from metrion.catalog.reads.definitions import closed_references
from metrion.catalog.reads.people import People
from metrion.catalog.schemas import (
    Candidate,
    CheckResult,
    DefinitionFault,
    DerivedFacts,
    DraftCard,
    DraftView,
    FrozenVersion,
    Raw,
)
from metrion.catalog.visibility import DomainTree, draft_permission

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metrion.catalog.links import Key
    from metrion.identity.schemas import Actor
    from metrion.semantic.errors import UnknownName
    from metrion.semantic.model import Definition, Kind

_CODE_TAKEN = Text(zh="编码已被已发布的定义使用。", en="A published definition has this code.")
_COMPANIONS = 200
_CONE = 2000


def writable(actor: Actor) -> QuerySet[Draft]:
    """Return the drafts that the person may write: his own and those shared with him."""
    mine = Q(author__username=actor.username) | Q(co_authors__person__username=actor.username)
    return Draft.objects.filter(id__in=Draft.objects.filter(mine).values("id"))


def find(actor: Actor, draft_id: UUID, *, lock: bool = False) -> Draft:
    """Return a draft that the person may write; raises `NotFound`."""
    drafts = writable(actor).select_for_update(of=("self",)) if lock else writable(actor)
    found = drafts.filter(id=draft_id).first()
    if found is None:
        raise no_draft(draft_id)
    return found


def no_draft(draft_id: UUID) -> NotFound:
    """Return the refusal for a draft that is absent or somebody else's."""
    return NotFound(kind_zh="草稿", kind_en="draft", key=str(draft_id))


def drafts(actor: Actor, *, kind: Kind | None = None, cursor: str | None = None, limit: int = 50) -> Page[DraftCard]:
    """Return the drafts that the person may write, the last changed first. Three queries."""
    found = writable(actor) if kind is None else writable(actor).filter(kind=kind)
    total = found.count()
    if cursor is not None:
        match decode_cursor(cursor, datetime, UUID):
            case [datetime() as moment, UUID() as last]:
                found = found.filter(Q(updated_at__lt=moment) | Q(updated_at=moment, id__lt=last))
    size = max(1, min(limit, MAX_PAGE))
    rows = list(found.select_related("base").defer("raw", "base__content").order_by("-updated_at", "-id")[: size + 1])
    people = People(row.author_id for row in rows)
    cards = [
        DraftCard(
            id=row.id,
            kind=cast("Kind", row.kind),
            code=row.code,
            name=Text(zh=row.name_zh, en=row.name_en),
            revision=row.revision,
            state="submitted" if row.submitted_id else "open",
            author=people.get(row.author_id),
            base_version=row.base.number if row.base else None,
            updated_at=row.updated_at,
        )
        for row in rows[:size]
    ]
    last_row = rows[size - 1] if len(rows) > size else None
    following = encode_cursor([last_row.updated_at.isoformat(), str(last_row.id)]) if last_row else None
    return Page[DraftCard](items=cards, next_cursor=following, total=total)


def draft(actor: Actor, draft_id: UUID) -> DraftView:
    """Return one draft with everything that is wrong with it; raises `NotFound`."""
    return view(actor, find(actor, draft_id))


def view(actor: Actor, row: Draft) -> DraftView:
    """Return the view of a draft. Its author's other open drafts count as there."""
    definition, faults = parse(row.raw)
    facts = None
    held = snapshot.current()
    if definition is not None:
        companions = _companions(row)
        faults, facts = _examined(actor, definition, companions)
        faults = (*_taken(row, held), *faults)
    co_authors = list(row.co_authors.order_by("id").values_list("person__username", flat=True))
    people = People([row.author_id, *co_authors])
    head = held.heads.get((cast("Kind", row.kind), row.code))
    return DraftView(
        id=row.id,
        kind=cast("Kind", row.kind),
        code=row.code,
        name=Text(zh=row.name_zh, en=row.name_en),
        raw=row.raw,
        revision=row.revision,
        state="submitted" if row.submitted_id else "open",
        author=people.get(row.author_id),
        co_authors=tuple(people.get(name) for name in co_authors),
        base_version=row.base.number if row.base else None,
        base_moved=row.base_id is not None and (head is None or head.version != row.base_id),
        created_at=row.created_at,
        updated_at=row.updated_at,
        faults=faults,
        facts=facts,
    )


def check(actor: Actor, raw: Raw, companions: Sequence[Raw] = ()) -> CheckResult:
    """Return everything wrong with a definition that is not stored; `companions` count as there."""
    kind = kind_of(raw)
    actor.require(draft_permission(kind) if kind else "metric.draft")
    definition, faults = parse(raw)
    if definition is None:
        return CheckResult(faults=faults)
    others = [other for other, _ in map(parse, companions) if other is not None]
    faults, facts = _examined(actor, definition, others)
    return CheckResult(faults=faults, definition=definition, facts=facts)


def _examined(
    actor: Actor, definition: Definition, companions: Sequence[Definition]
) -> tuple[tuple[DefinitionFault, ...], DerivedFacts | None]:
    """Return faults and facts of a definition. What the person may not know of is unknown, and nothing follows."""
    if closed := closed_references(actor, [definition, *companions]):
        return tuple(map(_unknown, closed)), None
    catalogue = snapshot.current().catalogue.overlay(*companions, definition)
    examiner = Examiner(catalogue, DomainTree.load(), [definition])
    return examiner.faults(definition), examiner.facts(definition)


def _unknown(refusal: UnknownName) -> DefinitionFault:
    zh, en = refusal.render("zh"), refusal.render("en")
    return DefinitionFault(
        field="definition",
        code=refusal.code,
        text=Text(zh=zh["title"], en=en["title"]),
        remedy=Text(zh=zh["remedy"], en=en["remedy"]),
    )


def candidates(actor: Actor, draft_ids: Iterable[UUID]) -> tuple[Candidate, ...]:
    """Return drafts as they would be frozen, checked together.

    Raises `NotFound` for a draft of somebody else, `Faults` with everything wrong in any of them, `Forbidden`
    when the person may not draft in a domain, `BaseMoved`, `DraftLocked` or `AlreadyInReview`.
    """
    wanted = list(dict.fromkeys(draft_ids))
    found = writable(actor).select_related("base").prefetch_related("co_authors").in_bulk(wanted)
    missing = next((draft_id for draft_id in wanted if draft_id not in found), None)
    if missing is not None:
        raise no_draft(missing)
    rows = [found[draft_id] for draft_id in wanted]
    parsed = [(row, *parse(row.raw)) for row in rows]
    faults: list[MetrionError] = [
        BadDefinition(fault, f"{row.kind}.{row.code}") for row, _, own in parsed for fault in own
    ]
    if faults:
        raise Faults(faults)
    pairs = [(row, definition) for row, definition, _ in parsed if definition is not None]
    closed = closed_references(actor, [definition for _, definition in pairs])
    if closed:
        raise closed[0] if len(closed) == 1 else Faults(closed)
    tree, held = DomainTree.load(), snapshot.current()
    faults = [*_of_state(rows, held), *batch_faults([definition for _, definition in pairs], held, tree)]
    if faults:
        raise faults[0] if len(faults) == 1 and not isinstance(faults[0], BadDefinition) else Faults(faults)
    for _, definition in pairs:
        actor.require(draft_permission(definition.kind), tree.path(area_of(definition)))
    return tuple(_candidate(row, definition, tree) for row, definition in pairs)


def batch_faults(definitions: Sequence[Definition], held: snapshot.Snapshot, tree: DomainTree) -> list[BadDefinition]:
    """Return what is wrong with definitions that are published together, and with what rests on them."""
    batch = {(definition.kind, definition.code) for definition in definitions}
    catalogue = held.catalogue.overlay(*definitions)
    examiner = Examiner(catalogue, tree, definitions)
    faults = [
        BadDefinition(fault, f"{definition.kind}.{definition.code}")
        for definition in definitions
        for fault in examiner.faults(definition)
    ]
    counts = Counter((definition.kind, definition.code) for definition in definitions)
    faults += [BadDefinition(_twice(), f"{kind}.{code}") for (kind, code), count in counts.items() if count > 1]
    cones = {key: [other for other in held.cone(key, limit=_CONE) if other not in batch] for key in batch}
    broken = {
        other: examiner.broken(other, held.catalogue) for other in {other for cone in cones.values() for other in cone}
    }
    for (kind, code), cone in cones.items():
        for other in cone:
            if (reason := broken[other]) is not None:
                faults.append(BadDefinition(_breaks(held.heads[other], reason), f"{kind}.{code}"))
    return faults


def check_batch(definitions: Sequence[Definition]) -> list[tuple[str, DefinitionFault]]:
    """Return what is wrong with definitions that are published together, each with `kind.code` of the culprit."""
    found = batch_faults(definitions, snapshot.current(), DomainTree.load())
    return [(fault.where, fault.fault) for fault in found]


def frozen_versions(version_ids: Iterable[UUID]) -> tuple[FrozenVersion, ...]:
    """Return frozen versions in the order given. For governance, which decides who may read them. Three queries."""
    wanted = list(version_ids)
    rows = Version.objects.select_related("item", "base").in_bulk(wanted)
    origins = Draft.objects.filter(submitted__in=wanted).prefetch_related("co_authors")
    drafts_of = {origin.submitted_id: origin for origin in origins}
    tree = DomainTree.load()
    return tuple(_frozen(rows[each], drafts_of.get(each), tree) for each in wanted if each in rows)


def _frozen(row: Version, origin: Draft | None, tree: DomainTree) -> FrozenVersion:
    kind = cast("Kind", row.item.kind)
    definition = MODELS[kind].model_validate(row.content)
    co_authors = [each.person_id for each in origin.co_authors.all()] if origin else []
    return FrozenVersion(
        id=row.id,
        number=row.number,
        draft_id=origin.id if origin else None,
        kind=kind,
        code=row.item.code,
        digest=row.digest,
        definition=definition,
        base=MODELS[kind].model_validate(row.base.content) if row.base else None,
        base_version_id=row.base_id,
        base_number=row.base.number if row.base else None,
        authors=tuple(dict.fromkeys((row.author_id, *co_authors))),
        department=tree.path(area_of(definition)),
    )


def _candidate(row: Draft, definition: Definition, tree: DomainTree) -> Candidate:
    return Candidate(
        draft_id=row.id,
        kind=definition.kind,
        code=definition.code,
        digest=digest(definition),
        definition=definition,
        base=MODELS[definition.kind].model_validate(row.base.content) if row.base else None,
        base_version_id=row.base_id,
        base_number=row.base.number if row.base else None,
        authors=tuple(dict.fromkeys((row.author_id, *(each.person_id for each in row.co_authors.all())))),
        department=tree.path(area_of(definition)),
    )


def _companions(row: Draft) -> list[Definition]:
    others = Draft.objects.filter(author__username=row.author_id).exclude(id=row.id).order_by("-updated_at")
    raws = others.values_list("raw", flat=True)[:_COMPANIONS]
    return [definition for definition, _ in map(parse, raws) if definition is not None]


def _taken(row: Draft, held: snapshot.Snapshot) -> tuple[DefinitionFault, ...]:
    taken = row.base_id is None and (cast("Kind", row.kind), row.code) in held.heads
    return (DefinitionFault(field="code", code="code_taken", text=_CODE_TAKEN),) if taken else ()


def _of_state(rows: Sequence[Draft], held: snapshot.Snapshot) -> list[MetrionError]:
    faults: list[MetrionError] = []
    open_keys: list[Key] = []
    for row in rows:
        kind = cast("Kind", row.kind)
        head = held.heads.get((kind, row.code))
        faults += [BadDefinition(fault, f"{row.kind}.{row.code}") for fault in _taken(row, held)]
        if row.submitted_id is not None:
            faults.append(DraftLocked())
            continue
        open_keys.append((kind, row.code))
        if row.base_id is not None and (head is None or head.version != row.base_id):
            faults.append(BaseMoved(code=row.code))
        elif row.base is not None and string_at(row.raw, "code") != str(row.base.content["code"]):
            faults.append(BadDefinition(_renamed(), f"{row.kind}.{row.code}"))
    in_review = Version.objects.filter(with_keys(open_keys, "item__"), state="in_review")
    return faults + [AlreadyInReview(code=code) for code in in_review.values_list("item__code", flat=True)]


def _twice() -> DefinitionFault:
    text = Text(zh="同一编码出现多次。", en="The same code occurs more than once.")
    return DefinitionFault(field="code", code="code_twice", text=text)


def _renamed() -> DefinitionFault:
    text = Text(zh="已发布定义的编码不能修改。", en="The code of a published definition cannot change.")
    return DefinitionFault(field="code", code="code_changed", text=text)


def _breaks(head: snapshot.Head, reason: DefinitionFault) -> DefinitionFault:
    name = head.name
    text = Text(
        zh=f"此变更会使“{name.pick('zh')}”失效：{reason.text.pick('zh')}",
        en=f"This change breaks “{name.pick('en')}”: {reason.text.pick('en')}",
    )
    remedy = Text(zh="请在同一变更中一并修改它。", en="Change that one in the same request.")
    return DefinitionFault(field="", code="breaks_dependant", text=text, remedy=remedy)
