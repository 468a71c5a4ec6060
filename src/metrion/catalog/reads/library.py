"""The lists: domains, metrics with search and filters, and the other kinds. No query depends on the length of a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When

from metrion.base.clock import now
from metrion.base.errors import Invalid
from metrion.base.paging import MAX_PAGE, Page, decode_cursor, encode_cursor
from metrion.base.text import Text, current_language
from metrion.catalog import search as index
from metrion.catalog import snapshot
from metrion.catalog.content import MODELS
from metrion.catalog.models import Card, Publication
from metrion.catalog.reads.people import People
from metrion.catalog.search import fold
from metrion.catalog.schemas import (
    DefinitionCard,
    DomainNode,
    FacetValue,
    MetricCard,
    MetricFacets,
    MetricType,
    Status,
)
from metrion.catalog.visibility import DomainTree, Sight
from metrion.identity.schemas import Actor
from metrion.semantic.model import Kind

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
    codes: tuple[str, ...] | None = None


def domain_tree(actor: Actor) -> list[DomainNode]:
    """Return the business domains that hold something open to the person, with metric counts. Two queries."""
    sight = Sight(actor)
    cards = _live(sight.cards("metric"))
    counts = dict(cards.values_list("domain").annotate(n=Count("id")).order_by())
    shown = sight.metric_domains | sight.data_domains
    roots = (domain_node(sight.tree, code, counts, shown) for code in sight.tree.children.get(None, ()))
    return [node for node in roots if node is not None]


def domain_node(
    tree: DomainTree, code: str, counts: Mapping[str, int], shown: frozenset[str]
) -> DomainNode | None:
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
    held = ("publication__valid_from", "publication__version__number")
    cards = _live(sight.cards("metric")).filter(code__in=list(codes)).defer("grams", "names", "aliases", "text")
    rows = list(cards.annotate(published_at=F(held[0]), version_number=F(held[1])))
    people = People(row.owner for row in rows)
    return {row.code: _metric_card(row, sight.tree, people) for row in rows}


def metric_facets(actor: Actor) -> MetricFacets:
    """Return the values of the library's filters with counts, most frequent first. Seven queries at most."""
    sight = Sight(actor)
    live = _live(sight.cards("metric"))
    owners = dict(live.exclude(owner="").values_list("owner").annotate(n=Count("id")).order_by())
    tags: Counter[str] = Counter()
    for text, count in live.exclude(tags="").values_list("tags").annotate(n=Count("id")).order_by():
        for tag in text.split("\n")[1:-1]:
            tags[tag] += count
    people = People(owners)
    types = live.values_list("type").annotate(n=Count("id")).order_by()
    statuses = {status: _in_status(sight.cards("metric"), status).count() for status in ("scheduled", "archived")}
    by_status = live.values_list("status").annotate(n=Count("id")).order_by()
    return MetricFacets(
        types=_facet(dict(types), _TYPE_NAMES),
        owners=_facet(owners, {name: people.get(name).name for name in owners}),
        tags=_facet(tags, {}),
        statuses=_facet({**dict(by_status), **statuses}, _STATUS_NAMES),
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
    actor.require("data.read" if kind in {"dataset", "relationship"} else "metric.read")
    sight = Sight(actor)
    cards = _live(sight.cards(kind))
    if domain is not None:
        cards = cards.filter(domain__in=list(sight.tree.subtree(domain)))
    total, rows, next_cursor = _page(cards, search, "name", cursor, limit)
    heads = snapshot.current().heads
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
    deprecated = When(item__deprecated_at__isnull=False, then=Value("deprecated"))
    status = Case(deprecated, default=Value("published"), output_field=CharField())
    return Card.objects.filter(open_cards, snapshot.in_force(now(), "publication__")).annotate(status=status)


def _in_status(open_cards: Q, status: Status | None) -> QuerySet[Card]:
    instant = now()
    cards = Card.objects.filter(open_cards)
    match status:
        case None | "published" | "deprecated":
            live = _live(open_cards)
            return live if status is None else live.filter(status=status)
        case "scheduled":
            others = Publication.objects.filter(snapshot.in_force(instant), item=OuterRef("item"))
            cards = cards.filter(~Exists(others), publication__valid_from__gt=instant)
        case _:
            later = Publication.objects.filter(item=OuterRef("item"), valid_from__gt=OuterRef("publication__valid_from"))
            cards = cards.filter(~Exists(later), publication__valid_to__lte=instant)
    return cards.annotate(status=Value(status, output_field=CharField()))


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
    if filters.codes is not None:
        cards = cards.filter(code__in=filters.codes)
    return cards


def _page(
    cards: QuerySet[Card], search: str, sort: Sort, cursor: str | None, limit: int
) -> tuple[int, list[Card], str | None]:
    """Return total, rows and next cursor; the sort key is (rank, name in the reader's language, code)."""
    size = max(1, min(limit, MAX_PAGE))
    name = "code" if sort == "code" else f"sort_{current_language()}"
    found = index.matching(cards, search)
    total = found.count()
    if cursor is not None:
        rank, key, code = _cursor_key(cursor)
        after_code = Q(**{name: key, "code__gt": code})
        found = found.filter(Q(rank__gt=rank) | Q(rank=rank) & (Q(**{f"{name}__gt": key}) | after_code))
    held = ("publication__valid_from", "publication__version__number")
    ordered = found.order_by("rank", name, "code").defer("grams", "names", "aliases", "text")
    rows = list(ordered.annotate(published_at=F(held[0]), version_number=F(held[1]))[: size + 1])
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
            "status": row.status,
            "version": row.version_number,
            "published_at": row.published_at,
        }
    )


def _facet(counts: Mapping[str, int], labels: Mapping[str, Text]) -> tuple[FacetValue, ...]:
    ordered = sorted(((count, value) for value, count in counts.items() if count), key=lambda pair: (-pair[0], pair[1]))
    return tuple(
        FacetValue(value=value, label=labels.get(value, Text(zh=value, en=value)), count=count)
        for count, value in ordered
    )
