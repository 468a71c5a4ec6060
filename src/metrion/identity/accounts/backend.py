"""Checks user name and password, and loads the person of a session."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from metrion.identity.models import Person
from metrion.identity.reads.memory import remembered

if TYPE_CHECKING:
    from django.http import HttpRequest


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """allauth's backend, with two differences.

    A disabled account is refused like a wrong password: the answer does not tell that it exists. And
    the person of a session comes with the department, so that building the actor needs no further query.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: object) -> Person | None:
        """Return the active person with these credentials, or None."""
        person = super().authenticate(request, **credentials)
        self.unstash_authenticated_user()
        return person if isinstance(person, Person) else None

    def get_user(self, user_id: object) -> Person | None:
        """Return the person of a session, unless disabled; a copy that the request may change."""
        if not isinstance(user_id, UUID):
            return None
        return copy(remembered(("person", user_id), lambda: _active_person(user_id)))


def _active_person(key: UUID) -> Person | None:
    return Person.objects.select_related("department").filter(pk=key, is_active=True).first()
