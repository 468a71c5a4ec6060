"""Row policies, column grants and tokens, as their pages read them."""

from __future__ import annotations

from metrion.base.clock import now
from metrion.identity.models import ApiToken, ColumnGrant, RowPolicy
from metrion.identity.permissions import PERMISSION_NAMES
from metrion.identity.reads.scope import CONDITION
from metrion.identity.schemas import Actor, Audience, BilingualName, GrantView, PolicyView, TokenView
from metrion.semantic.condition_words import in_words


def _require_reader(actor: Actor) -> None:
    if not actor.may("audit.read"):
        actor.require("policy.manage")


def policies(actor: Actor, dataset: str | None = None) -> list[PolicyView]:
    """Return the row policies (of one dataset), by dataset and age. For policy managers and auditors."""
    _require_reader(actor)
    found = RowPolicy.objects.all() if dataset is None else RowPolicy.objects.filter(dataset=dataset)
    return [policy_view(row) for row in found.order_by("dataset", "pk")]


def policy_view(row: RowPolicy) -> PolicyView:
    """Return the view of a stored policy."""
    condition = CONDITION.validate_python(row.condition)
    return PolicyView(
        id=row.pk,
        name=BilingualName(zh=row.name_zh, en=row.name_en),
        dataset=row.dataset,
        condition=condition,
        words=in_words(condition),
        audience=Audience.model_validate(row.audience),
        enabled=row.enabled,
        revision=row.revision,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
    )


def column_grants(actor: Actor, dataset: str | None = None) -> list[GrantView]:
    """Return the column grants (of one dataset). For policy managers and auditors."""
    _require_reader(actor)
    found = ColumnGrant.objects.all() if dataset is None else ColumnGrant.objects.filter(dataset=dataset)
    return [grant_view(row) for row in found.order_by("dataset", "column", "pk")]


def grant_view(row: ColumnGrant) -> GrantView:
    """Return the view of a stored grant."""
    return GrantView(
        id=row.pk,
        dataset=row.dataset,
        column=row.column,
        audience=Audience.model_validate(row.audience),
        reason=row.reason,
        granted_by=row.granted_by,
        granted_at=row.granted_at,
    )


def tokens(actor: Actor, username: str | None = None) -> list[TokenView]:
    """Return the tokens of the actor, newest first; of somebody else for `system.manage` and auditors."""
    whose = username or actor.username
    if whose != actor.username and not actor.may("audit.read"):
        actor.require("system.manage")
    rows = ApiToken.objects.select_related("person").filter(person__username=whose)
    return [token_view(row) for row in rows.order_by("-pk")]


def token_view(row: ApiToken) -> TokenView:
    """Return the view of a token whose person is loaded."""
    expired = row.expires_at <= now()
    return TokenView(
        id=row.pk,
        username=row.person.username,
        name=row.name,
        prefix=row.prefix,
        scopes=tuple(permission for permission in PERMISSION_NAMES if permission in row.scopes),
        state="revoked" if row.revoked_at is not None else "expired" if expired else "active",
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )
