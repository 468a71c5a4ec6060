"""Following metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from metrion.base.clock import now
from metrion.catalog import reads as catalog
from metrion.collaboration.errors import TooManyFollows
from metrion.collaboration.models import Follow
from metrion.collaboration.reads import follow_state

if TYPE_CHECKING:
    from metrion.collaboration.schemas import FollowState
    from metrion.identity.schemas import Actor

MAX_FOLLOWS: Final = 500


@transaction.atomic
def follow(actor: Actor, code: str) -> FollowState:
    """Follow a metric; following twice is following once. Raises `NotFound` and `TooManyFollows`."""
    catalog.require_readable(actor, [code])
    mine = Follow.objects.filter(person__username=actor.username)
    if mine.exclude(metric=code).count() >= MAX_FOLLOWS:
        raise TooManyFollows(limit=MAX_FOLLOWS)
    Follow.objects.bulk_create([Follow(person_id=actor.username, metric=code, since=now())], ignore_conflicts=True)
    return follow_state(actor, code)


@transaction.atomic
def unfollow(actor: Actor, code: str) -> None:
    """Stop following a metric, also one that is gone or no longer open."""
    Follow.objects.filter(person__username=actor.username, metric=code).delete()
