"""Changes of the organisation tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from metrion.base.errors import Invalid
from metrion.identity import reads
from metrion.identity.actions._guard import check_attributes, department_target, existing_person, locked_department
from metrion.identity.errors import CircularMove, OwnAccess, Taken
from metrion.identity.models import MAX_PATH, Department
from metrion.identity.ports import record
from metrion.identity.reads.actors import COMPANY

if TYPE_CHECKING:
    from metrion.identity.schemas import Actor, DepartmentChange, DepartmentNew, DepartmentView


@transaction.atomic
def create_department(actor: Actor, new: DepartmentNew) -> DepartmentView:
    """Create a department below its parent. Raises `Taken`, `NotFound`, `Forbidden`."""
    parent = None if new.parent is None else locked_department(new.parent, "parent")
    above = COMPANY if parent is None else parent.path
    actor.require("people.manage", above)
    _refuse_depth(len(above) + len(new.code) + 1)
    department = Department(
        code=new.code,
        name_zh=new.name.zh,
        name_en=new.name.en,
        parent=parent,
        path=f"{above}{new.code}/",
        manager=None if new.manager is None else existing_person(new.manager, "manager"),
        attributes=check_attributes(new.attributes),
    )
    try:
        with transaction.atomic():
            department.save(force_insert=True)
    except IntegrityError as fault:
        raise Taken(field="code", key=new.code) from fault
    record(actor, "department.created", department_target(department), new.model_dump(mode="json"))
    return reads.department(actor, new.code)


@transaction.atomic
def change_department(actor: Actor, code: str, change: DepartmentChange) -> DepartmentView:
    """Change name, head or attributes. Attributes decide what people see: not those of one's own line."""
    department = locked_department(code)
    actor.require("people.manage", department.path)
    sent = change.model_fields_set
    if "attributes" in sent and change.attributes is not None:
        if actor.department.startswith(department.path):
            raise OwnAccess
        department.attributes = check_attributes(change.attributes)
    if "name" in sent and change.name is not None:
        department.name_zh, department.name_en = change.name.zh, change.name.en
    if "manager" in sent:
        department.manager = None if change.manager is None else existing_person(change.manager, "manager")
    department.save()
    record(
        actor,
        "department.changed",
        department_target(department),
        change.model_dump(mode="json", exclude_unset=True),
    )
    return reads.department(actor, code)


@transaction.atomic
def move_department(actor: Actor, code: str, parent_code: str | None) -> DepartmentView:
    """Move a department with its whole subtree. Scopes of roles and policies move with it."""
    department = locked_department(code)
    parent = None if parent_code is None else locked_department(parent_code, "parent")
    above = COMPANY if parent is None else parent.path
    actor.require("people.manage", department.path)
    actor.require("people.manage", above)
    if actor.department.startswith(department.path):
        raise OwnAccess
    if above.startswith(department.path):
        raise CircularMove(field="parent", key=code)
    old, new = department.path, f"{above}{code}/"
    subtree = Department.objects.filter(path__startswith=old)
    # Locked before the first write, so that nobody waits in a circle.
    longest = max(len(one.path) for one in subtree.select_for_update().order_by("pk"))
    _refuse_depth(longest - len(old) + len(new))
    Department.objects.filter(pk=department.pk).update(parent=parent)
    subtree.update(path=Concat(Value(new), Substr(F("path"), len(old) + 1)))
    record(actor, "department.moved", department_target(department), {"from": old, "to": new})
    return reads.department(actor, code)


def _refuse_depth(length: int) -> None:
    """Refuse a tree whose paths no longer fit their column."""
    if length > MAX_PATH:
        raise Invalid(
            field="parent",
            reason_zh="组织层级过深。",
            reason_en="The tree would be too deep.",
        )
