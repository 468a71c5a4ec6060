"""Routes of the identity room: session, organisation, roles, policies, grants, tokens."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.middleware.csrf import get_token
from ninja import Query, Router, Status

from metrion.base.paging import MAX_PAGE, Page
from metrion.identity import actions, reads
from metrion.identity.auth import SignedInRequest, needs, signed_in, signed_in_with_any_password
from metrion.identity.permissions import RoleCode
from metrion.identity.schemas import (
    AssignmentNew,
    AssignmentView,
    DepartmentChange,
    DepartmentMove,
    DepartmentNew,
    DepartmentView,
    GrantNew,
    GrantView,
    LanguageChoice,
    PersonCard,
    PersonChange,
    PersonNew,
    PersonView,
    PolicyBody,
    PolicyChange,
    PolicyView,
    Reason,
    RoleView,
    Session,
    TemporaryPassword,
    TokenNew,
    TokenSecret,
    TokenView,
    Visibility,
    VisibilityAsk,
)

router = Router(tags=["identity"])


# --- session --------------------------------------------------------------------------------------


@router.get("/session", response=Session, auth=signed_in_with_any_password)
def read_session(request: SignedInRequest) -> Session:
    """Return who is signed in; also sets the CSRF cookie."""
    get_token(request)
    return reads.session(request.actor)


@router.put("/session/language", response=Session, auth=signed_in_with_any_password)
def choose_language(request: SignedInRequest, body: LanguageChoice) -> Session:
    """Set the language that the signed-in person reads."""
    actions.choose_language(request.actor, body.language)
    return reads.session(request.actor.model_copy(update={"language": body.language}))


# --- organisation ---------------------------------------------------------------------------------


@router.get("/departments", response=list[DepartmentView], auth=needs("people.read"))
def list_departments(request: SignedInRequest) -> list[DepartmentView]:
    """Return the whole tree, parents before children."""
    return reads.departments(request.actor)


@router.post("/departments", response={201: DepartmentView}, auth=needs("people.manage"))
def create_department(request: SignedInRequest, body: DepartmentNew) -> Status[DepartmentView]:
    """Create a department."""
    return Status(201, actions.create_department(request.actor, body))


@router.patch("/departments/{code}", response=DepartmentView, auth=needs("people.manage"))
def change_department(request: SignedInRequest, code: str, body: DepartmentChange) -> DepartmentView:
    """Change name, head or attributes of a department; fields that are not sent stay."""
    return actions.change_department(request.actor, code, body)


@router.post("/departments/{code}/move", response=DepartmentView, auth=needs("people.manage"))
def move_department(request: SignedInRequest, code: str, body: DepartmentMove) -> DepartmentView:
    """Move a department with its subtree below another parent."""
    return actions.move_department(request.actor, code, body.parent)


@router.get("/people", response=Page[PersonCard], auth=needs("people.read"))
def list_people(
    request: SignedInRequest,
    search: Annotated[str, Query(max_length=200)] = "",
    department: str | None = None,
    role: RoleCode | None = None,
    active: bool | None = True,  # noqa: FBT001, FBT002 - a query parameter
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
) -> Page[PersonCard]:
    """Return people by user name; `department` takes in its subtree."""
    return reads.people(
        request.actor, search=search, department=department, role=role, active=active, cursor=cursor, limit=limit
    )


@router.post("/people", response={201: TemporaryPassword}, auth=needs("people.manage"))
def create_person(request: SignedInRequest, body: PersonNew) -> Status[TemporaryPassword]:
    """Create an account; the answer holds its temporary password, shown this once."""
    return Status(201, actions.create_person(request.actor, body))


@router.get("/people/{username}", response=PersonView, auth=needs("people.read"))
def read_person(request: SignedInRequest, username: str) -> PersonView:
    """Return one person with his roles."""
    return reads.person(request.actor, username)


@router.patch("/people/{username}", response=PersonView, auth=needs("people.manage"))
def change_person(request: SignedInRequest, username: str, body: PersonChange) -> PersonView:
    """Change a person; fields that are not sent stay."""
    return actions.change_person(request.actor, username, body)


@router.post("/people/{username}/disable", response={204: None}, auth=needs("people.manage"))
def disable_person(request: SignedInRequest, username: str, body: Reason) -> Status[None]:
    """Close an account; its sessions and tokens end at once."""
    actions.disable_person(request.actor, username, body.reason)
    return Status(204, None)


@router.post("/people/{username}/enable", response={204: None}, auth=needs("people.manage"))
def enable_person(request: SignedInRequest, username: str, body: Reason) -> Status[None]:
    """Open a closed account again."""
    actions.enable_person(request.actor, username, body.reason)
    return Status(204, None)


@router.post("/people/{username}/password", response=TemporaryPassword, auth=needs("people.manage"))
def give_temporary_password(request: SignedInRequest, username: str) -> TemporaryPassword:
    """Set a temporary password, shown this once; sessions and tokens of the person end."""
    return actions.give_temporary_password(request.actor, username)


@router.delete("/people/{username}/second-factor", response={204: None}, auth=needs("people.manage"))
def remove_second_factor(request: SignedInRequest, username: str, reason: str = "") -> Status[None]:
    """Take authenticator app and recovery codes off an account whose owner has lost them."""
    actions.remove_second_factor(request.actor, username, reason)
    return Status(204, None)


@router.delete("/people/{username}/sessions", response={204: None}, auth=signed_in)
def sign_out_everywhere(request: SignedInRequest, username: str, tokens: bool = False) -> Status[None]:  # noqa: FBT001, FBT002 - a query parameter
    """End all sessions (with `tokens=true` also tokens) of oneself or of somebody whom one manages."""
    actions.sign_out_everywhere(request.actor, username, tokens=tokens)
    return Status(204, None)


# --- roles ----------------------------------------------------------------------------------------


@router.get("/roles", response=list[RoleView], auth=needs("people.read"))
def list_roles(request: SignedInRequest) -> list[RoleView]:
    """Return the roles with their permissions and number of holders."""
    return reads.roles(request.actor)


@router.post("/people/{username}/roles", response={201: AssignmentView}, auth=needs("people.manage"))
def assign_role(request: SignedInRequest, username: str, body: AssignmentNew) -> Status[AssignmentView]:
    """Give a role in a department's subtree or (no department) in the whole company."""
    return Status(201, actions.assign_role(request.actor, username, body))


