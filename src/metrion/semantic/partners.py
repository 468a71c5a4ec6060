"""Partners of which nothing is asked but conditions.

Where a condition chooses rows, a row is looked up among the keys of the partners, not joined to them. A column store
guesses how many rows a filtered join leaves, and from a low guess it builds its next hash table on the facts. Looked
up, the facts stay as they are, and what is joined to them for its columns keeps its small side.

Where conditions choose what single measures count, the partners are joined, each tested once: not once for each fact.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metrion.semantic.condition import And, Compare, IsNull, Match, OneOf
from metrion.semantic.plan import Aggregate, Among, BoundCondition, Bounds, Calculated, Column, Filter, Holds, Join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.semantic.condition import Condition
    from metrion.semantic.plan import Aggregated, Predicate, Rows, Term


def partners_apart(aggregate: Aggregate) -> Aggregate:
    """Return the same aggregate, with partners looked up or tested where only conditions ask of them."""
    return _tested(_looked_up(aggregate))


def _looked_up(aggregate: Aggregate) -> Aggregate:
    top = aggregate.input
    if not isinstance(top, Filter) or not isinstance(top.input, Join):
        return aggregate
    needed = {source for _, term in aggregate.by for source in _sources(term)}
    needed.update(source for measure in aggregate.measures for source in _of_measure(measure))
    predicates = list(top.predicates)
    kept: list[Join] = []
    hanging: dict[str, list[Among]] = {}
    node: Rows = top.input
    while isinstance(node, Join):  # from the outside in: nothing hangs on what comes later
        own = [one for one in predicates if node.right.alias in _of_predicate(one)]
        inner = hanging.get(node.right.alias, [])
        (left, right), *more = node.link.pairs
        sources = set(_sources(left))
        decided = _about_it_alone(node, own) and (inner or any(map(_needs_a_partner, own)))
        alike = not more and left.type == right.type  # engines differ in how IN compares two types
        if not alike or len(sources) != 1 or node.right.alias in needed or not decided:
            kept.append(node)
            needed |= {source for pair in node.link.pairs for source in _sources(pair[0])}
        else:
            hanging.pop(node.right.alias, None)
            partners = _among(node.right, inner)
            found = Filter(partners, tuple(own)) if own else partners
            hanging.setdefault(sources.pop(), []).append(Among(node.right, left, found, right))
            predicates = [one for one in predicates if one not in own]
        node = node.input
    rows: Rows = node
    for join in reversed(kept):
        rows = replace(join, input=rows)
    rows = _among(rows, [one for among in hanging.values() for one in among])
    return replace(aggregate, input=Filter(rows, tuple(predicates)) if predicates else rows)


def _tested(aggregate: Aggregate) -> Aggregate:
    top = aggregate.input
    below = top.input if isinstance(top, Filter) else top
    if not isinstance(below, (Join, Among)):
        return aggregate
    node: Rows = below
    above: list[Filter | Join | Among] = [top] if isinstance(top, Filter) else []
    needed = {source for _, term in aggregate.by for source in _sources(term)}
    needed.update(source for measure in aggregate.measures for source in _of_operands(measure))
    if isinstance(top, Filter):
        needed.update(source for one in top.predicates for source in _of_predicate(one))
    conditions = dict.fromkeys(one for measure in aggregate.measures for one in measure.where)
    held: dict[Predicate, Predicate] = {}
    while isinstance(node, (Join, Among)):
        if isinstance(node, Join):
            own = [one for one in conditions if node.right.alias in _of_predicate(one)]
            plain = all(isinstance(right, Column) for _, right in node.link.pairs)
            decided = _about_it_alone(node, own) and all(map(_needs_a_partner, own))
            if own and plain and node.right.alias not in needed and decided:
                tested = tuple((f"metrion test {place}", one) for place, one in enumerate(own, start=1))
                held |= {one: Holds(Column(node.right.alias, name, "boolean")) for name, one in tested}
                node = replace(node, right=replace(node.right, tested=tested))
            needed |= {source for pair in node.link.pairs for source in _sources(pair[0])}
        else:
            needed |= set(_sources(node.of))
        above.append(node)
        node = node.input
    if not held:
        return aggregate
    for one in reversed(above):
        node = replace(one, input=node)
    where = [tuple(held.get(each, each) for each in one.where) for one in aggregate.measures]
    measures = tuple(replace(one, where=tests) for one, tests in zip(aggregate.measures, where, strict=True))
    return replace(aggregate, input=node, measures=measures)


def _among(rows: Rows, conditions: list[Among]) -> Rows:
    for one in conditions:
        rows = replace(one, input=rows)
    return rows


def _about_it_alone(join: Join, own: list[Predicate]) -> bool:
    """Tell whether the conditions on a partner ask of nothing else; which row of a history is meant, the facts say."""
    if join.link.at is not None or join.right.validity is not None:
        return False
    return all(set(_of_predicate(one)) == {join.right.alias} for one in own)


def _needs_a_partner(predicate: Predicate) -> bool:
    """Tell whether a predicate is never true of a row without partner, whose columns are all NULL."""
    if isinstance(predicate, Bounds):
        return predicate.ticks.bounded and isinstance(predicate.of, Column)
    if not isinstance(predicate, BoundCondition):
        return False
    plain = all(isinstance(term, Column) for _, term in predicate.fields)
    return plain and _needs_a_value(predicate.condition)


def _needs_a_value(condition: Condition) -> bool:
    match condition:
        case Compare() | Match():
            return True
        case OneOf(values=values):
            return bool(values)
        case IsNull(negated=negated):
            return negated
        case And(items=items):
            return any(map(_needs_a_value, items))
        case _:
            return False


def _sources(term: Term) -> Iterator[str]:
    """Yield the aliases whose columns a term reads."""
    if isinstance(term, Column):
        yield term.source
    elif isinstance(term, Calculated):
        for _, part in term.names:
            yield from _sources(part)
    else:
        yield from _sources(term.of)


def _of_predicate(predicate: Predicate) -> Iterator[str]:
    if isinstance(predicate, Bounds):
        yield from _sources(predicate.of)
    elif isinstance(predicate, BoundCondition):
        for _, term in predicate.fields:
            yield from _sources(term)
    elif isinstance(predicate, Holds):
        yield predicate.column.source
    else:
        for choice in predicate.choices:
            for one in choice:
                yield from _of_predicate(one)


def _of_measure(measure: Aggregated) -> Iterator[str]:
    yield from _of_operands(measure)
    for predicate in measure.where:
        yield from _of_predicate(predicate)


def _of_operands(measure: Aggregated) -> Iterator[str]:
    for term in (measure.of, measure.weight, measure.by, measure.share, measure.per, measure.total):
        if term is not None:
            yield from _sources(term)
