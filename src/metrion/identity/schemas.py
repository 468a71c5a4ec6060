"""Shapes of the identity room that other rooms may hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from metrion.base.errors import Forbidden
from metrion.base.text import Language, Text
from metrion.identity.permissions import PERMISSION_NAMES, Permission, RoleCode
from metrion.semantic.condition import Condition

AttributeValue = str | int | bool | tuple[str, ...]
DepartmentCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Username = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
AttributeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Attributes = Mapping[AttributeName, AttributeValue]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Frozen(BaseModel):
    """Base of the shapes of this room."""

    model_config = ConfigDict(frozen=True)


class Actor(Frozen):
    """Who acts, with everything that a permission decision needs. Built once per request by identity."""

    id: UUID
    username: str
    name: Text
    department: str
    """Path of the person's department from the root, `/group/retail/east/`."""
    language: Language
    grants: Mapping[Permission, tuple[str, ...]]
    """Permission -> department paths in whose subtree it holds (`/` = the whole company)."""
    attributes: Mapping[str, AttributeValue]
    """What row policies can refer to as `person` values; inherited from departments, then the person's own."""
    via: Literal["session", "token", "cli", "job"] = "session"
    roles: tuple[RoleCode, ...] = ()
    """Roles held anywhere, sorted: what the audience of a policy refers to."""

    def may(self, permission: Permission, department: str | None = None) -> bool:
        """Tell whether the permission is held (for the department path, or anywhere when None)."""
        paths = self.grants.get(permission, ())
        return bool(paths) if department is None else any(department.startswith(path) for path in paths)

    def require(self, permission: Permission, department: str | None = None) -> None:
        """Raise `Forbidden`, naming the permission, unless `may`."""
        if not self.may(permission, department):
            raise Forbidden(need=PERMISSION_NAMES[permission])


# --- the organisation -----------------------------------------------------------------------------


class BilingualName(Frozen):
    """A name that a person gives: Chinese is required, English may follow."""

    zh: Name
    en: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class PersonCard(Frozen):
    """A person as other people see him in lists, pickers and time lines."""

    username: str
    name: Text
    department: str
    """Code of the department."""
    department_name: Text
    active: bool


class DepartmentView(Frozen):
    """One node of the tree; nodes are listed parent first."""

    code: str
    name: Text
    path: str
    parent: str | None
    manager: PersonCard | None
    attributes: Mapping[str, AttributeValue]
    """Its own attributes; people of the whole subtree inherit them."""
    people: int
    """Active people directly in it."""


class DepartmentNew(Frozen):
    """A department to create below `parent` (None: a root)."""

    code: DepartmentCode
    name: BilingualName
    parent: DepartmentCode | None = None
    manager: Username | None = None
    attributes: Attributes = {}


class DepartmentChange(Frozen):
    """What to change of a department; fields that are not sent stay."""

    name: BilingualName | None = None
    manager: Username | None = None
    attributes: Attributes | None = None


class DepartmentMove(Frozen):
    """The new parent of a department (None: a root)."""

    parent: DepartmentCode | None


class PermissionView(Frozen):
    """One permission and its name."""

    code: Permission
    name: Text


class RoleView(Frozen):
    """One role and what it may do."""

    code: RoleCode
    name: Text
    permissions: tuple[PermissionView, ...]
    people: int
    """Active people who hold it anywhere."""


class AssignmentView(Frozen):
    """A role of a person; `department` None means the whole company."""

    id: UUID
    role: RoleCode
    role_name: Text
    department: str | None
    department_name: Text | None
    assigned_by: str
    assigned_at: datetime


class AssignmentNew(Frozen):
    """A role to give, in the subtree of a department or (None) in the whole company."""

    role: RoleCode
    department: DepartmentCode | None = None


class PersonPrivate(Frozen):
    """What only the person, those who manage people or policies, and auditors see of a person."""

    language: Language | None
    attributes: Mapping[str, AttributeValue]
    effective_attributes: Mapping[str, AttributeValue]
    """With what is inherited and built in: what row policies see."""
    password_temporary: bool
    two_factor: bool
    last_login: datetime | None
    created_at: datetime


class PersonView(PersonCard):
    """A person as the organisation page shows him; `private` is None for most readers."""

    email: str
    manager: PersonCard | None
    roles: tuple[AssignmentView, ...]
    private: PersonPrivate | None


class PersonNew(Frozen):
    """A person to create. The answer holds a temporary password, shown once."""

    username: Username
    name: BilingualName
    department: DepartmentCode
    email: Annotated[str, StringConstraints(max_length=254)] = ""
    manager: Username | None = None
    attributes: Attributes = {}
    language: Language | None = None


