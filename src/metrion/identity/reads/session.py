"""What a page needs to know first: who is signed in and what the product shows to him."""

from __future__ import annotations

from metrion.base.settings import get_settings
from metrion.identity.models import Person
from metrion.identity.reads.people import card_of
from metrion.identity.schemas import Actor, Company, Session


def session(actor: Actor) -> Session:
    """Return the session of the actor. One query."""
    row = Person.objects.select_related("department").get(pk=actor.id)
    settings = get_settings()
    return Session(
        person=card_of(row),
        language=actor.language,
        roles=actor.roles,
        permissions=tuple(actor.grants),
        company=Company(language=settings.language, time_zone=settings.time_zone, week_start=settings.week_start),
        password_temporary=row.password_temporary,
        via=actor.via,
    )
