"""Who may call a route: the `auth=` of every django-ninja operation.

`signed_in` lets in everybody with a session or a token; `needs("people.manage")` also asks for a
permission, held anywhere. Both set `request.actor` and the language of the person. Finer decisions (for
this department, on this object) are made by the actions and reads of the room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from metrion.base.text import speak
from metrion.identity.errors import CsrfFailed, PasswordChangeNeeded
from metrion.identity.models import Person
from metrion.identity.reads.actors import actor_of_request

if TYPE_CHECKING:
    from metrion.identity.permissions import Permission
    from metrion.identity.schemas import Actor


class SignedInRequest(HttpRequest):
    """A request behind `signed_in`."""

    actor: Actor


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts in a request that passed `signed_in`, for views that take a plain request."""
    return cast(SignedInRequest, request).actor


class SignedIn(AuthBase):
    """Session cookie (with the CSRF header on writing methods) or `Authorization: Bearer` token."""

    openapi_type = "apiKey"
    openapi_in = "cookie"

    def __init__(self, permission: Permission | None = None, *, temporary_password: bool = False) -> None:
        self.permission = permission
        self.temporary_password = temporary_password
        self.openapi_name = settings.SESSION_COOKIE_NAME
        super().__init__()

    def __call__(self, request: HttpRequest) -> Actor:
        """Return the actor; raises `NotSignedIn`, `CsrfFailed`, `PasswordChangeNeeded` or `Forbidden`."""
        actor = actor_of_request(request)
        if actor.via == "session":
            if check_csrf(request) is not None:
                raise CsrfFailed
            temporary = isinstance(request.user, Person) and request.user.password_temporary
            if temporary and not self.temporary_password:
                raise PasswordChangeNeeded
        speak(actor.language)
        translation.activate("zh-hans" if actor.language == "zh" else "en")
        if self.permission is not None:
            actor.require(self.permission)
        cast(SignedInRequest, request).actor = actor
        return actor


def needs(permission: Permission) -> SignedIn:
    """Return the `auth=` of a route that asks for a permission."""
    return SignedIn(permission)


signed_in = SignedIn()
signed_in_with_any_password = SignedIn(temporary_password=True)
"""For the few routes that somebody with a temporary password needs to replace it."""
