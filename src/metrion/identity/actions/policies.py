"""Changes of row policies and column grants: the security officer's work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from metrion.base.clock import now
from metrion.base.errors import Conflict, Faults, MetrionError, NotFound
from metrion.base.text import Text
from metrion.identity.errors import OwnAccess, PolicyCondition
from metrion.identity.models import ColumnGrant, Department, Person, RowPolicy
from metrion.identity.ports import Target, record
from metrion.identity.reads.actors import COMPANY
from metrion.identity.reads.people import no_department, no_person
from metrion.identity.reads.policies import grant_view, policy_view
from metrion.semantic.condition import Compare, Formula, RelativeDay
from metrion.semantic.model import METRIC_TIME
from metrion.semantic.validate.conditions import tests_of

if TYPE_CHECKING:
    from uuid import UUID

    from metrion.identity.schemas import Actor, Audience, GrantNew, GrantView, PolicyBody, PolicyChange, PolicyView
    from metrion.semantic.condition import Condition
    from metrion.semantic.validate.conditions import Leaf


def _check_audience(actor: Actor, audience: Audience) -> None:
    """Refuse unknown names, all at once, and a right that somebody gives to himself by name."""
    people = set(Person.objects.filter(username__in=audience.persons).values_list("username", flat=True))
    departments = set(Department.objects.filter(code__in=audience.departments).values_list("code", flat=True))
    faults: list[MetrionError] = [no_person(name) for name in audience.persons if name not in people]
    faults += [no_department(code) for code in audience.departments if code not in departments]
    if faults:
        raise Faults(faults, field="audience")
    if actor.username in audience.persons:
        raise OwnAccess


def _check_condition(condition: Condition) -> None:
    """Refuse what only a question or a database could judge, all at once."""
    faults = [
        PolicyCondition(field=f"condition{place}", what_zh=what.zh, what_en=what.en)
        for place, test in tests_of(condition, "")
        if (what := _unjudged(test)) is not None
    ]
    if faults:
        raise Faults(faults, field="condition")


def _unjudged(test: Leaf) -> Text | None:
    if isinstance(test, Formula):
        return Text(zh="公式", en="a formula")
    if test.field == METRIC_TIME:
        return Text(zh="指标的时间", en="the time of a metric")
    if isinstance(test, Compare) and isinstance(test.value, RelativeDay):
        return Text(zh="相对日期", en="a relative day")
    return None


def _target(row: RowPolicy) -> Target:
    return Target(kind="policy", id=str(row.pk), label=row.name_zh)


def _apply(row: RowPolicy, body: PolicyBody, actor: Actor) -> None:
    row.name_zh, row.name_en = body.name.zh, body.name.en
    row.dataset = body.dataset
    row.condition = body.condition.model_dump(mode="json")
    row.audience = body.audience.model_dump(mode="json")
    row.enabled = body.enabled
    row.changed_by, row.changed_at = actor.username, now()


def _locked_policy(policy: UUID) -> RowPolicy:
    row = RowPolicy.objects.select_for_update().filter(pk=policy).first()
    if row is None:
        raise NotFound(kind_zh="行级策略", kind_en="row policy", key=str(policy))
    return row


@transaction.atomic
def create_policy(actor: Actor, body: PolicyBody) -> PolicyView:
    """Create a row policy; it counts from the next question on."""
    actor.require("policy.manage", COMPANY)
    _check_audience(actor, body.audience)
    _check_condition(body.condition)
    row = RowPolicy()
    _apply(row, body, actor)
    row.save(force_insert=True)
    record(actor, "policy.created", _target(row), body.model_dump(mode="json"))
    return policy_view(row)


@transaction.atomic
def change_policy(actor: Actor, policy: UUID, change: PolicyChange) -> PolicyView:
    """Replace a policy's content; raises `Conflict` when somebody changed it after it was read."""
    actor.require("policy.manage", COMPANY)
    row = _locked_policy(policy)
    if row.revision != change.revision:
        raise Conflict(
            reason_zh="该策略已被他人修改。", reason_en="Somebody else has changed this policy in the meantime."
        )
    _check_audience(actor, change.audience)
    _check_condition(change.condition)
    before = policy_view(row).model_dump(mode="json", exclude={"words"})
    _apply(row, change, actor)
    row.revision += 1
    row.save()
    record(actor, "policy.changed", _target(row), {"before": before, "after": change.model_dump(mode="json")})
    return policy_view(row)


@transaction.atomic
def delete_policy(actor: Actor, policy: UUID, reason: str = "") -> None:
    """Delete a policy; its content stays in the audit trail."""
    actor.require("policy.manage", COMPANY)
    row = _locked_policy(policy)
    before = policy_view(row).model_dump(mode="json", exclude={"words"})
    target = _target(row)
    row.delete()
    record(actor, "policy.deleted", target, {"before": before}, reason=reason)


@transaction.atomic
def grant_column(actor: Actor, new: GrantNew) -> GrantView:
    """Open a sensitive column to an audience."""
    actor.require("policy.manage", COMPANY)
    _check_audience(actor, new.audience)
    row = ColumnGrant.objects.create(
        dataset=new.dataset,
        column=new.column,
        audience=new.audience.model_dump(mode="json"),
        reason=new.reason,
        granted_by=actor.username,
    )
    record(actor, "column.granted", _grant_target(row), new.model_dump(mode="json"), reason=new.reason)
    return grant_view(row)


@transaction.atomic
def revoke_column(actor: Actor, grant: UUID, reason: str = "") -> None:
    """Close a sensitive column again."""
    actor.require("policy.manage", COMPANY)
    row = ColumnGrant.objects.select_for_update().filter(pk=grant).first()
    if row is None:
        raise NotFound(kind_zh="列授权", kind_en="column grant", key=str(grant))
    before, target = grant_view(row).model_dump(mode="json"), _grant_target(row)
    row.delete()
    record(actor, "column.revoked", target, {"before": before}, reason=reason)


def _grant_target(row: ColumnGrant) -> Target:
    return Target(kind="column", id=f"{row.dataset}.{row.column}", label=str(row.pk))
