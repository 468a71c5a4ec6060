"""API tokens: no more than their owner, not a moment longer than allowed, never readable again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from metrion.base.clock import frozen_at, now
from metrion.base.errors import Forbidden, NotFound
from metrion.identity import actions, reads
from metrion.identity.models import ApiToken, Person
from metrion.identity.reads.people import assignments_of
from metrion.identity.schemas import TokenNew, TokenSecret

if TYPE_CHECKING:
    from tests.identity.organisation import Browser, Company

pytestmark = pytest.mark.django_db


def call(secret: str, path: str = "/api/v1/people", method: str = "GET") -> Any:
    """Call the API with a token and nothing else."""
    headers = {"Authorization": f"Bearer {secret}", "Host": "localhost"}
    return Client(enforce_csrf_checks=True).generic(method, path, headers=headers)


def make(company: Company, username: str = "li", *scopes: Any) -> TokenSecret:
    """Make a token for a day."""
    new = TokenNew(name="script", scopes=scopes or ("people.read",), days=1)
    return actions.create_token(company.actor(username), new)


def test_a_token_opens_its_scopes_only(company: Company) -> None:
    company.hire("li", "east", "data_engineer")
    token = make(company)
    assert call(token.secret).status_code == 200
    assert call(token.secret, "/api/v1/session").json()["permissions"] == ["people.read"]
    assert call(token.secret, "/api/v1/people/li/disable", "POST").json()["code"] in {"forbidden", "faults"}


def test_a_token_cannot_have_more_than_its_owner(company: Company) -> None:
    company.hire("li", "east", "viewer")
    with pytest.raises(Forbidden):
        make(company, "li", "data.manage")


def test_the_secret_is_not_stored_nor_shown_again(company: Company) -> None:
    company.hire("li", "east", "viewer")
    token = make(company)
    row = ApiToken.objects.get(pk=token.id)
    assert token.secret not in str(row.__dict__)
    assert token.secret.startswith(row.prefix)
    assert not hasattr(reads.tokens(company.actor("li"))[0], "secret")


def test_a_token_ends_when_it_expires_is_revoked_or_its_owner_leaves(company: Company) -> None:
    company.hire("li", "east", "viewer")
    expiring, revoked, orphaned = (make(company) for _ in range(3))
    with frozen_at(now() + timedelta(days=1, seconds=1)):
        assert call(expiring.secret).status_code == 401
    assert call(expiring.secret).status_code == 200
    actions.revoke_token(company.actor("li"), revoked.id)
    assert call(revoked.secret).status_code == 401
    assert [token.state for token in reads.tokens(company.actor("li"))] == ["active", "revoked", "active"]
    actions.disable_person(company.actor("admin"), "li")
    assert call(orphaned.secret).status_code == 401
    actions.enable_person(company.actor("admin"), "li")
    assert call(orphaned.secret).status_code == 401


def test_a_lost_role_narrows_the_token_at_once(company: Company) -> None:
    company.hire("li", "east", "viewer")
    token = make(company)
    actions.remove_role(company.actor("admin"), "li", assignments_of(Person.objects.get(username="li"))[0].id)
    assert call(token.secret).json()["code"] == "forbidden"


def test_a_token_makes_no_tokens(company: Company) -> None:
    li = company.hire("li", "east", "viewer").model_copy(update={"via": "token"})
    with pytest.raises(Forbidden):
        actions.create_token(li, TokenNew(name="child", scopes=("people.read",), days=366))


@pytest.mark.parametrize("header", ["Bearer ", "Bearer mtr_wrong", "Bearer other", "Basic bGk6bGk=", "mtr_x"])
def test_odd_credentials_are_refused_even_beside_a_session(company: Company, browser: Browser, header: str) -> None:
    company.hire("li", "east", "viewer")
    browser.sign_in("li")
    assert browser.send("GET", "/api/v1/people", Authorization=header).status_code == 401


def test_others_tokens_are_for_administrators(company: Company, browser: Browser) -> None:
    company.hire("li", "east", "viewer")
    company.hire("wang", "east", "viewer")
    token = make(company)
    with pytest.raises(NotFound):
        actions.revoke_token(company.actor("wang"), token.id)
    with pytest.raises(Forbidden):
        reads.tokens(company.actor("wang"), "li")
    assert [one.id for one in reads.tokens(company.actor("admin"), "li")] == [token.id]
    browser.sign_in("admin")
    assert browser.send("DELETE", f"/api/v1/tokens/{token.id}").status_code == 204
    assert call(token.secret).status_code == 401


def test_last_use_is_noted_once_a_minute(company: Company) -> None:
    company.hire("li", "east", "viewer")
    token = make(company)
    start = now()
    for seconds, expected in ((0, 0), (30, 0), (61, 61)):
        with frozen_at(start + timedelta(seconds=seconds)):
            call(token.secret)
        used = ApiToken.objects.get(pk=token.id).last_used_at
        assert used == start + timedelta(seconds=expected)
