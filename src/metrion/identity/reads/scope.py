"""What a person may see of datasets: row policies and column grants, resolved to the person's values.

Policies of one dataset add up (OR). A policy that refers to an attribute which the person lacks, or
which has an unfit form (a list where one value is compared), grants nothing: it never widens.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter

from metrion.base.errors import NotFound
from metrion.base.text import Text
from metrion.identity.models import ColumnGrant, Person, RowPolicy
from metrion.identity.ports import published_dataset
from metrion.identity.reads.actors import actor_of
from metrion.identity.reads.memory import remembered
from metrion.identity.reads.people import card_of, no_person
from metrion.identity.schemas import Actor, AttributeValue, Audience, ColumnReason, PolicyReason, Visibility
from metrion.semantic.condition import (
    EVERYTHING,
    NOTHING,
    And,
    Compare,
    Condition,
    Not,
    OneOf,
    Or,
    PersonValue,
    Scalar,
)
from metrion.semantic.condition_words import Label, field_itself, in_words
from metrion.semantic.scope import DataScope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metrion.semantic.model import DatasetDef

CONDITION: Final[TypeAdapter[Condition]] = TypeAdapter(Condition)


class UnfitAttributes(Exception):
    """Names of the attributes without which a condition cannot be answered for a person."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(names))
        super().__init__(", ".join(self.names))


def resolve(condition: Condition, attributes: Mapping[str, AttributeValue]) -> Condition:
    """Return the condition with the person's values in it; raises `UnfitAttributes` naming all that are missing."""
    unfit: list[str] = []
    resolved = _resolve(condition, attributes, unfit)
    if unfit:
        raise UnfitAttributes(unfit)
    return resolved


def _resolve(condition: Condition, attributes: Mapping[str, AttributeValue], unfit: list[str]) -> Condition:
    resolved = condition
    match condition:
        case Compare(value=PersonValue(person=name)):
            value = attributes.get(name)
            if value is None or isinstance(value, tuple):
                unfit.append(name)
            else:
                resolved = condition.model_copy(update={"value": value})
        case OneOf(values=PersonValue(person=name)):
            value = attributes.get(name)
            if value is None:
                unfit.append(name)
            else:
                values: tuple[Scalar, ...] = value if isinstance(value, tuple) else (value,)
                resolved = condition.model_copy(update={"values": values})
        case And(items=items):
            resolved = And(items=tuple(_resolve(item, attributes, unfit) for item in items))
        case Or(items=items):
            resolved = Or(items=tuple(_resolve(item, attributes, unfit) for item in items))
        case Not(item=item):
            resolved = Not(item=_resolve(item, attributes, unfit))
    return resolved


def any_of(conditions: Sequence[Condition]) -> Condition:
    """Return the union of what the conditions let through, as small as it can be said."""
    distinct = list(dict.fromkeys(conditions))
    if EVERYTHING in distinct:
        return EVERYTHING
    kept = [condition for condition in distinct if condition != NOTHING]
    return kept[0] if len(kept) == 1 else Or(items=tuple(kept))


def data_scope(actor: Actor, datasets: Iterable[DatasetDef]) -> DataScope:
    """Return what the actor may see of these datasets: row conditions and hidden columns.

    Three queries after a change of policies, one otherwise, whatever the number of datasets.
    """
    rules = _rules()
    rows: dict[str, Condition] = {}
    hidden: set[tuple[str, str]] = set()
    for dataset in datasets:
        rule = _rule_of(rules, actor, dataset)
        if rule != EVERYTHING:
            rows[dataset.code] = rule
        sensitive = [column.name for column in dataset.columns if column.sensitive]
        if sensitive:
            opened = _opened(rules, actor, dataset.code)
            hidden.update((dataset.code, column) for column in sensitive if column not in opened)
    return DataScope(rows=rows, hidden_columns=frozenset(hidden))


def _rule_of(rules: _Rules, actor: Actor, dataset: DatasetDef) -> Condition:
    return EVERYTHING if dataset.row_access == "open" else _row_rule(rules, actor, dataset.code)


