"""Changes of people and their accounts."""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING, Final

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from metrion.base.errors import Invalid
from metrion.identity import reads
from metrion.identity.actions._guard import (
    check_attributes,
    existing_person,
    keep_an_administrator,
    locked_administrators,
    locked_department,
    locked_person,
    person_target,
    refuse_own,
    require_power_over,
)
from metrion.identity.actions.sessions import end_sessions, revoke_tokens_of
from metrion.identity.errors import CircularMove, Taken, WeakPassword
from metrion.identity.models import Person
from metrion.identity.ports import record
from metrion.identity.schemas import Actor, PersonChange, PersonNew, PersonView, TemporaryPassword

if TYPE_CHECKING:
    from metrion.identity.models import Department

# Without letters and digits that look alike: people type it from a note.
_ALPHABET: Final = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lIo")))
_GROUPS: Final = 4


def random_password() -> str:
    """Return a password of about 92 bits in four groups of four."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(_GROUPS))


@transaction.atomic
def create_person(actor: Actor, new: PersonNew, password: str | None = None) -> TemporaryPassword:
    """Create an account with a temporary password. Raises `Taken`, `NotFound`, `Forbidden`.

    A given `password` must keep the rules and is final: for accounts that a program hands out.
    """
    department = locked_department(new.department)
    actor.require("people.manage", department.path)
    if password is not None:
        check_password_rules(password)
    chosen = password or random_password()
    person = insert_person(new, department, chosen, temporary=password is None)
    record(actor, "person.created", person_target(person), new.model_dump(mode="json"))
    return TemporaryPassword(username=person.username, password=chosen)


def insert_person(new: PersonNew, department: Department, password: str, *, temporary: bool = True) -> Person:
    """Store a person; raises `Taken` when the user name is in use. Inside a transaction."""
    try:
        with transaction.atomic():
            return Person.objects.create_person(
                new.username,
                department=department,
                password=password,
                name_zh=new.name.zh,
                name_en=new.name.en,
                email=_checked_email(new.email),
                manager=None if new.manager is None else existing_person(new.manager, "manager"),
                attributes=check_attributes(new.attributes),
                language=new.language or "",
                password_temporary=temporary,
            )
    except IntegrityError as fault:
        raise Taken(field="username", key=new.username) from fault


def _checked_email(email: str) -> str:
    if email:
        try:
            validate_email(email)
        except ValidationError as fault:
            raise Invalid(
                field="email", reason_zh="邮箱格式不正确。", reason_en="This is not an e-mail address."
            ) from fault
    return email


@transaction.atomic
def change_person(actor: Actor, username: str, change: PersonChange) -> PersonView:
    """Change a person. Department and attributes decide what he sees: nobody changes his own."""
    person = locked_person(username)
    actor.require("people.manage", person.department.path)
    sent = change.model_fields_set
    if sent & {"department", "attributes"}:
        refuse_own(actor, person)
    if "department" in sent and change.department is not None:
        require_power_over(actor, person)
        person.department = locked_department(change.department)
        actor.require("people.manage", person.department.path)
    if "attributes" in sent and change.attributes is not None:
        person.attributes = check_attributes(change.attributes)
    if "name" in sent and change.name is not None:
        person.name_zh, person.name_en = change.name.zh, change.name.en
    if "email" in sent:
        person.email = _checked_email(change.email or "")
    if "manager" in sent:
        person.manager = _manager_for(person, change.manager)
    person.save()
    record(actor, "person.changed", person_target(person), change.model_dump(mode="json", exclude_unset=True))
    return reads.person(actor, username)


def _manager_for(person: Person, manager: str | None) -> Person | None:
    """Return the new manager; refuses a chain of command that leads back to the person."""
    if manager is None:
        return None
    above: Person | None = existing_person(manager, "manager")
    chain = dict(Person.objects.exclude(manager=None).values_list("pk", "manager_id"))
    at, seen = above.pk if above is not None else None, set()
    while at is not None and at not in seen:
        if at == person.pk:
            raise CircularMove(field="manager", key=person.username)
        seen.add(at)
        at = chain.get(at)
    return above


@transaction.atomic
def disable_person(actor: Actor, username: str, reason: str = "") -> None:
    """Close an account: its sessions and tokens end at once. Nothing that the person did is removed."""
    administrators = locked_administrators()
    person = locked_person(username)
    refuse_own(actor, person)
    require_power_over(actor, person)
    keep_an_administrator(administrators, person)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    end_sessions(person)
    revoked = revoke_tokens_of(person)
    record(actor, "person.disabled", person_target(person), {"tokens_revoked": revoked}, reason=reason)


@transaction.atomic
def enable_person(actor: Actor, username: str, reason: str = "") -> None:
    """Open a closed account again. Tokens stay revoked."""
    person = locked_person(username)
    refuse_own(actor, person)
    require_power_over(actor, person)
    Person.objects.filter(pk=person.pk).update(is_active=True)
    record(actor, "person.enabled", person_target(person), {}, reason=reason)


@transaction.atomic
def give_temporary_password(actor: Actor, username: str) -> TemporaryPassword:
    """Set a random password that must be replaced at the next log-in; all sessions and tokens end."""
    person = locked_person(username)
    refuse_own(actor, person)
    require_power_over(actor, person)
    password = random_password()
    person.set_password(password)
    person.password_temporary = True
    person.save(update_fields=["password", "password_temporary"])
    end_sessions(person)
    revoked = revoke_tokens_of(person)
    record(actor, "person.password_reset", person_target(person), {"tokens_revoked": revoked})
    return TemporaryPassword(username=username, password=password)


@transaction.atomic
def remove_second_factor(actor: Actor, username: str, reason: str = "") -> None:
    """Take the authenticator app and recovery codes off an account whose owner has lost them."""
    person = locked_person(username)
    refuse_own(actor, person)
    require_power_over(actor, person)
    removed, _ = Authenticator.objects.filter(user_id=person.pk).delete()
    end_sessions(person)
    record(actor, "person.second_factor_removed", person_target(person), {"removed": removed}, reason=reason)


def check_password_rules(password: str, person: Person | None = None) -> None:
    """Raise `WeakPassword` with every rule that the password breaks."""
    try:
        validate_password(password, person)
    except ValidationError as fault:
        raise WeakPassword(field="password", reasons=" ".join(fault.messages)) from fault
