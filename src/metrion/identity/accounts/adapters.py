"""What allauth asks the product: no sign-up, refusals on record, secrets encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.crypto import constant_time_compare

from metrion.identity.accounts import vault
from metrion.identity.models import Person
from metrion.identity.ports import Target, record

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_BOUND: Final = "metrion_login_bound_to"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by administrators; a log-in counts for the account as it was at its first step."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say that nobody can make an account for himself."""
        del request
        return False

    def pre_login(self, request: HttpRequest, user: Person, **options: object) -> HttpResponse | None:
        """Remember between password and second factor what the password was good for."""
        request.session[_BOUND] = user.get_session_auth_hash()
        answer: HttpResponse | None = super().pre_login(request, user, **options)
        return answer

    def login(self, request: HttpRequest, user: Person) -> None:
        """Open the session, unless the account was closed or its password changed since the first step."""
        bound = request.session.pop(_BOUND, "")
        if not user.is_active or not constant_time_compare(bound, user.get_session_auth_hash()):
            raise PermissionDenied
        super().login(request, user)

    def authentication_failed(self, request: HttpRequest, **credentials: object) -> None:
        """Put a refused password on record.

        The typed name is kept only if it is an account's: people type passwords into the wrong field.
        """
        typed = str(credentials.get("username", "")).lower()
        person = Person.objects.filter(username=typed).first()
        target = Target(kind="person", id=person.username if person else "", label=person.name_zh if person else "")
        with transaction.atomic():
            record(None, "session.refused", target, {"ip": self.get_client_ip(request)})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Send nothing: messages leave the house through the outbox only."""


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """TOTP secrets and recovery seeds are useless to a reader of the database."""

    def encrypt(self, text: str) -> str:
        """Return the stored form of a secret."""
        return vault.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret."""
        return vault.decrypt(encrypted_text)

    def get_totp_label(self, user: Person) -> str:
        """Name the account in the authenticator app by its user name."""
        return user.username
