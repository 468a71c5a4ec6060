"""One metric: the head of its page, its lineage, and the cone of what rests on a definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.catalog.facts import facts_of, ref_of
from metrion.catalog.models import Version
from metrion.catalog.reads.definitions import RECENT, dependants, my_draft, open_head, status_of, version_cards
from metrion.catalog.reads.people import People
from metrion.catalog.schemas import Impact, ImpactItem, MetricDetail, Ref
from metrion.catalog.visibility import Sight
from metrion.identity import reads as identity
from metrion.semantic.model import DatasetDef, Kind, MetricDef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metrion.catalog import snapshot
    from metrion.catalog.links import Key
    from metrion.catalog.schemas import DerivedFacts
    from metrion.identity.schemas import Actor
    from metrion.semantic.catalogue import Catalogue

MAX_IMPACT = 500


def metric_detail(actor: Actor, code: str) -> MetricDetail:
    """Return everything that the head of a metric page needs; raises `NotFound`. At most twelve queries."""
    sight = Sight(actor)
    key: Key = ("metric", code)
    head = open_head(sight, key)
    published = sight.held.catalogue
    definition = MetricDef.model_validate(head.content)
    status, successor = status_of(sight.held, key)
    people = People([definition.owner, definition.steward])
    cards = version_cards(key, RECENT)
    card = next((each for each in cards if each.number == head.number), None)
    if card is None:
        card = next(each for each in version_cards(key) if each.number == head.number)
    facts = facts_of(definition, published.overlay(definition))
    return MetricDetail(
        code=code,
        name=definition.name,
        status=status,
        successor=successor,
        domain_path=sight.tree.lineage(head.domain),
        definition=definition,
        version=card,
        facts=facts,
        closed_dimensions=_closed(actor, facts, published) if facts else (),
        references=tuple(ref_of(target, published) for target in dict.fromkeys(target for _, target in head.uses)),
        owner=people.maybe(definition.owner),
        steward=people.maybe(definition.steward),
        dependants=dependants(sight, key),
        history=tuple(cards),
        real=is_real(head, sight.held),
        may_draft=sight.may_draft("metric", head.domain),
        my_draft=my_draft(actor, key),
        in_review=Version.objects.filter(item=head.item, state="in_review").exists(),
    )


def _closed(actor: Actor, facts: DerivedFacts, catalogue: Catalogue) -> tuple[str, ...]:
    """Return those of the reachable dimensions that read a column which is hidden from the person."""
    bound = {ref.code: catalogue.dimension(ref.code).bindings for ref in facts.dimensions}
    datasets = {binding.dataset for bindings in bound.values() for binding in bindings}
    scope = identity.data_scope(actor, [catalogue.dataset(code) for code in sorted(datasets)])
    return tuple(
        code
        for code, bindings in bound.items()
        if any((binding.dataset, binding.column) in scope.hidden_columns for binding in bindings)
    )


def is_real(head: snapshot.Head, held: snapshot.Snapshot) -> bool:
    """Tell whether no dataset under a definition holds generated data. No query."""
    under: Iterable[Key] = (*held.roots(head.key), *(target for _, target in head.uses))
    datasets = (held.catalogue.find(*key) for key in under if key[0] == "dataset")
    return all(dataset.real for dataset in datasets if isinstance(dataset, DatasetDef))


def impact(actor: Actor, kind: Kind, code: str) -> Impact:
    """Return the cone of dependants, nearest first; what the person may not see is only counted. Three queries."""
    sight, key = Sight(actor), (kind, code)
    open_head(sight, key)
    held = sight.held
    cone = held.cone(key)
    seen = [(other, distance) for other, distance in cone.items() if sight.sees(held.heads[other])]
    shown = seen[:MAX_IMPACT]
    people = People(held.heads[other].owner for other, _ in shown)
    items = tuple(
        ImpactItem(
            ref=_ref(held.heads[other]),
            distance=distance,
            domain=sight.tree.ref(held.heads[other].domain),
            owner=people.maybe(held.heads[other].owner),
        )
        for other, distance in shown
    )
    return Impact(items=items, hidden=len(cone) - len(seen), truncated=len(seen) > len(shown))


def _ref(head: snapshot.Head) -> Ref:
    return Ref(kind=head.key[0], code=head.key[1], name=head.name)
