"""The lists: domains, metrics with search and filters, other kinds. No query depends on the length of a list."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, When

from metrion.base.clock import now
from metrion.base.errors import Invalid
from metrion.base.paging import MAX_PAGE, Page, decode_cursor, encode_cursor
from metrion.base.text import Text, current_language
from metrion.catalog import search as index
from metrion.catalog import snapshot
from metrion.catalog.content import MODELS
from metrion.catalog.models import Card
from metrion.catalog.reads.people import People
from metrion.catalog.schemas import (
    DefinitionCard,
    DomainNode,
    FacetValue,
    MetricCard,
    MetricFacets,
    MetricType,
    Status,
)
from metrion.catalog.search import fold
from metrion.catalog.visibility import DATASET_READERS, DomainTree, Sight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metrion.identity.schemas import Actor
    from metrion.semantic.model import Kind

AnyCard = TypeVar("AnyCard", bound=Card)
Sort = Literal["name", "code"]
ListStatus = Literal["scheduled", "published", "deprecated", "archived"]
_TELLING: Final = 3
"""Characters of a word that is worth looking for."""
_COMPARED: Final = 200
_OUT_OF_FORCE: Final = ("scheduled", "archived")
_STATUS_NAMES: Mapping[str, Text] = {
    "published": Text(zh="已发布", en="Published"),
    "deprecated": Text(zh="已弃用", en="Deprecated"),
    "scheduled": Text(zh="待生效", en="Scheduled"),
    "archived": Text(zh="已归档", en="Archived"),
}
_TYPE_NAMES: Mapping[str, Text] = {
    "atomic": Text(zh="原子指标", en="Atomic"),
    "derived": Text(zh="派生指标", en="Derived"),
    "composite": Text(zh="复合指标", en="Composite"),
}


@dataclass(frozen=True, slots=True)
class MetricFilters:
    """Filters of the library. `domain` takes in its subtree; `status` None means whatever is in force."""

    domain: str | None = None
    type: MetricType | None = None
    owner: str | None = None
    tag: str | None = None
    status: ListStatus | None = None


def domain_tree(actor: Actor) -> list[DomainNode]:
    """Return the business domains that hold something open to the person, with metric counts. Two queries."""
    sight = Sight(actor)
    cards = _live(sight.cards("metric"))
    counts = dict(cards.values_list("domain").annotate(n=Count("id")).order_by())
    shown = sight.metric_domains | sight.data_domains
    roots = (domain_node(sight.tree, code, counts, shown) for code in sight.tree.children.get(None, ()))
    return [node for node in roots if node is not None]


def domain_node(tree: DomainTree, code: str, counts: Mapping[str, int], shown: frozenset[str]) -> DomainNode | None:
    """Return one domain with its subject areas; None when nothing of it is shown."""
    below = (domain_node(tree, child, counts, shown) for child in tree.children.get(code, ()))
    children = tuple(node for node in below if node is not None)
    if code not in shown and not children:
        return None
    row = tree.rows[code]
    own = counts.get(code, 0)
    total = own + sum(child.metrics for child in children)
    return DomainNode(
        code=code, name=row.name, parent=row.parent, department=row.path, metrics=total, children=children
    )


def metric_cards(
    actor: Actor,
    search: str = "",
    filters: MetricFilters | None = None,
    *,
    sort: Sort = "name",
    cursor: str | None = None,
    limit: int = 50,
) -> Page[MetricCard]:
    """Return one page of the library; a search is ordered by how well it matches first. Four queries at most."""
    sight = Sight(actor)
    cards = _filtered(sight, filters or MetricFilters(), searched=bool(search))
    total, rows, next_cursor = _page(cards, search, sort, cursor, limit)
    people = People(row.owner for row in rows)
    return Page[MetricCard](
        items=[_metric_card(row, sight.tree, people) for row in rows], next_cursor=next_cursor, total=total
    )


def metric_cards_of(actor: Actor, codes: Sequence[str]) -> dict[str, MetricCard]:
    """Return the cards of those metrics in force that the person may see, by code. Three queries."""
    sight = Sight(actor)
    rows = list(_shown(_live(sight.cards("metric")).filter(code__in=list(codes))))
    people = People(row.owner for row in rows)
    return {row.code: _metric_card(row, sight.tree, people) for row in rows}


def metric_facets(actor: Actor) -> MetricFacets:
    """Return the values of the library's filters with counts, most frequent first. Six queries at most."""
    sight = Sight(actor)
    seen = sight.cards("metric")
    types, owners, tags, statuses = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    live = _live(seen).values_list("type", "owner", "deprecated", "tags").annotate(n=Count("*")).order_by()
    for kind, owner, deprecated, text, count in live:
        types[kind] += count
        owners[owner] += count
        statuses["deprecated" if deprecated else "published"] += count
        for tag in text.split("\n")[1:-1]:
            tags[tag] += count
    del owners[""]
    for status in _OUT_OF_FORCE:
        statuses[status] = _in_status(seen, status).count()
    people = People(owners)
    return MetricFacets(
        types=_facet(types, _TYPE_NAMES),
        owners=_facet(owners, {name: people.get(name).name for name in owners}),
        tags=_facet(tags, {}),
        statuses=_facet(statuses, _STATUS_NAMES),
    )


