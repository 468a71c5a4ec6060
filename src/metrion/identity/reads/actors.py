"""Who acts: builds the `Actor` of a person, a session or a token in a fixed number of queries.

A role taken away or a person disabled counts from the next request on, in every process: what is kept
between requests is bound to the revision of identity (`memory`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from metrion.base.clock import now
from metrion.base.errors import NotFound, NotSignedIn
from metrion.base.settings import get_settings
from metrion.identity.models import ApiToken, Department, Person, RoleAssignment
from metrion.identity.permissions import ROLE_PERMISSIONS, Permission, RoleCode
from metrion.identity.reads.memory import remembered
from metrion.identity.schemas import Actor, AttributeValue

if TYPE_CHECKING:
    from typing import Literal

    from django.http import HttpRequest

COMPANY: Final = "/"
"""The path under which every department lies."""
BUILT_IN: Final = ("username", "department", "departments", "path")
"""Attributes that everybody has: own user name, department code, codes of its subtree, its path."""
TOKEN_PREFIX: Final = "mtr_"  # noqa: S105 - the mark of our tokens, not a secret
_USE_NOTED_EVERY: Final = timedelta(minutes=1)

DepartmentRow = tuple[str, str, Mapping[str, object]]
"""Path, code, own attributes."""


def ancestors(path: str) -> list[str]:
    """Return the paths from the root down to `path` itself: `/a/`, `/a/b/`."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[: depth + 1]) + "/" for depth in range(len(parts))]


def clean_value(value: object) -> AttributeValue:
    """Return an attribute as policies see it: lists become tuples of text."""
    if isinstance(value, (str, int, bool)):
        return value
    return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else str(value)


def attributes_of(
    username: str, path: str, own: Mapping[str, object], departments: Iterable[DepartmentRow]
) -> dict[str, AttributeValue]:
    """Return the effective attributes: inherited from the root down, then the person's own, then the built-in ones."""
    rows = sorted(departments)
    effective: dict[str, AttributeValue] = {}
    for at, _, attributes in rows:
        if path.startswith(at):
            effective |= {name: clean_value(value) for name, value in attributes.items()}
    effective |= {name: clean_value(value) for name, value in own.items()}
    subtree = tuple(code for at, code, _ in rows if at.startswith(path))
    return effective | {
        "username": username,
        "department": path.strip("/").rpartition("/")[2],
        "departments": subtree,
        "path": path,
    }


def departments_around(path: str) -> list[DepartmentRow]:
    """Return the line of a department: its ancestors, itself and its subtree. One query."""
    return list(
        Department.objects.filter(Q(path__in=ancestors(path)) | Q(path__startswith=path)).values_list(
            "path", "code", "attributes"
        )
    )


def grants_of(
    roles: Iterable[tuple[RoleCode, str]], scopes: Collection[str] | None
) -> dict[Permission, tuple[str, ...]]:
    """Return permission -> paths, for (role, path) pairs; `scopes` narrows it to the permissions of a token."""
    found: dict[Permission, set[str]] = {}
    for role, path in roles:
        for permission in ROLE_PERMISSIONS.get(role, frozenset()):
            if scopes is None or permission in scopes:
                found.setdefault(permission, set()).add(path)
    return {permission: tuple(sorted(found[permission])) for permission in sorted(found)}


def actor_of(
    person: Person, via: Literal["session", "token", "cli", "job"], scopes: Collection[str] | None = None
) -> Actor:
    """Return the actor of a person whose department is loaded. Three queries, or one while nothing changes."""
    narrowed = None if scopes is None else frozenset(scopes)
    return remembered(("actor", person.pk, via, narrowed), lambda: _built(person, via, narrowed))


def _built(person: Person, via: Literal["session", "token", "cli", "job"], scopes: Collection[str] | None) -> Actor:
    path = person.department.path
    held = RoleAssignment.objects.filter(person_id=person.pk).values_list("role", "department__path")
    roles: list[tuple[RoleCode, str]] = [(role, at or COMPANY) for role, at in held if role in ROLE_PERMISSIONS]
    return Actor(
        id=person.pk,
        username=person.username,
        name=person.name,
        department=path,
        language="en" if (person.language or get_settings().language) == "en" else "zh",
        grants=grants_of(roles, scopes),
        attributes=attributes_of(person.username, path, person.attributes, departments_around(path)),
        via=via,
        roles=tuple(sorted({role for role, _ in roles})),
    )


def actor_for(username: str, via: Literal["session", "token", "cli", "job"]) -> Actor:
    """Return the actor of an active person; raises `NotFound`. For jobs, the command line and explanations."""
    person = Person.objects.select_related("department").filter(username=username, is_active=True).first()
    if person is None:
        raise NotFound(kind_zh="人员", kind_en="person", key=username)
    return actor_of(person, via)


def digest_of(secret: str) -> str:
    """Return what is stored of a token. The secret has 256 random bits: a plain hash cannot be searched back."""
    return sha256(secret.encode("utf-8")).hexdigest()


def actor_of_token(secret: str) -> Actor:
    """Return the actor of a token, with no more than the token's permissions; raises `NotSignedIn`."""
    instant = now()
    token = (
        ApiToken.objects.select_related("person__department")
        .filter(digest=digest_of(secret), revoked_at=None, expires_at__gt=instant, person__is_active=True)
        .first()
    )
    if token is None or token.person.password_temporary:
        raise NotSignedIn
    stale = Q(last_used_at=None) | Q(last_used_at__lt=instant - _USE_NOTED_EVERY)
    if token.last_used_at is None or token.last_used_at < instant - _USE_NOTED_EVERY:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=instant)
    return actor_of(token.person, "token", frozenset(token.scopes))


def actor_of_request(request: HttpRequest) -> Actor:
    """Return the actor of a Bearer token or of the session; raises `NotSignedIn`."""
    scheme, _, secret = str(request.headers.get("Authorization", "")).partition(" ")
    if scheme:
        if scheme.lower() != "bearer" or not secret.startswith(TOKEN_PREFIX):
            raise NotSignedIn
        return actor_of_token(secret.strip())
    person = request.user
    if not isinstance(person, Person):
        raise NotSignedIn
    return actor_of(person, "session")
