"""Signing in, the second factor, and everything that ends a session at once."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session as StoredSession
from tests.identity.organisation import PASSWORD, Browser, Company

from metrion.identity import actions
from metrion.identity.models import Person
from metrion.identity.permissions import ROLE_PERMISSIONS
from metrion.identity.reads.people import assignments_of

pytestmark = pytest.mark.django_db
LOGIN = "/_allauth/browser/v1/auth/login"
CHANGE = "/_allauth/browser/v1/account/password/change"
TOTP = "/_allauth/browser/v1/account/authenticators/totp"
AUTHENTICATE = "/_allauth/browser/v1/auth/2fa/authenticate"


def code_now(secret: str, offset: int = 0) -> str:
    """Return the one-time code of an authenticator app, `offset` periods from now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + offset)))


def test_session_tells_who_is_signed_in_and_what_he_may(company: Company, browser: Browser) -> None:
    company.hire("li", "east", "analyst", scope="east")
    assert browser.get("/api/v1/session").status_code == 401
    assert browser.sign_in("li").status_code == 200
    session = browser.get("/api/v1/session").json()
    assert session["person"]["username"] == "li"
    assert session["person"]["department"] == "east"
    assert set(session["permissions"]) == ROLE_PERMISSIONS["analyst"]
    assert session["roles"] == ["analyst"]
    assert session["company"] == {"language": "zh", "time_zone": "Asia/Shanghai", "week_start": "monday"}


def test_user_name_is_taken_in_any_case(company: Company, browser: Browser) -> None:
    company.hire("li", "east")
    assert browser.sign_in("Li").status_code == 200


def test_the_answer_does_not_tell_whether_the_account_exists(company: Company, browser: Browser) -> None:
    company.hire("li", "east")
    company.hire("gone", "east")
    actions.disable_person(company.actor("admin"), "gone")
    wrong = browser.sign_in("li", "not-the-password")
    unknown = Browser().sign_in("nobody", "not-the-password")
    disabled = Browser().sign_in("gone", PASSWORD)
    assert wrong.status_code == unknown.status_code == disabled.status_code == 400
    assert wrong.json() == unknown.json() == disabled.json()


def test_guessing_is_stopped(company: Company) -> None:
    company.hire("li", "east")
    answers = [Browser().sign_in("li", f"guess-number-{n}").json()["errors"][0]["code"] for n in range(7)]
    assert answers[0] == "username_password_mismatch"
    assert answers[-1] == "too_many_login_attempts"
    assert Browser().sign_in("li", PASSWORD).status_code == 400


@pytest.mark.parametrize(
    "path", ["auth/signup", "auth/password/request", "auth/password/reset", "account/email", "account/phone"]
)
def test_routes_of_self_service_do_not_exist(company: Company, browser: Browser, path: str) -> None:
    del company
    browser.get("/_allauth/browser/v1/config")
    assert browser.post(f"/_allauth/browser/v1/{path}", {"username": "new", "password": PASSWORD}).status_code == 404
    assert not Person.objects.filter(username="new").exists()


