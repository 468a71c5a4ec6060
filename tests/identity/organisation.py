"""A small company and a browser, as the tests of identity and audit use them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from django.test import Client

from metrion.identity import actions, reads
from metrion.identity.models import Person
from metrion.identity.schemas import Actor, AssignmentNew, BilingualName, DepartmentNew, PersonNew

if TYPE_CHECKING:
    from metrion.identity.permissions import RoleCode

PASSWORD = "correct-horse-battery"


@dataclass
class Browser:
    """A browser: keeps cookies, sends the CSRF header as our pages do."""

    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """Send a request to this server and return the answer."""
        if "metrion_csrf" in self.client.cookies:
            headers.setdefault("X-CSRFToken", self.client.cookies["metrion_csrf"].value)
        return self.client.generic(
            method, path, data=_json(body), content_type="application/json", headers=headers | {"Host": "localhost"}
        )

    def get(self, path: str) -> Any:
        """GET."""
        return self.send("GET", path)

    def post(self, path: str, body: object = None) -> Any:
        """POST with a JSON body."""
        return self.send("POST", path, body if body is not None else {})

    def sign_in(self, username: str, password: str = PASSWORD) -> Any:
        """Sign in and return the answer."""
        self.get("/_allauth/browser/v1/config")
        return self.post("/_allauth/browser/v1/auth/login", {"username": username, "password": password})


def _json(body: object) -> bytes:
    return body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)


class Company:
    """group > retail > east, west; group > bank. `admin` manages people, `officer` manages policies."""

    def __init__(self) -> None:
        actions.found_company(
            BilingualName(zh="集团", en="Group"),
            PersonNew(username="admin", name=BilingualName(zh="管理员", en="Admin"), department="group"),
            PASSWORD,
        )
        for code, parent in (("retail", "group"), ("east", "retail"), ("west", "retail"), ("bank", "group")):
            new = DepartmentNew(code=code, name=BilingualName(zh=code, en=code.title()), parent=parent)
            actions.create_department(self.actor("admin"), new)
        self.hire("officer", "group", "security_officer")
        self.hire("auditor", "group", "auditor")

    def actor(self, username: str) -> Actor:
        """Return a person as he acts now."""
        return reads.actor_for(username, "session")

    def hire(
        self, username: str, department: str, *roles: RoleCode, scope: str | None = None, **attributes: Any
    ) -> Actor:
        """Create a person with the usual password and roles."""
        new = PersonNew(
            username=username,
            name=BilingualName(zh=f"{username}先生", en=username.title()),
            department=department,
            attributes=attributes,
        )
        actions.create_person(self.actor("admin"), new)
        person = Person.objects.get(username=username)
        person.set_password(PASSWORD)
        person.password_temporary = False
        person.save()
        for role in roles:
            actions.assign_role(self.actor("admin"), username, AssignmentNew(role=role, department=scope))
        return self.actor(username)