@router.delete("/people/{username}/roles/{assignment}", response={204: None}, auth=needs("people.manage"))
def remove_role(request: SignedInRequest, username: str, assignment: UUID, reason: str = "") -> Status[None]:
    """Take a role."""
    actions.remove_role(request.actor, username, assignment, reason)
    return Status(204, None)


# --- policies -------------------------------------------------------------------------------------


@router.get("/policies", response=list[PolicyView], auth=signed_in)
def list_policies(request: SignedInRequest, dataset: str | None = None) -> list[PolicyView]:
    """Return the row policies; for policy managers and auditors."""
    return reads.policies(request.actor, dataset)


@router.post("/policies", response={201: PolicyView}, auth=needs("policy.manage"))
def create_policy(request: SignedInRequest, body: PolicyBody) -> Status[PolicyView]:
    """Create a row policy."""
    return Status(201, actions.create_policy(request.actor, body))


@router.post("/policies/preview", response=Visibility, auth=signed_in)
def preview_policies(request: SignedInRequest, body: VisibilityAsk) -> Visibility:
    """Explain what a person sees of a dataset, and why; for policy managers and auditors."""
    return reads.what_can_see(request.actor, body.username, body.dataset)


@router.put("/policies/{policy}", response=PolicyView, auth=needs("policy.manage"))
def change_policy(request: SignedInRequest, policy: UUID, body: PolicyChange) -> PolicyView:
    """Replace the content of a row policy; `revision` is the one that was read."""
    return actions.change_policy(request.actor, policy, body)


@router.delete("/policies/{policy}", response={204: None}, auth=needs("policy.manage"))
def delete_policy(request: SignedInRequest, policy: UUID, reason: str = "") -> Status[None]:
    """Delete a row policy."""
    actions.delete_policy(request.actor, policy, reason)
    return Status(204, None)


@router.get("/column-grants", response=list[GrantView], auth=signed_in)
def list_column_grants(request: SignedInRequest, dataset: str | None = None) -> list[GrantView]:
    """Return who sees sensitive columns; for policy managers and auditors."""
    return reads.column_grants(request.actor, dataset)


@router.post("/column-grants", response={201: GrantView}, auth=needs("policy.manage"))
def grant_column(request: SignedInRequest, body: GrantNew) -> Status[GrantView]:
    """Open a sensitive column to an audience."""
    return Status(201, actions.grant_column(request.actor, body))


@router.delete("/column-grants/{grant}", response={204: None}, auth=needs("policy.manage"))
def revoke_column(request: SignedInRequest, grant: UUID, reason: str = "") -> Status[None]:
    """Close a sensitive column again."""
    actions.revoke_column(request.actor, grant, reason)
    return Status(204, None)


# --- tokens ---------------------------------------------------------------------------------------


@router.get("/tokens", response=list[TokenView], auth=signed_in)
def list_tokens(request: SignedInRequest, username: str | None = None) -> list[TokenView]:
    """Return one's own tokens, or those of `username` for administrators and auditors."""
    return reads.tokens(request.actor, username)


@router.post("/tokens", response={201: TokenSecret}, auth=signed_in)
def create_token(request: SignedInRequest, body: TokenNew) -> Status[TokenSecret]:
    """Make a token with some of one's own permissions; its secret is shown this once."""
    return Status(201, actions.create_token(request.actor, body))


@router.delete("/tokens/{token}", response={204: None}, auth=signed_in)
def revoke_token(request: SignedInRequest, token: UUID) -> Status[None]:
    """Revoke a token, at once and for good."""
    actions.revoke_token(request.actor, token)
    return Status(204, None)
