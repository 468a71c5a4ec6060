"""Giving and taking roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction

from metrion.base.errors import NotFound
from metrion.identity.actions._guard import (
    ADMINISTRATOR,
    keep_an_administrator,
    locked_administrators,
    locked_department,
    locked_person,
    person_target,
    refuse_own,
)
from metrion.identity.actions.sessions import end_sessions
from metrion.identity.errors import RolesConflict, Taken
from metrion.identity.models import Person, RoleAssignment
from metrion.identity.permissions import ROLE_NAMES, RoleCode
from metrion.identity.ports import record
from metrion.identity.reads.actors import COMPANY
from metrion.identity.reads.people import assignment_view, role_code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from metrion.identity.schemas import Actor, AssignmentNew, AssignmentView

EXCLUSIVE: Final[Sequence[RoleCode]] = ("administrator", "security_officer", "auditor")
"""Three hands (三员): who manages people, who decides what they may see, and who checks both."""


@transaction.atomic
def assign_role(actor: Actor, username: str, new: AssignmentNew) -> AssignmentView:
    """Give a role. Raises `OwnAccess`, `RolesConflict`, `Taken`, `NotFound`, `Forbidden`.

    The person's sessions end, so that his next one shows what he may do now.
    """
    person = locked_person(username)
    refuse_own(actor, person)
    department = None if new.department is None else locked_department(new.department)
    actor.require("people.manage", person.department.path)
    actor.require("people.manage", COMPANY if department is None else department.path)
    _refuse_conflict(person, new.role)
    row = insert_assignment(person, new, actor.username)
    end_sessions(person)
    record(actor, "role.assigned", person_target(person), {"role": new.role, "department": new.department or COMPANY})
    return assignment_view(row)


def insert_assignment(person: Person, new: AssignmentNew, assigned_by: str) -> RoleAssignment:
    """Store a role of a person; raises `Taken` when he has it. Inside a transaction."""
    department = None if new.department is None else locked_department(new.department)
    try:
        with transaction.atomic():
            return RoleAssignment.objects.create(
                person=person, role=new.role, department=department, assigned_by=assigned_by
            )
    except IntegrityError as fault:
        raise Taken(field="role", key=ROLE_NAMES[new.role].pick()) from fault


def _refuse_conflict(person: Person, role: RoleCode) -> None:
    if role not in EXCLUSIVE:
        return
    held = RoleAssignment.objects.filter(person=person, role__in=EXCLUSIVE).exclude(role=role)
    other = held.values_list("role", flat=True).first()
    if other is not None:
        first, second = ROLE_NAMES[role], ROLE_NAMES[role_code(other)]
        raise RolesConflict(field="role", role_zh=first.zh, role_en=first.en, other_zh=second.zh, other_en=second.en)


@transaction.atomic
def remove_role(actor: Actor, username: str, assignment: UUID, reason: str = "") -> None:
    """Take a role. The last administrator of the company stays. The person's sessions end."""
    administrators = locked_administrators()
    person = locked_person(username)
    refuse_own(actor, person)
    row = RoleAssignment.objects.select_related("department").filter(pk=assignment, person=person).first()
    if row is None:
        raise NotFound(kind_zh="角色分配", kind_en="role assignment", key=str(assignment))
    scope = COMPANY if row.department is None else row.department.path
    actor.require("people.manage", person.department.path)
    actor.require("people.manage", scope)
    if row.role == ADMINISTRATOR and row.department is None:
        keep_an_administrator(administrators, person)
    row.delete()
    end_sessions(person)
    record(actor, "role.removed", person_target(person), {"role": row.role, "department": scope}, reason=reason)
