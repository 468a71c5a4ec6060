"""An administrator registers databases; passwords stay inside, and no connection leads where it must not."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError
from tests.engines.conformance.servers import postgres
from tests.identity.organisation import Browser

from metrion.audit import reads as audit
from metrion.audit.schemas import Filters
from metrion.base.errors import Conflict, Forbidden, Invalid, NotFound
from metrion.base.settings import get_settings
from metrion.engines.errors import AddressNotAllowed, EngineUnreachable
from metrion.engines.outgoing import pinned
from metrion.integration import actions, databases, reads
from metrion.integration.errors import ConnectionTaken, PasswordNeeded, SecretMissing
from metrion.integration.models import Connection
from metrion.integration.schemas import ConnectionChange, ConnectionNew

if TYPE_CHECKING:
    from tests.identity.organisation import Company

SECRET = "correct horse battery staple"
BODY: dict[str, Any] = {
    "name": {"zh": "销售库"},
    "kind": "postgres",
    "host": "127.0.0.1",
    "database": "sales",
    "user": "reader",
    "password": SECRET,
    "department": "retail",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(company: Company) -> Company:
    """Return the company with a data engineer of retail."""
    company.hire("dana", "retail", "data_engineer", scope="retail")
    company.hire("bo", "bank", "data_engineer", scope="bank")
    company.hire("val", "retail", "viewer")
    return company


def _register(company: Company, **more: Any) -> None:
    actions.register_connection(company.actor("admin"), ConnectionNew.model_validate({"code": "sales", **BODY, **more}))


def _change(company: Company, revision: int = 1, **more: Any) -> None:
    body = {**BODY, "password": None, "revision": revision, **more}
    actions.change_connection(company.actor("admin"), "sales", ConnectionChange.model_validate(body))


def test_only_an_administrator_registers(ready: Company) -> None:
    with pytest.raises(Forbidden):
        actions.register_connection(ready.actor("dana"), ConnectionNew.model_validate({"code": "sales", **BODY}))
    _register(ready)
    with pytest.raises(ConnectionTaken):
        _register(ready)


def test_those_who_manage_the_data_see_it_without_its_address(ready: Company) -> None:
    _register(ready)
    (seen,) = reads.connections(ready.actor("dana"))
    assert (seen.code, seen.address) == ("sales", None)
    assert reads.connections(ready.actor("bo")) == []
    with pytest.raises(NotFound):
        reads.connection(ready.actor("bo"), "sales")
    with pytest.raises(Forbidden):
        reads.connections(ready.actor("val"))


def test_a_password_is_stored_encrypted_and_told_to_nobody(
    ready: Company, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "get_settings", _settings(database_networks="127.0.0.0/8"))
    browser = Browser()
    assert browser.sign_in("admin").status_code == 200
    with caplog.at_level(logging.DEBUG):
        answers = [
            browser.post("/api/v1/connections", {"code": "sales", **BODY, "port": 1}),
            browser.get("/api/v1/connections"),
            browser.get("/api/v1/connections/sales"),
            browser.post("/api/v1/connections/sales/test", {}),
        ]
    row = Connection.objects.get(code="sales")
    trail = audit.entries(ready.actor("auditor"), Filters(), None, 100)
    told = json.dumps([answer.json() for answer in answers]) + caplog.text + str(row.__dict__) + trail.model_dump_json()
    assert [answer.status_code for answer in answers] == [201, 200, 200, 200]
    assert SECRET not in told
    assert {"connection.registered", "connection.tested"} <= {entry.action for entry in trail.items}
    assert databases.vault.decrypt(row.sealed_password, "sales") == SECRET
    assert answers[-1].json()["health"]["problem"]["remedy"]["zh"]


def test_a_stored_password_goes_to_its_own_address_only(ready: Company) -> None:
    _register(ready)
    for moved in ({"host": "evil.example"}, {"port": 5433}, {"user": "other"}, {"database": "x"}, {"tls": True}):
        with pytest.raises(PasswordNeeded):
            _change(ready, **moved)
    _change(ready, name={"zh": "新名称"})
    assert databases.vault.decrypt(Connection.objects.get(code="sales").sealed_password, "sales") == SECRET
    _change(ready, 2, host="db.example", password="other")
    with pytest.raises(Conflict):
        _change(ready, 2)


def test_a_password_of_another_connection_does_not_open(ready: Company) -> None:
    _register(ready)
    sealed = Connection.objects.get(code="sales").sealed_password
    _register(ready, code="other", password=None)
    Connection.objects.filter(code="other").update(sealed_password=sealed)
    with pytest.raises(SecretMissing):
        databases.database("other")


def test_a_variable_holds_the_password_and_can_be_no_other_secret(
    ready: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValidationError):
        _register(ready, password=None, password_env="METRION_DATABASE_URL")
    with pytest.raises(ValidationError):
        _register(ready, password_env="METRION_SECRET_SALES")
    _register(ready, password=None, password_env="METRION_SECRET_SALES")
    with pytest.raises(SecretMissing, match="sales"):
        databases.database("sales")
    monkeypatch.setenv("METRION_SECRET_SALES", SECRET)
    assert databases.database("sales").dialect == "postgres"
    databases.forget("sales")


def test_the_test_says_what_is_wrong_and_what_to_do(ready: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    server = postgres()
    address = {"host": server.host, "port": server.port, "user": server.user, "database": server.database}
    _register(ready, **address, password=server.password)
    for networks, reachable, read_only, code in (
        ("", False, None, "address_not_allowed"),
        ("127.0.0.0/8", True, False, "account_may_write"),
    ):
        monkeypatch.setattr(databases, "get_settings", _settings(database_networks=networks))
        health = actions.test_connection(ready.actor("admin"), "sales").health
        assert health is not None
        assert (health.reachable, health.read_only) == (reachable, read_only)
        assert health.problem is not None
        assert health.problem.code == code
        assert health.problem.remedy.zh
        assert health.problem.remedy.en
    _change(ready, name={"zh": "改过"})
    assert reads.connection(ready.actor("admin"), "sales").health is None


def _settings(**more: Any) -> Any:
    changed = get_settings().model_copy(update=more)
    return lambda: changed


def test_a_connection_that_nothing_reads_can_be_removed(ready: Company) -> None:
    _register(ready)
    actions.remove_connection(ready.actor("admin"), "sales")
    assert reads.connections(ready.actor("admin")) == []


def test_an_unknown_time_zone_is_refused(ready: Company) -> None:
    with pytest.raises(Invalid, match="Mars"):
        _register(ready, time_zone="Mars/Olympus")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:10.1.2.3", "64:ff9b::a01:203", "fe80::1", "100.64.0.1",
     "224.0.0.1", "/var/run/postgresql", "localhost"],
)  # fmt: skip
def test_internal_addresses_need_the_operators_word(host: str) -> None:
    with pytest.raises(AddressNotAllowed):
        pinned(host, 5432, (), "PostgreSQL")


@pytest.mark.parametrize(
    ("host", "networks", "address"),
    [("8.8.8.8", (), "8.8.8.8"), ("10.1.2.3", ("10.0.0.0/8",), "10.1.2.3"),
     ("::ffff:10.1.2.3", ("10.0.0.0/8",), "::ffff:a01:203"), ("/run/pg", ("127.0.0.0/8",), "/run/pg")],
)  # fmt: skip
def test_an_address_is_used_as_it_was_judged(host: str, networks: tuple[str, ...], address: str) -> None:
    assert pinned(host, 5432, networks, "PostgreSQL") == address


def test_an_unknown_host_is_unreachable() -> None:
    with pytest.raises(EngineUnreachable):
        pinned("no-such-host.invalid", 5432, (), "PostgreSQL")