@dataclass(frozen=True, slots=True)
class _Rules:
    """Every enabled policy and every grant, read at once and kept while they do not change."""

    policies: Mapping[str, Sequence[tuple[Condition, Audience]]]
    grants: Mapping[str, Sequence[tuple[str, Audience]]]


def _rules() -> _Rules:
    return remembered("rules", _read_rules)


def _read_rules() -> _Rules:
    policies: dict[str, list[tuple[Condition, Audience]]] = defaultdict(list)
    grants: dict[str, list[tuple[str, Audience]]] = defaultdict(list)
    for dataset, condition, audience in (
        RowPolicy.objects.filter(enabled=True).order_by("pk").values_list("dataset", "condition", "audience")
    ):
        policies[dataset].append((CONDITION.validate_python(condition), Audience.model_validate(audience)))
    for dataset, column, audience in ColumnGrant.objects.order_by("pk").values_list("dataset", "column", "audience"):
        grants[dataset].append((column, Audience.model_validate(audience)))
    return _Rules(dict(policies), dict(grants))


def _row_rule(rules: _Rules, actor: Actor, dataset: str) -> Condition:
    """Return the union of what the policies of a dataset give to the actor."""
    found: list[Condition] = []
    for condition, audience in rules.policies.get(dataset, ()):
        if not audience.why(actor):
            continue
        try:
            found.append(resolve(condition, actor.attributes))
        except UnfitAttributes:
            continue
    return any_of(found)


def _opened(rules: _Rules, actor: Actor, dataset: str) -> dict[str, tuple[str, ...]]:
    """Return the columns of a dataset that grants open to the actor, with the reasons."""
    opened: dict[str, tuple[str, ...]] = {}
    for column, audience in rules.grants.get(dataset, ()):
        why = audience.why(actor)
        if why:
            opened.setdefault(column, why)
    return opened


def what_can_see(actor: Actor, username: str, dataset: str) -> Visibility:
    """Explain what a person sees of a dataset, and why. For those who manage policies or audit them."""
    if not actor.may("audit.read"):
        actor.require("policy.manage")
    row = Person.objects.select_related("department").filter(username=username).first()
    if row is None:
        raise no_person(username)
    definition = published_dataset(dataset)
    if definition is None:
        raise NotFound(kind_zh="数据集", kind_en="dataset", key=dataset, field="dataset")
    person = actor_of(row, "session")
    rule = _rule_of(_rules(), person, definition)
    return Visibility(
        person=card_of(row),
        dataset=definition.code,
        dataset_name=definition.name,
        may_query=row.is_active and person.may("metric.read"),
        rows="all" if rule == EVERYTHING else "none" if rule == NOTHING else "some",
        condition=None if rule == EVERYTHING else rule,
        words=in_words(rule, _labels(definition)),
        policies=tuple(_policy_reasons(person, definition)),
        columns=tuple(_column_reasons(person, definition)),
        attributes=person.attributes,
    )


def _labels(definition: DatasetDef) -> Label:
    """Name a column of the dataset by its label, other fields by their code."""
    known = {column.name: column.label for column in definition.columns if column.label.pick()}

    def label(field: str) -> Text:
        return known.get(field, field_itself(field))

    return label


def _policy_reasons(person: Actor, definition: DatasetDef) -> Iterable[PolicyReason]:
    for policy in RowPolicy.objects.filter(dataset=definition.code, enabled=True).order_by("pk"):
        why = Audience.model_validate(policy.audience).why(person)
        if not why:
            continue
        words, missing = Text(), tuple[str, ...]()
        try:
            words = in_words(
                resolve(CONDITION.validate_python(policy.condition), person.attributes), _labels(definition)
            )
        except UnfitAttributes as unfit:
            missing = unfit.names
        yield PolicyReason(
            id=policy.pk,
            name=Text(zh=policy.name_zh, en=policy.name_en),
            because=why,
            words=words,
            missing_attributes=missing,
        )


def _column_reasons(person: Actor, definition: DatasetDef) -> Iterable[ColumnReason]:
    sensitive = [column for column in definition.columns if column.sensitive]
    opened = _opened(_rules(), person, definition.code)
    for column in sensitive:
        why = opened.get(column.name, ())
        yield ColumnReason(column=column.name, label=column.label, hidden=not why, because=why)