def alike(sight: Sight, kind: Kind, code: str) -> list[str]:
    """Return open codes that begin like `code` or hold one of its words, few enough to be compared. One query."""
    shared = Q(code__startswith=code[:2])
    for word in code.split("_"):
        shared |= Q(code__contains=word) if len(word) >= _TELLING else Q()
    closest = Case(When(code__startswith=code[: len(code) // 2], then=0), default=1)
    found = _live(sight.cards(kind)).filter(shared).order_by(closest, "code").values_list("code", flat=True)
    return list(found[:_COMPARED])


def definition_cards(
    actor: Actor,
    kind: Kind,
    *,
    search: str = "",
    domain: str | None = None,
    cursor: str | None = None,
    limit: int = 100,
) -> Page[DefinitionCard]:
    """Return one page of the published definitions of a kind."""
    if kind not in {"dataset", "relationship"}:
        actor.require("metric.read")
    elif not any(actor.may(permission) for permission in DATASET_READERS):
        actor.require("data.read")
    sight = Sight(actor)
    cards = _live(sight.cards(kind, searched=bool(search)))
    if domain is not None:
        cards = cards.filter(domain__in=list(sight.tree.subtree(domain)))
    total, rows, next_cursor = _page(cards, search, "name", cursor, limit)
    heads = sight.held.heads
    people = People(row.owner for row in rows)
    items = [
        definition_card(head, sight.tree, people) for row in rows if (head := heads.get((kind, row.code))) is not None
    ]
    return Page[DefinitionCard](items=items, next_cursor=next_cursor, total=total)


def definition_card(head: snapshot.Head, tree: DomainTree, people: People) -> DefinitionCard:
    """Return the card of a definition in force."""
    kind, code = head.key
    return DefinitionCard(
        kind=kind,
        code=code,
        name=head.name,
        domain=tree.ref(head.domain),
        owner=people.maybe(head.owner),
        version=head.number,
        published_at=head.valid_from,
        definition=MODELS[kind].model_validate(head.content),
    )


def _live(open_cards: Q) -> QuerySet[Card]:
    return Card.objects.filter(open_cards, snapshot.in_force(now()))


def _in_status(open_cards: Q, status: ListStatus | None) -> QuerySet[Card]:
    instant = now()
    match status:
        case None:
            return _live(open_cards)
        case "published" | "deprecated":
            return _live(open_cards).filter(deprecated=status == "deprecated")
        case "scheduled":
            others = Card.objects.filter(snapshot.in_force(instant), item=OuterRef("item"))
            return Card.objects.filter(~Exists(others), open_cards, valid_from__gt=instant)
        case "archived":
            later = Card.objects.filter(item=OuterRef("item"), valid_from__gt=OuterRef("valid_from"))
            return Card.objects.filter(~Exists(later), open_cards, valid_to__lte=instant)


def _status_of(row: Card) -> Status:
    instant = now()
    if row.valid_from > instant:
        return "scheduled"
    if row.valid_to is not None and row.valid_to <= instant:
        return "archived"
    return "deprecated" if row.deprecated else "published"


def _shown(cards: QuerySet[AnyCard]) -> QuerySet[AnyCard]:
    return cards.defer("grams", "names", "aliases", "text")


def _filtered(sight: Sight, filters: MetricFilters, *, searched: bool) -> QuerySet[Card]:
    cards = _in_status(sight.cards("metric", searched=searched), filters.status)
    if filters.domain is not None:
        cards = cards.filter(domain__in=list(sight.tree.subtree(filters.domain)))
    if filters.type is not None:
        cards = cards.filter(type=filters.type)
    if filters.owner is not None:
        cards = cards.filter(owner=filters.owner)
    if filters.tag is not None:
        cards = cards.filter(tags__holds=f"\n{fold(filters.tag)}\n")
    return cards


def _page(
    cards: QuerySet[Card], search: str, sort: Sort, cursor: str | None, limit: int
) -> tuple[int, list[Card], str | None]:
    """Return total, rows and next cursor; the sort key is (rank, name in the reader's language, code).

    The total is counted for the first page and travels in the cursor. The order is found on narrow rows: the
    wide ones are read for what is shown.
    """
    size = max(1, min(limit, MAX_PAGE))
    name = "code" if sort == "code" else f"sort_{current_language()}"
    found = index.matching(cards, search)
    order = ("rank", name, "code") if search else (name, "code")
    if cursor is None:
        total = found.count()
    else:
        rank, key, code, total = _cursor_key(cursor)
        after = Q(**{f"{name}__gte": key}) & (Q(**{f"{name}__gt": key}) | Q(code__gt=code))
        found = found.filter(Q(rank__gt=rank) | Q(rank=rank) & after) if search else found.filter(after)
    keys = list(found.order_by(*order).values_list("id", "rank", name, "code")[: size + 1])
    shown = {row.id: row for row in _shown(Card.objects.filter(id__in=[each[0] for each in keys[:size]]))}
    rows = [shown[each[0]] for each in keys[:size] if each[0] in shown]
    if len(keys) <= size:
        return total, rows, None
    _, rank, key, code = keys[size - 1]
    return total, rows, encode_cursor([rank, key, code, total])


def _cursor_key(cursor: str) -> tuple[int, str, str, int]:
    match decode_cursor(cursor, int, str, str, int):
        case [int(rank), str(key), str(code), int(total)]:
            return rank, key, code, total
    raise Invalid(field="cursor", reason_zh="分页游标无效。", reason_en="The paging cursor is not valid.")


def _metric_card(row: Card, tree: DomainTree, people: People) -> MetricCard:
    return MetricCard.model_validate(
        {
            **row.summary,
            "code": row.code,
            "name": Text(zh=row.name_zh, en=row.name_en),
            "domain": tree.ref(row.domain),
            "type": row.type,
            "owner": people.maybe(row.owner),
            "sensitivity": row.sensitivity,
            "status": _status_of(row),
            "version": row.number,
            "published_at": row.valid_from,
        }
    )


def _facet(counts: Mapping[str, int], labels: Mapping[str, Text]) -> tuple[FacetValue, ...]:
    ordered = sorted(((count, value) for value, count in counts.items() if count), key=lambda pair: (-pair[0], pair[1]))
    return tuple(
        FacetValue(value=value, label=labels.get(value, Text(zh=value, en=value)), count=count)
        for count, value in ordered
    )
