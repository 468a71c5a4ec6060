"""Puts on record what people do with their accounts: signing in and out, passwords, second factors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from allauth.account.signals import password_changed
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction

from metrion.identity.models import Person
from metrion.identity.ports import Target, record
from metrion.identity.reads.actors import actor_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from allauth.mfa.models import Authenticator
    from django.http import HttpRequest


def connect() -> None:
    """Listen to Django's and allauth's signals (once, when the application starts)."""
    user_logged_in.connect(_signed_in, dispatch_uid="metrion.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="metrion.signed_out")
    password_changed.connect(_password_changed, dispatch_uid="metrion.password_changed")
    for name, signal in (
        ("added", mfa.authenticator_added),
        ("removed", mfa.authenticator_removed),
        ("reset", mfa.authenticator_reset),
    ):
        signal.connect(_second_factor(name), weak=False, dispatch_uid=f"metrion.second_factor.{name}")
    mfa.authentication_failed.connect(_second_factor_refused, dispatch_uid="metrion.second_factor.refused")


def _target(person: Person) -> Target:
    return Target(kind="person", id=person.username, label=person.name_zh)


def _record_own(person: Person, action: str, detail: dict[str, str]) -> None:
    with transaction.atomic():
        record(actor_of(person, "session"), action, _target(person), detail)


def _address(request: HttpRequest | None) -> dict[str, str]:
    return {"ip": str(get_adapter().get_client_ip(request))} if request is not None else {}


def _signed_in(request: HttpRequest, user: Person, **_: object) -> None:
    _record_own(user, "session.opened", _address(request))


def _signed_out(request: HttpRequest, user: Person | None, **_: object) -> None:
    if user is not None and user.is_authenticated:
        _record_own(user, "session.closed", _address(request))


def _password_changed(request: HttpRequest, user: Person, **_: object) -> None:
    with transaction.atomic():
        Person.objects.filter(pk=user.pk).update(password_temporary=False)
        record(actor_of(user, "session"), "person.password_changed", _target(user), _address(request))


def _second_factor(happened: str) -> Callable[..., None]:
    """Return the listener that records what happened to an authenticator."""

    def listen(request: HttpRequest, user: Person, authenticator: Authenticator, **_: object) -> None:
        detail = _address(request) | {"type": str(authenticator.type)}
        _record_own(user, f"second_factor.{happened}", detail)

    return listen


def _second_factor_refused(request: HttpRequest, user: Person, **_: object) -> None:
    with transaction.atomic():
        record(None, "session.refused", _target(user), _address(request) | {"step": "second factor"})