def test_writing_without_the_csrf_token_is_refused(company: Company, browser: Browser) -> None:
    company.hire("li", "east")
    browser.sign_in("li")
    answer = browser.send("PUT", "/api/v1/session/language", {"language": "en"}, **{"X-CSRFToken": "forged"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


def test_language_is_kept_and_used_at_once(company: Company, browser: Browser) -> None:
    company.hire("li", "east", "viewer")
    browser.sign_in("li")
    assert browser.send("PUT", "/api/v1/session/language", {"language": "en"}).json()["language"] == "en"
    assert browser.get("/api/v1/people/nobody").json()["title"] == "There is no person “nobody”."


def test_a_session_ends_when_the_person_is_disabled(company: Company, browser: Browser) -> None:
    company.hire("li", "east", "viewer")
    browser.sign_in("li")
    assert browser.get("/api/v1/people").status_code == 200
    actions.disable_person(company.actor("admin"), "li", "left the company")
    assert browser.get("/api/v1/people").status_code == 401
    assert not StoredSession.objects.exists()


def test_is_active_alone_ends_a_session(company: Company, browser: Browser) -> None:
    """Also when only the flag was changed, by a tool that knows nothing of sessions."""
    company.hire("li", "east", "viewer")
    browser.sign_in("li")
    Person.objects.filter(username="li").update(is_active=False)
    assert browser.get("/api/v1/session").status_code == 401


def test_a_session_ends_when_a_role_is_taken(company: Company, browser: Browser) -> None:
    company.hire("li", "east", "viewer")
    browser.sign_in("li")
    assignment = assignments_of(Person.objects.get(username="li"))[0]
    actions.remove_role(company.actor("admin"), "li", assignment.id)
    assert browser.get("/api/v1/session").status_code == 401
    browser.client.cookies.clear()
    browser.sign_in("li")
    assert browser.get("/api/v1/session").json()["permissions"] == []
    assert browser.get("/api/v1/people").json()["code"] == "forbidden"


def test_sign_out_everywhere_ends_every_browser(company: Company) -> None:
    company.hire("li", "east")
    first, second = Browser(), Browser()
    first.sign_in("li")
    second.sign_in("li")
    assert len(first.get("/_allauth/browser/v1/auth/sessions").json()["data"]) == 2
    assert second.send("DELETE", "/api/v1/people/li/sessions").status_code == 204
    assert first.get("/api/v1/session").status_code == 401
    assert second.get("/api/v1/session").status_code == 401


def test_a_session_from_before_the_new_epoch_is_worthless_even_if_its_row_stays(
    company: Company, browser: Browser
) -> None:
    company.hire("li", "east")
    browser.sign_in("li")
    Person.objects.filter(username="li").update(session_epoch=1)
    assert browser.get("/api/v1/session").status_code == 401


def test_a_temporary_password_opens_nothing_but_its_own_change(company: Company, browser: Browser) -> None:
    company.hire("li", "east", "viewer")
    given = actions.give_temporary_password(company.actor("admin"), "li")
    assert browser.sign_in("li", given.password).status_code == 200
    assert browser.get("/api/v1/session").json()["password_temporary"] is True
    assert browser.get("/api/v1/people").json()["code"] == "password_change_needed"
    change = {"current_password": given.password, "new_password": "a-fresh-long-password"}
    assert browser.post(CHANGE, change).status_code == 200
    assert browser.get("/api/v1/session").json()["password_temporary"] is False
    assert browser.get("/api/v1/people").status_code == 200


def test_a_new_password_ends_the_other_sessions(company: Company) -> None:
    company.hire("li", "east")
    here, there = Browser(), Browser()
    here.sign_in("li")
    there.sign_in("li")
    assert here.post(CHANGE, {"current_password": PASSWORD, "new_password": "li"}).status_code == 400
    change = {"current_password": PASSWORD, "new_password": "a-fresh-long-password"}
    assert here.post(CHANGE, change).status_code == 200
    assert here.get("/api/v1/session").status_code == 200
    assert there.get("/api/v1/session").status_code == 401


def _with_second_factor(browser: Browser) -> str:
    """Switch the second factor on and return the secret of the app."""
    again = browser.post("/_allauth/browser/v1/auth/reauthenticate", {"password": PASSWORD})
    assert again.status_code == 200
    secret = str(browser.get(TOTP).json()["meta"]["secret"])
    assert browser.post(TOTP, {"code": code_now(secret)}).status_code == 200
    return secret


def test_second_factor(company: Company, browser: Browser) -> None:
    company.hire("li", "east", "viewer")
    browser.sign_in("li")
    secret = _with_second_factor(browser)
    recovery = browser.get("/_allauth/browser/v1/account/authenticators/recovery-codes").json()["data"]
    assert len(recovery["unused_codes"]) == 10

    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in stored
    assert stored.startswith("v1.")
    seed = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).data
    assert not any(code in str(seed) for code in recovery["unused_codes"])

    other = Browser()
    pending = other.sign_in("li")
    assert pending.status_code == 401
    assert {flow["id"] for flow in pending.json()["data"]["flows"] if flow.get("is_pending")} == {"mfa_authenticate"}
    assert other.get("/api/v1/session").status_code == 401
    assert other.post(AUTHENTICATE, {"code": "000000"}).status_code == 400
    assert other.post(AUTHENTICATE, {"code": code_now(secret, 1)}).status_code in {200, 400}
    third = Browser()
    third.sign_in("li")
    assert third.post(AUTHENTICATE, {"code": recovery["unused_codes"][0]}).status_code == 200
    assert third.get("/api/v1/session").status_code == 200
    fourth = Browser()
    fourth.sign_in("li")
    assert fourth.post(AUTHENTICATE, {"code": recovery["unused_codes"][0]}).status_code == 400


@pytest.mark.parametrize("how", ["disabled", "signed out everywhere", "new password"])
def test_what_happens_between_password_and_second_factor_counts(company: Company, browser: Browser, how: str) -> None:
    company.hire("li", "east", "viewer")
    browser.sign_in("li")
    _with_second_factor(browser)
    codes = browser.get("/_allauth/browser/v1/account/authenticators/recovery-codes").json()["data"]["unused_codes"]
    other = Browser()
    assert other.sign_in("li").status_code == 401
    match how:
        case "disabled":
            actions.disable_person(company.actor("admin"), "li")
        case "signed out everywhere":
            actions.sign_out_everywhere(company.actor("li"), "li")
        case _:
            actions.give_temporary_password(company.actor("admin"), "li")
    assert other.post(AUTHENTICATE, {"code": codes[0]}).status_code != 200
    assert other.get("/api/v1/session").status_code == 401


def test_an_administrator_can_take_a_lost_second_factor_off(company: Company, browser: Browser) -> None:
    company.hire("li", "east", "viewer")
    browser.sign_in("li")
    _with_second_factor(browser)
    actions.remove_second_factor(company.actor("admin"), "li", "phone lost")
    assert Browser().sign_in("li").status_code == 200


def test_real_passwords_are_hashed_with_scrypt() -> None:
    from metrion.identity.allauth_settings import PASSWORD_HASHERS  # noqa: PLC0415 - what the server uses

    assert PASSWORD_HASHERS[0].endswith("ScryptPasswordHasher")
