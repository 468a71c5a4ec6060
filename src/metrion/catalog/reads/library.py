"""The lists: domains, metrics with search and filters, other kinds. No query depends on the length of a list."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar, get_args

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from metrion.base.clock import now
from metrion.base.errors import Invalid
from metrion.base.paging import MAX_PAGE, Page, decode_cursor, encode_cursor
from metrion.base.text import Text, current_language
from metrion.catalog import search as index
from metrion.catalog import snapshot
from metrion.catalog.content import MODELS
from metrion.catalog.models import Card, Publication
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

    from metrion.catalog.search import RankedCard
    from metrion.identity.schemas import Actor
    from metrion.semantic.model import Kind

AnyCard = TypeVar("AnyCard", bound=Card)
Sort = Literal["name", "code"]
ListStatus = Literal["scheduled", "published", "deprecated", "archived"]
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
    cards = _filtered(sight, filters or MetricFilters())
    total, rows, next_cursor = _page(cards, search, sort, cursor, limit)
    people = People(row.owner for row in rows)
    return Page[MetricCard](
        items=[_metric_card(row, sight.tree, people) for row in rows], next_cursor=next_cursor, total=total
    )


def metric_cards_of(actor: Actor, codes: Sequence[str]) -> dict[str, MetricCard]:
    """Return the cards of those metrics in force that the person may see, by code. Three queries."""
    sight = Sight(actor)
    rows = list(_with_versions(_live(sight.cards("metric")).filter(code__in=list(codes))))
    people = People(row.owner for row in rows)
    return {row.code: _metric_card(row, sight.tree, people) for row in rows}


def metric_facets(actor: Actor) -> MetricFacets:
    """Return the values of the library's filters with counts, most frequent first. Nine queries at most."""
    sight = Sight(actor)
    seen = sight.cards("metric")
    live = _live(seen)
    owners = dict(live.exclude(owner="").values_list("owner").annotate(n=Count("id")).order_by())
    tags: Counter[str] = Counter()
    for text, count in live.exclude(tags="").values_list("tags").annotate(n=Count("id")).order_by():
        for tag in text.split("\n")[1:-1]:
            tags[tag] += count
    people = People(owners)
    types = live.values_list("type").annotate(n=Count("id")).order_by()
    statuses = {status: _in_status(seen, status).count() for status in get_args(ListStatus)}
    return MetricFacets(
        types=_facet(dict(types), _TYPE_NAMES),
        owners=_facet(owners, {name: people.get(name).name for name in owners}),
        tags=_facet(tags, {}),
        statuses=_facet(statuses, _STATUS_NAMES),
    )


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
    cards = _live(sight.cards(kind))
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
    return Card.objects.filter(open_cards, snapshot.in_force(now(), "publication__"))


def _in_status(open_cards: Q, status: ListStatus | None) -> QuerySet[Card]:
    instant = now()
    cards = Card.objects.filter(open_cards)
    match status:
        case None:
            return _live(open_cards)
        case "published" | "deprecated":
            return _live(open_cards).filter(item__deprecated_at__isnull=status == "published")
        case "scheduled":
            others = Publication.objects.filter(snapshot.in_force(instant), item=OuterRef("item"))
            return cards.filter(~Exists(others), publication__valid_from__gt=instant)
        case "archived":
            later = Publication.objects.filter(
                item=OuterRef("item"), valid_from__gt=OuterRef("publication__valid_from")
            )
            return cards.filter(~Exists(later), publication__valid_to__lte=instant)


def _status_of(row: Card) -> Status:
    instant = now()
    if row.publication.valid_from > instant:
        return "scheduled"
    if row.publication.valid_to is not None and row.publication.valid_to <= instant:
        return "archived"
    return "deprecated" if row.item.deprecated_at else "published"


def _with_versions(cards: QuerySet[AnyCard]) -> QuerySet[AnyCard]:
    related = cards.select_related("item", "publication__version")
    return related.defer("grams", "names", "aliases", "text", "publication__version__content")


def _filtered(sight: Sight, filters: MetricFilters) -> QuerySet[Card]:
    cards = _in_status(sight.cards("metric"), filters.status)
    if filters.domain is not None:
        cards = cards.filter(domain__in=list(sight.tree.subtree(filters.domain)))
    if filters.type is not None:
        cards = cards.filter(type=filters.type)
    if filters.owner is not None:
        cards = cards.filter(owner=filters.owner)
    if filters.tag is not None:
        cards = cards.filter(tags__contains=f"\n{fold(filters.tag)}\n")
    return cards


def _page(
    cards: QuerySet[Card], search: str, sort: Sort, cursor: str | None, limit: int
) -> tuple[int, list[RankedCard], str | None]:
    """Return total, rows and next cursor; the sort key is (rank, name in the reader's language, code)."""
    size = max(1, min(limit, MAX_PAGE))
    name = "code" if sort == "code" else f"sort_{current_language()}"
    found = index.matching(cards, search)
    total = found.count()
    if cursor is not None:
        rank, key, code = _cursor_key(cursor)
        after_code = Q(**{name: key, "code__gt": code})
        found = found.filter(Q(rank__gt=rank) | Q(rank=rank) & (Q(**{f"{name}__gt": key}) | after_code))
    rows = list(_with_versions(found.order_by("rank", name, "code"))[: size + 1])
    if len(rows) <= size:
        return total, rows, None
    last = rows[size - 1]
    return total, rows[:size], encode_cursor([last.rank, getattr(last, name), last.code])


def _cursor_key(cursor: str) -> tuple[int, str, str]:
    match decode_cursor(cursor):
        case [int(rank), str(key), str(code)]:
            return rank, key, code
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
            "version": row.publication.version.number,
            "published_at": row.publication.valid_from,
        }
    )


def _facet(counts: Mapping[str, int], labels: Mapping[str, Text]) -> tuple[FacetValue, ...]:
    ordered = sorted(((count, value) for value, count in counts.items() if count), key=lambda pair: (-pair[0], pair[1]))
    return tuple(
        FacetValue(value=value, label=labels.get(value, Text(zh=value, en=value)), count=count)
        for count, value in ordered
    )
