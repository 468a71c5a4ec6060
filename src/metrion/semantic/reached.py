"""Groups and filters behind relationships walked backwards: what a row has part in, worked out apart from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.semantic.errors import FanOut
from metrion.semantic.frame import Frame, fields_of
from metrion.semantic.model import METRIC_TIME
from metrion.semantic.plan import Reach

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrion.semantic.condition import Condition
    from metrion.semantic.expand import Leaf
    from metrion.semantic.paths import Located
    from metrion.semantic.plan import Rows, Term
    from metrion.semantic.question import Question


def is_back(condition: Condition, leaf: Leaf, question: Question) -> bool:
    """Tell whether a condition tests what is reached by a relationship walked backwards."""
    return any(question.located(field, leaf).repeats for field in fields_of(condition) if field != METRIC_TIME)


def reached(rows: Rows, own: Frame, leaf: Leaf, question: Question, chosen: Sequence[Condition]) -> Reach | None:
    """Return the rows with the groups that they have part in; None where nothing is asked of such.

    `chosen` are conditions of the leaf itself that choose whole rows. Raises `FanOut` where the rows have no key.
    """
    back = [group for group in question.groups if group.own is None and question.located(group.field, leaf).repeats]
    where = [*(one for one in question.filters if is_back(one, leaf, question)), *chosen]
    if not back and not where:
        return None
    frame = Frame(own.dataset, own.world, alias=f"{own.alias} parts", axis=leaf.axis)
    if not frame.key():
        raise FanOut(relationship="; ".join(group.field for group in back), dataset=own.dataset)
    terms = []
    for group in back:
        term = frame.column(question.located(group.field, leaf))
        terms.append((group.name, frame.period(term, group.cut, question.week_start) if group.cut else term))
    conditions = tuple(frame.bind(one, own=one in chosen, metric=leaf.metric) for one in dict.fromkeys(where))
    fields = [group.field for group in back]
    fields += [name for one in where for name in fields_of(one) if name != METRIC_TIME]
    weight = _weight([question.located(name, leaf) for name in dict.fromkeys(fields)], frame)
    joins = tuple(frame.links())
    return Reach(rows, frame.scan, own.key(), joins, conditions, tuple(terms), f"{own.alias} reach", weight)


def _weight(located: Sequence[Located], frame: Frame) -> tuple[Term, tuple[Term, ...]] | None:
    """Return the share of a row in its group, where the relationships allocate, and what tells shares apart."""
    catalogue = frame.world.catalogue
    for one in located:
        for depth, hop in enumerate(one.path):
            relationship = catalogue.relationship(hop.relationship)
            if hop.back and relationship.backwards == "weighted" and relationship.weight is not None:
                way = one.path[: depth + 1]
                keys = catalogue.dataset(hop.dataset).primary_key
                return frame.along(way, relationship.weight), tuple(frame.along(way, name) for name in keys)
    return None