class PersonChange(Frozen):
    """What to change of a person; fields that are not sent stay."""

    name: BilingualName | None = None
    email: Annotated[str, StringConstraints(max_length=254)] | None = None
    department: DepartmentCode | None = None
    manager: Username | None = None
    attributes: Attributes | None = None


class Reason(Frozen):
    """Why something is done; kept in the audit trail."""

    reason: Annotated[str, StringConstraints(max_length=500)] = ""


class TemporaryPassword(Frozen):
    """A password that is shown once and must be replaced at the first log-in."""

    username: str
    password: str


# --- policies -------------------------------------------------------------------------------------


class Audience(Frozen):
    """Whom a policy or a grant applies to.

    Everybody; or the named people, and whoever has one of `roles` and belongs to the subtree of one
    of `departments` (a list that is empty does not restrict, but two empty lists apply to nobody).
    """

    everyone: bool = False
    roles: tuple[RoleCode, ...] = ()
    departments: tuple[DepartmentCode, ...] = ()
    persons: tuple[Username, ...] = ()

    def why(self, actor: Actor) -> tuple[str, ...]:
        """Return what makes it apply: `everyone`, `person`, `role:…`, `department:…`; empty if nothing does."""
        if self.everyone:
            return ("everyone",)
        if actor.username in self.persons:
            return ("person",)
        roles = tuple(f"role:{role}" for role in self.roles if role in actor.roles)
        departments = tuple(f"department:{code}" for code in self.departments if f"/{code}/" in actor.department)
        matched = (roles or not self.roles) and (departments or not self.departments)
        return roles + departments if matched else ()


class PolicyBody(Frozen):
    """A row policy as somebody writes it. Several policies on one dataset add up."""

    name: BilingualName
    dataset: DepartmentCode
    condition: Condition
    audience: Audience
    enabled: bool = True


class PolicyView(PolicyBody):
    """A stored row policy."""

    id: UUID
    words: Text
    """The condition as a sentence."""
    revision: int
    changed_by: str
    changed_at: datetime


class PolicyChange(PolicyBody):
    """New content of a policy; `revision` is the one that was read."""

    revision: int


class GrantNew(Frozen):
    """A sensitive column to open to an audience, and why."""

    dataset: DepartmentCode
    column: Name
    audience: Audience
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class GrantView(GrantNew):
    """A stored column grant."""

    id: UUID
    granted_by: str
    granted_at: datetime


class VisibilityAsk(Frozen):
    """Whose view of which dataset."""

    username: Username
    dataset: DepartmentCode


class PolicyReason(Frozen):
    """One policy on the dataset and what it does for the person."""

    id: UUID
    name: Text
    because: tuple[str, ...]
    """`everyone`, `person`, `role:analyst`, `department:retail`."""
    words: Text
    """The condition with the person's values filled in; empty when it grants nothing."""
    missing_attributes: tuple[str, ...]
    """Attributes that the person lacks (or has in an unfit form): the policy then grants nothing."""


class ColumnReason(Frozen):
    """One sensitive column: hidden, or shown because of a grant."""

    column: str
    label: Text
    hidden: bool
    because: tuple[str, ...] = ()


class Visibility(Frozen):
    """What a person sees of a dataset, and why."""

    person: PersonCard
    dataset: str
    dataset_name: Text
    may_query: bool
    """Holds the permission to ask for numbers at all."""
    rows: Literal["all", "some", "none"]
    condition: Condition | None
    """The row condition in force; None when all rows are visible."""
    words: Text
    policies: tuple[PolicyReason, ...]
    columns: tuple[ColumnReason, ...]
    attributes: Mapping[str, AttributeValue]


# --- sessions and tokens --------------------------------------------------------------------------


class Company(Frozen):
    """Settings of the installation that pages need."""

    language: Language
    time_zone: str
    week_start: Literal["monday", "sunday"]


class Session(Frozen):
    """Who is signed in, and what the product shows to him."""

    person: PersonCard
    language: Language
    roles: tuple[RoleCode, ...]
    permissions: tuple[Permission, ...]
    """Held anywhere; the server decides for each department."""
    company: Company
    password_temporary: bool
    """True: every other route answers `password_change_needed`."""
    via: Literal["session", "token", "cli", "job"]


class LanguageChoice(Frozen):
    """The language that a person reads."""

    language: Language


class TokenNew(Frozen):
    """A token to create; `scopes` must be permissions that the person holds."""

    name: Name
    scopes: Annotated[tuple[Permission, ...], Field(min_length=1)]
    days: Annotated[int, Field(ge=1, le=366)]


class TokenView(Frozen):
    """A stored token. The secret is never shown again."""

    id: UUID
    username: str
    name: str
    prefix: str
    scopes: tuple[Permission, ...]
    state: Literal["active", "expired", "revoked"]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class TokenSecret(TokenView):
    """A token just made, with its secret: the only time it is shown."""

    secret: str
