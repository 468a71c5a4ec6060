"""API tokens: made and revoked by their owner, revoked also by the administrator."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from metrion.base.clock import now
from metrion.base.errors import Forbidden, NotFound
from metrion.identity.models import ApiToken
from metrion.identity.permissions import PERMISSION_NAMES
from metrion.identity.ports import Target, record
from metrion.identity.reads.actors import TOKEN_PREFIX, digest_of
from metrion.identity.reads.policies import token_view
from metrion.identity.schemas import Actor, TokenNew, TokenSecret

if TYPE_CHECKING:
    from uuid import UUID


def _target(token: ApiToken) -> Target:
    return Target(kind="token", id=str(token.pk), label=f"{token.name} ({token.prefix}…)")


@transaction.atomic
def create_token(actor: Actor, new: TokenNew) -> TokenSecret:
    """Make a token with some of one's own permissions; the secret is in the answer and nowhere else.

    A token cannot make tokens: a leaked one would outlive its revocation.
    """
    if actor.via == "token":
        raise Forbidden(need="session")
    for scope in new.scopes:
        actor.require(scope)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    instant = now()
    token = ApiToken.objects.create(
        person_id=actor.id,
        name=new.name,
        prefix=secret[:12],
        digest=digest_of(secret),
        scopes=[permission for permission in PERMISSION_NAMES if permission in new.scopes],
        created_at=instant,
        expires_at=instant + timedelta(days=new.days),
    )
    detail = {"name": new.name, "scopes": list(new.scopes), "expires_at": token.expires_at.isoformat()}
    record(actor, "token.created", _target(token), detail)
    return TokenSecret(**token_view(token).model_dump(), secret=secret)


@transaction.atomic
def revoke_token(actor: Actor, token: UUID) -> None:
    """Revoke a token of one's own, or anybody's with `system.manage`; at once and for good."""
    row = ApiToken.objects.select_for_update(of=("self",)).select_related("person").filter(pk=token).first()
    if row is None or (row.person_id != actor.id and not actor.may("system.manage")):
        raise NotFound(kind_zh="令牌", kind_en="token", key=str(token))
    if row.revoked_at is None:
        row.revoked_at = now()
        row.save(update_fields=["revoked_at"])
        record(actor, "token.revoked", _target(row), {"owner": row.person.username})
