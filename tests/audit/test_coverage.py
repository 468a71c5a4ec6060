"""Every action of identity leaves an entry, with who did it and why; auditors read all and change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from tests.identity.organisation import Browser, Company

from metrion.audit import reads as audit_reads
from metrion.audit.models import Entry
from metrion.audit.schemas import Filters
from metrion.identity import actions, reads
from metrion.identity.schemas import (
    AssignmentNew,
    Audience,
    BilingualName,
    DepartmentChange,
    DepartmentNew,
    GrantNew,
    PersonChange,
    PersonNew,
    PolicyBody,
    PolicyChange,
    TokenNew,
)
from metrion.semantic.condition import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(db: None) -> Company:
    del db
    cache.clear()
    company = Company()
    company.hire("li", "east", "viewer")
    return company


def _body() -> PolicyBody:
    return PolicyBody(
        name=BilingualName(zh="策略"), dataset="sales", condition=EVERYTHING, audience=Audience(everyone=True)
    )


def _grant() -> GrantNew:
    return GrantNew(dataset="sales", column="income", audience=Audience(roles=("analyst",)), reason="study")


def _change_policy(company: Company) -> object:
    policy = actions.create_policy(company.actor("officer"), _body())
    return actions.change_policy(
        company.actor("officer"), policy.id, PolicyChange(**_body().model_dump(), revision=policy.revision)
    )


def _revoke_token(company: Company) -> None:
    token = actions.create_token(company.actor("li"), TokenNew(name="t", scopes=("people.read",), days=1))
    actions.revoke_token(company.actor("li"), token.id)


DEPARTMENT = DepartmentNew(code="south", name=BilingualName(zh="南区"), parent="retail")
PERSON = PersonNew(username="new", name=BilingualName(zh="新人"), department="east")
STEPS: dict[str, Callable[[Company], object]] = {
    "department.created": lambda c: actions.create_department(c.actor("admin"), DEPARTMENT),
    "department.changed": lambda c: actions.change_department(
        c.actor("admin"), "retail", DepartmentChange(name=BilingualName(zh="零售"))
    ),
    "department.moved": lambda c: actions.move_department(c.actor("admin"), "west", "bank"),
    "person.created": lambda c: actions.create_person(c.actor("admin"), PERSON),
    "person.changed": lambda c: actions.change_person(c.actor("admin"), "li", PersonChange(email="li@example.org")),
    "person.disabled": lambda c: actions.disable_person(c.actor("admin"), "li", "left"),
    "person.enabled": lambda c: actions.enable_person(c.actor("admin"), "li"),
    "person.password_reset": lambda c: actions.give_temporary_password(c.actor("admin"), "li"),
    "person.second_factor_removed": lambda c: actions.remove_second_factor(c.actor("admin"), "li"),
    "session.ended_everywhere": lambda c: actions.sign_out_everywhere(c.actor("admin"), "li", tokens=True),
    "role.assigned": lambda c: actions.assign_role(c.actor("admin"), "li", AssignmentNew(role="analyst")),
    "role.removed": lambda c: actions.remove_role(
        c.actor("admin"), "li", reads.person(c.actor("admin"), "li").roles[0].id
    ),
    "policy.created": lambda c: actions.create_policy(c.actor("officer"), _body()),
    "policy.changed": _change_policy,
    "policy.deleted": lambda c: actions.delete_policy(
        c.actor("officer"), actions.create_policy(c.actor("officer"), _body()).id
    ),
    "column.granted": lambda c: actions.grant_column(c.actor("officer"), _grant()),
    "column.revoked": lambda c: actions.revoke_column(
        c.actor("officer"), actions.grant_column(c.actor("officer"), _grant()).id
    ),
    "token.created": lambda c: actions.create_token(c.actor("li"), TokenNew(name="t", scopes=("people.read",), days=1)),
    "token.revoked": _revoke_token,
}
UNRECORDED = {"choose_language", "found_company", "random_password"}
"""A preference; the founding, which every test's company begins with; and what changes nothing."""


def test_the_list_of_steps_is_whole() -> None:
    assert len(STEPS) == len(set(actions.__all__) - UNRECORDED)


@pytest.mark.parametrize("action", STEPS)
def test_every_action_is_recorded(company: Company, action: str) -> None:
    STEPS[action](company)
    last = Entry.objects.order_by("-seq")[0]
    assert last.action == action
    assert last.actor in {"admin", "officer", "li"}
    assert last.source == "session"
    assert audit_reads.verify().intact


def test_no_secret_is_recorded(company: Company) -> None:
    given = actions.give_temporary_password(company.actor("admin"), "li")
    token = actions.create_token(company.actor("li"), TokenNew(name="t", scopes=("people.read",), days=1))
    made = actions.create_person(company.actor("admin"), PERSON)
    trail = str(list(Entry.objects.values()))
    assert not any(secret in trail for secret in (given.password, token.secret, made.password))


def test_log_ins_are_recorded_but_not_what_was_typed_by_mistake(company: Company) -> None:
    browser = Browser()
    browser.sign_in("li", "wrong-password")
    browser.sign_in("my-secret-password", "li")
    browser.sign_in("li")
    browser.send("DELETE", "/_allauth/browser/v1/auth/session")
    found = audit_reads.entries(company.actor("auditor"), Filters(action="session.")).items
    assert [(entry.action, entry.target.id) for entry in found][:4] == [
        ("session.closed", "li"),
        ("session.opened", "li"),
        ("session.refused", ""),
        ("session.refused", "li"),
    ]
    assert "my-secret-password" not in str(list(Entry.objects.values()))


def test_an_auditor_reads_the_trail_and_changes_nothing(company: Company) -> None:
    browser = Browser()
    browser.sign_in("auditor")
    page = browser.get("/api/v1/audit?action=person.&limit=1").json()
    assert page["items"][0]["person"]["username"] == "admin"
    assert browser.get("/api/v1/audit/verify").json()["intact"] is True
    for path in ("/api/v1/policies", "/api/v1/column-grants", "/api/v1/tokens?username=li", "/api/v1/people/li"):
        assert browser.get(path).status_code == 200
    before = Entry.objects.count()
    refused = {
        ("POST", "/api/v1/people"): PERSON,
        ("POST", "/api/v1/departments"): DEPARTMENT,
        ("POST", "/api/v1/policies"): _body(),
        ("POST", "/api/v1/column-grants"): _grant(),
        ("POST", "/api/v1/people/li/roles"): AssignmentNew(role="viewer"),
        ("POST", "/api/v1/people/li/password"): None,
        ("DELETE", "/api/v1/people/li/sessions"): None,
    }
    for (method, path), body in refused.items():
        answer = browser.send(method, path, body.model_dump(mode="json") if body is not None else None)
        assert (path, answer.status_code, answer.json()["code"]) == (path, 403, "forbidden")
    assert Entry.objects.count() == before


def test_others_do_not_read_the_trail(company: Company) -> None:
    browser = Browser()
    browser.sign_in("admin")
    assert browser.get("/api/v1/audit").json()["code"] == "forbidden"
    assert browser.get("/api/v1/audit/verify").json()["code"] == "forbidden"
