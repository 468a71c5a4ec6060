"""Ending sessions, and what a person decides about his own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session as StoredSession
from django.db import transaction
from django.db.models import F

from metrion.base.clock import now
from metrion.identity.actions._guard import locked_person, person_target, require_power_over
from metrion.identity.models import ApiToken, Person
from metrion.identity.ports import record

if TYPE_CHECKING:
    from metrion.base.text import Language
    from metrion.identity.schemas import Actor


def end_sessions(person: Person) -> None:
    """End every session of a person, in every process, from the next request on.

    The new epoch makes even a session that is being opened right now worthless.
    """
    Person.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
    listed = UserSession.objects.filter(user_id=person.pk)
    StoredSession.objects.filter(session_key__in=list(listed.values_list("session_key", flat=True))).delete()
    listed.delete()


def revoke_tokens_of(person: Person) -> int:
    """Revoke all tokens of a person and return how many were alive."""
    return ApiToken.objects.filter(person=person, revoked_at=None).update(revoked_at=now())


@transaction.atomic
def sign_out_everywhere(actor: Actor, username: str, *, tokens: bool = False) -> None:
    """End all sessions (and tokens) of oneself, or of somebody whom one manages."""
    person = locked_person(username)
    if actor.id != person.pk:
        require_power_over(actor, person)
    end_sessions(person)
    revoked = revoke_tokens_of(person) if tokens else 0
    record(actor, "session.ended_everywhere", person_target(person), {"tokens_revoked": revoked})


@transaction.atomic
def choose_language(actor: Actor, language: Language) -> None:
    """Set the language that the person reads. A preference, not a change of access: no audit entry."""
    Person.objects.filter(pk=actor.id).update(language=language)
