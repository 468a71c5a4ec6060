"""Checks that several actions share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.base.errors import Invalid
from metrion.identity.errors import LastAdministrator, OwnAccess
from metrion.identity.models import Department, Person, RoleAssignment
from metrion.identity.ports import Target
from metrion.identity.reads.actors import BUILT_IN, COMPANY
from metrion.identity.reads.people import no_department, no_person

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from metrion.identity.schemas import Actor

ADMINISTRATOR: Final = "administrator"


def locked_person(username: str) -> Person:
    """Return the person, locked until the transaction ends, with the department; raises `NotFound`."""
    person = (
        Person.objects.select_for_update(of=("self",)).select_related("department").filter(username=username).first()
    )
    if person is None:
        raise no_person(username)
    return person


def existing_person(username: str, field: str) -> Person:
    """Return an active person that another thing refers to; raises `NotFound` for that field."""
    person = Person.objects.select_related("department").filter(username=username, is_active=True).first()
    if person is None:
        fault = no_person(username)
        fault.field = field
        raise fault
    return person


def locked_department(code: str, field: str = "department") -> Department:
    """Return the department, locked until the transaction ends; raises `NotFound`."""
    department = Department.objects.select_for_update().filter(code=code).first()
    if department is None:
        fault = no_department(code)
        fault.field = field
        raise fault
    return department


def require_power_over(actor: Actor, person: Person) -> None:
    """Ask for `people.manage` where the person sits and wherever he holds a role.

    Otherwise the administrator of one department could take over somebody with wider rights, by a
    new password for instance.
    """
    actor.require("people.manage", person.department.path)
    held = RoleAssignment.objects.filter(person=person).values_list("department__path", flat=True)
    for path in held:
        actor.require("people.manage", path or COMPANY)


def refuse_own(actor: Actor, person: Person) -> None:
    """Refuse that somebody changes what he himself may do or see."""
    if actor.id == person.pk:
        raise OwnAccess


def locked_administrators() -> set[UUID]:
    """Return who administers the whole company, with their assignments and accounts locked, always in one order.

    Call it before any other lock: two administrators then cannot remove each other at once.
    """
    holders = (
        RoleAssignment.objects.select_for_update(of=("self", "person"))
        .select_related("person")
        .filter(role=ADMINISTRATOR, department=None, person__is_active=True)
        .order_by("pk")
    )
    return {holder.person_id for holder in holders}


def keep_an_administrator(administrators: set[UUID], person: Person) -> None:
    """Refuse to take the last active administrator of the whole company away."""
    if administrators == {person.pk}:
        raise LastAdministrator(username=person.username)


def check_attributes(attributes: Mapping[str, object]) -> dict[str, object]:
    """Return the attributes as they are stored; raises `Invalid` for the names that the product fills itself."""
    for name in attributes:
        if name in BUILT_IN:
            raise Invalid(
                field=f"attributes.{name}",
                reason_zh=f"属性名“{name}”由系统自动填写。",
                reason_en=f"The attribute “{name}” is filled in by the product.",
            )
    return {name: list(value) if isinstance(value, tuple) else value for name, value in attributes.items()}


def person_target(person: Person) -> Target:
    """Name a person in the audit trail."""
    return Target(kind="person", id=person.username, label=person.name.pick("zh"))


def department_target(department: Department) -> Target:
    """Name a department in the audit trail."""
    return Target(kind="department", id=department.code, label=department.name.pick("zh"))
