"""The organisation as pages and other rooms read it: departments, people, roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.db.models import Count, Q, QuerySet

from metrion.base.errors import NotFound
from metrion.base.paging import MAX_PAGE, Page, decode_cursor, encode_cursor
from metrion.identity.models import Department, Person, RoleAssignment
from metrion.identity.permissions import PERMISSION_NAMES, ROLE_NAMES, ROLE_PERMISSIONS, Permission, RoleCode
from metrion.identity.reads.actors import ancestors, attributes_of, clean_value, departments_around
from metrion.identity.schemas import (
    Actor,
    AssignmentView,
    DepartmentView,
    PermissionView,
    PersonCard,
    PersonPrivate,
    PersonView,
    RoleView,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metrion.base.text import Language


def card_of(person: Person) -> PersonCard:
    """Return the card of a person whose department is loaded."""
    return PersonCard(
        username=person.username,
        name=person.name,
        department=person.department.code,
        department_name=person.department.name,
        active=person.is_active,
    )


def _card_or_none(person: Person | None) -> PersonCard | None:
    return None if person is None else card_of(person)


# --- for other rooms ------------------------------------------------------------------------------


def person_cards(usernames: Iterable[str]) -> dict[str, PersonCard]:
    """Return the cards of those people who exist, also of disabled ones. One query."""
    people = Person.objects.select_related("department").filter(username__in=set(usernames))
    return {person.username: card_of(person) for person in people}


def people_with(permission: Permission, department: str) -> list[PersonCard]:
    """Return the active people who hold a permission for a department path, by user name. One query."""
    roles = [role for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions]
    return people_with_role(roles, department)


def people_with_role(roles: Iterable[RoleCode], department: str) -> list[PersonCard]:
    """Return the active people who hold one of the roles for a department path, by user name. One query."""
    reach = Q(department=None) | Q(department__path__in=ancestors(department))
    holders = RoleAssignment.objects.filter(reach, role__in=list(roles)).values("person_id")
    people = Person.objects.select_related("department").filter(is_active=True, pk__in=holders)
    return [card_of(person) for person in people.order_by("username")]


def department_path(code: str) -> str:
    """Return the path of a department; raises `NotFound`."""
    path = Department.objects.filter(code=code).values_list("path", flat=True).first()
    if path is None:
        raise no_department(code)
    return path


def department_paths(codes: Iterable[str]) -> dict[str, str]:
    """Return code -> path of those departments that exist. One query."""
    return dict(Department.objects.filter(code__in=set(codes)).values_list("code", "path"))


def manager_of(username: str) -> PersonCard | None:
    """Return whom a person reports to: the manager named for him, else the head of his department or above."""
    person = _with_manager().filter(username=username).first()
    if person is None:
        raise no_person(username)
    if person.manager is not None:
        return card_of(person.manager)
    return next((card for card in heads_above(person.department.path) if card.username != username), None)


def heads_above(path: str) -> list[PersonCard]:
    """Return the active heads of a department and of those above it, nearest first. One query."""
    departments = Department.objects.select_related("manager__department").filter(path__in=ancestors(path))
    heads = [department.manager for department in sorted(departments, key=lambda one: -len(one.path))]
    return [card_of(head) for head in heads if head is not None and head.is_active]


def department_head(path: str) -> PersonCard | None:
    """Return the active head of exactly this department, if it has one."""
    department = Department.objects.select_related("manager__department").filter(path=path).first()
    head = department.manager if department is not None else None
    return card_of(head) if head is not None and head.is_active else None


def no_person(username: str) -> NotFound:
    """Return the refusal for an unknown person."""
    return NotFound(kind_zh="人员", kind_en="person", key=username, field="username")


def no_department(code: str) -> NotFound:
    """Return the refusal for an unknown department."""
    return NotFound(kind_zh="部门", kind_en="department", key=code, field="department")


# --- for the organisation pages -------------------------------------------------------------------


def departments(actor: Actor) -> list[DepartmentView]:
    """Return the whole tree, parents before children. Two queries."""
    actor.require("people.read")
    rows = Department.objects.select_related("parent", "manager__department").order_by("path")
    active = Person.objects.filter(is_active=True).values("department_id")
    counts = dict(active.annotate(n=Count("pk")).values_list("department_id", "n"))
    return [_department_view(row, counts.get(row.pk, 0)) for row in rows]


def department(actor: Actor, code: str) -> DepartmentView:
    """Return one department; raises `NotFound`."""
    found = next((view for view in departments(actor) if view.code == code), None)
    if found is None:
        raise no_department(code)
    return found


def _department_view(row: Department, people: int) -> DepartmentView:
    return DepartmentView(
        code=row.code,
        name=row.name,
        path=row.path,
        parent=row.parent.code if row.parent is not None else None,
        manager=_card_or_none(row.manager),
        attributes={name: clean_value(value) for name, value in row.attributes.items()},
        people=people,
    )


def people(
    actor: Actor,
    *,
    search: str = "",
    department: str | None = None,
    role: RoleCode | None = None,
    active: bool | None = True,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[PersonCard]:
    """Return people by user name; `department` takes in its subtree, `active` None takes in the disabled."""
    actor.require("people.read")
    found = _matching(search, department, role, active)
    total = found.count()
    if cursor is not None:
        found = found.filter(username__gt=decode_cursor(cursor, str)[0])
    size = max(1, min(limit, MAX_PAGE))
    rows = list(found.select_related("department").order_by("username")[: size + 1])
    more = len(rows) > size
    return Page[PersonCard](
        items=[card_of(person) for person in rows[:size]],
        next_cursor=encode_cursor([rows[size - 1].username]) if more else None,
        total=total,
    )


def _matching(search: str, department: str | None, role: RoleCode | None, active: bool | None) -> QuerySet[Person]:  # noqa: FBT001 - a filter
    found = Person.objects.all()
    for word in search.split():
        found = found.filter(Q(username__icontains=word) | Q(name_zh__icontains=word) | Q(name_en__icontains=word))
    if department is not None:
        found = found.filter(department__path__startswith=department_path(department))
    if role is not None:
        found = found.filter(pk__in=RoleAssignment.objects.filter(role=role).values("person_id"))
    return found if active is None else found.filter(is_active=active)


def _with_manager() -> QuerySet[Person]:
    return Person.objects.select_related("department", "manager__department")


def person(actor: Actor, username: str) -> PersonView:
    """Return one person; the private part only to those who may see it. Raises `NotFound`. Four queries."""
    actor.require("people.read")
    row = _with_manager().filter(username=username).first()
    if row is None:
        raise no_person(username)
    return person_view(row, private=_may_see_private(actor, row))


def _may_see_private(actor: Actor, row: Person) -> bool:
    return (
        actor.id == row.pk
        or actor.may("people.manage", row.department.path)
        or actor.may("policy.manage")
        or actor.may("audit.read")
    )


def person_view(row: Person, *, private: bool) -> PersonView:
    """Return the view of a person whose department and manager are loaded."""
    return PersonView(
        **card_of(row).model_dump(),
        email=row.email,
        manager=_card_or_none(row.manager),
        roles=tuple(assignments_of(row)),
        private=_private(row) if private else None,
    )


def _private(row: Person) -> PersonPrivate:
    language: dict[str, Language] = {"zh": "zh", "en": "en"}
    return PersonPrivate(
        language=language.get(row.language),
        attributes={name: clean_value(value) for name, value in row.attributes.items()},
        effective_attributes=effective_attributes(row),
        password_temporary=row.password_temporary,
        two_factor=Authenticator.objects.filter(user_id=row.pk, type=Authenticator.Type.TOTP).exists(),
        last_login=row.last_login,
        created_at=row.created_at,
    )


def effective_attributes(row: Person) -> Mapping[str, str | int | bool | tuple[str, ...]]:
    """Return what row policies see of a person whose department is loaded."""
    path = row.department.path
    return attributes_of(row.username, path, row.attributes, departments_around(path))


def assignments_of(row: Person) -> list[AssignmentView]:
    """Return the roles of a person, company-wide ones first."""
    held = RoleAssignment.objects.select_related("department").filter(person_id=row.pk)
    views = [assignment_view(one) for one in held]
    return sorted(views, key=lambda view: (view.department or "", view.role))


def assignment_view(row: RoleAssignment) -> AssignmentView:
    """Return the view of an assignment whose department is loaded."""
    role = role_code(row.role)
    return AssignmentView(
        id=row.pk,
        role=role,
        role_name=ROLE_NAMES[role],
        department=row.department.code if row.department is not None else None,
        department_name=row.department.name if row.department is not None else None,
        assigned_by=row.assigned_by,
        assigned_at=row.assigned_at,
    )


def role_code(text: str) -> RoleCode:
    """Return a stored role as its type; a role that the code no longer has is a `LookupError`."""
    return next(role for role in ROLE_NAMES if role == text)


def roles(actor: Actor) -> list[RoleView]:
    """Return the roles of the product with their permissions and how many active people hold each. One query."""
    actor.require("people.read")
    held = RoleAssignment.objects.filter(person__is_active=True).values("role")
    counts: dict[str, int] = dict(held.annotate(n=Count("person", distinct=True)).values_list("role", "n"))
    return [
        RoleView(
            code=role,
            name=name,
            permissions=tuple(
                PermissionView(code=permission, name=PERMISSION_NAMES[permission])
                for permission in PERMISSION_NAMES
                if permission in ROLE_PERMISSIONS[role]
            ),
            people=counts.get(role, 0),
        )
        for role, name in ROLE_NAMES.items()
    ]
