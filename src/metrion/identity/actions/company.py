"""The first step of an installation: a company, its root department and its first administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from metrion.base.errors import Conflict
from metrion.identity.actions._guard import department_target, person_target
from metrion.identity.actions.people import check_password_rules, insert_person, random_password
from metrion.identity.actions.roles import insert_assignment
from metrion.identity.models import Department, RoleAssignment
from metrion.identity.ports import record
from metrion.identity.schemas import AssignmentNew, TemporaryPassword

if TYPE_CHECKING:
    from metrion.identity.schemas import BilingualName, PersonNew


@transaction.atomic
def found_company(name: BilingualName, administrator: PersonNew, password: str | None = None) -> TemporaryPassword:
    """Create the root department and the administrator, on an installation that has none.

    `administrator.department` is the code of the root. Without `password` a temporary one is made; a
    given one must keep the rules and is final. Raises `Conflict` when there is an administrator already.
    """
    Department.objects.select_for_update().first()
    if RoleAssignment.objects.filter(role="administrator", person__is_active=True).exists():
        raise Conflict(
            reason_zh="系统已有管理员，请由其创建账号。",
            reason_en="There is an administrator already: ask him to create accounts.",
        )
    root, created = Department.objects.get_or_create(
        code=administrator.department,
        defaults={"name_zh": name.zh, "name_en": name.en, "path": f"/{administrator.department}/"},
    )
    if password is not None:
        check_password_rules(password)
    chosen = password or random_password()
    person = insert_person(administrator, root, chosen, temporary=password is None)
    insert_assignment(person, AssignmentNew(role="administrator"), "")
    if created:
        record(None, "department.created", department_target(root), {"code": root.code})
    record(None, "company.founded", person_target(person), administrator.model_dump(mode="json"))
    return TemporaryPassword(username=person.username, password=chosen)
