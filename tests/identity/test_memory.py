"""What is kept between requests is true at every request, in every process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from metrion.base.errors import MetrionError, NotFound
from metrion.identity import actions, reads
from metrion.identity.models import Person, Revision, RoleAssignment
from metrion.identity.reads.memory import remembered
from metrion.identity.schemas import Actor, Audience, BilingualName, PolicyBody
from metrion.identity.triggers import WATCHED
from metrion.semantic.condition import EVERYTHING

if TYPE_CHECKING:
    from tests.identity.organisation import Browser, Company


def execute(sql: str, *values: str | bool) -> None:
    """Run SQL as another program would."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.django_db
def test_every_watched_table_still_has_its_triggers(company: Company) -> None:
    """A migration that rebuilds a table drops them on SQLite: permissions would then go stale unnoticed."""
    del company
    listing = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(listing)
        found = {row[0] for row in cursor.fetchall()}
    assert found >= {f"{table}_revised_{event}" for table in WATCHED for event in ("insert", "update", "delete")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE identity_person SET is_active = false WHERE username = 'nobody'",
        "UPDATE identity_person SET attributes = '{}'",
        "UPDATE identity_department SET path = path",
        "DELETE FROM identity_roleassignment",
        "DELETE FROM identity_rowpolicy",
        "UPDATE identity_rowpolicy SET enabled = false",
        "DELETE FROM identity_columngrant",
        (
            'INSERT INTO identity_columngrant (id, dataset, "column", audience, reason, granted_by, granted_at) '
            "VALUES ('00000000000000000000000000000001', 'a', 'b', '{}', '', '', '2026-01-01 00:00:00+00:00')"
        ),
    ],
)
def test_changes_by_other_programs_count(company: Company, sql: str) -> None:
    body = PolicyBody(
        name=BilingualName(zh="策略"), dataset="sales", condition=EVERYTHING, audience=Audience(everyone=True)
    )
    actions.create_policy(company.actor("officer"), body)
    execute(
        'INSERT INTO identity_columngrant (id, dataset, "column", audience, reason, granted_by, granted_at) '
        "VALUES ('00000000000000000000000000000002', 'a', 'b', '{}', '', '', '2026-01-01 00:00:00+00:00')"
    )
    before = Revision.objects.get().value
    execute(sql)
    after = Revision.objects.get().value
    touched_nothing = "nobody" in sql and connection.vendor == "sqlite"
    assert (after == before) is touched_nothing


@pytest.mark.django_db
def test_signing_in_changes_nothing_that_is_kept(company: Company) -> None:
    company.hire("li", "east", "viewer")
    before = Revision.objects.get().value
    person = Person.objects.get(username="li")
    person.last_login = person.created_at
    person.save(update_fields=["last_login"])
    assert Revision.objects.get().value == before


@pytest.mark.django_db
def test_an_unchanged_company_costs_two_small_queries(company: Company, browser: Browser) -> None:
    company.hire("li", "east", "viewer")
    browser.sign_in("li")
    browser.get("/api/v1/roles")
    with CaptureQueriesContext(connection) as queries:
        browser.get("/api/v1/roles")
    asked = [query["sql"] for query in queries]
    assert sum("identity_person" in sql and "identity_revision" not in sql for sql in asked) <= 1, asked
    assert not any('"identity_department"' in sql for sql in asked), asked


@pytest.mark.django_db
def test_what_a_rolled_back_change_showed_is_forgotten(company: Company) -> None:
    li = company.hire("li", "east", "viewer")
    assert li.may("metric.read")
    with transaction.atomic():
        RoleAssignment.objects.filter(person_id=li.id).delete()
        assert not company.actor("li").may("metric.read")
        transaction.set_rollback(True)
    assert company.actor("li").may("metric.read")
    RoleAssignment.objects.filter(person_id=li.id).delete()
    assert not company.actor("li").may("metric.read")


@pytest.mark.django_db
def test_without_a_revision_nothing_is_kept(company: Company) -> None:
    del company
    Revision.objects.all().delete()
    answers = iter([1, 2])
    assert [remembered("key", lambda: next(answers)) for _ in range(2)] == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_a_change_on_another_connection_counts_at_once(company: Company, browser: Browser) -> None:
    company.hire("li", "east", "viewer")
    browser.sign_in("li")
    assert browser.get("/api/v1/people").status_code == 200

    def elsewhere() -> None:
        try:
            execute("UPDATE identity_person SET is_active = %s WHERE username = 'li'", False)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(elsewhere).result()
    assert browser.get("/api/v1/people").status_code == 401
    with pytest.raises(NotFound):
        reads.actor_for("li", "session")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_two_administrators_cannot_remove_each_other(company: Company, attempt: int) -> None:
    del attempt
    company.hire("second", "group", "administrator")
    pairs = [(company.actor("admin"), "second"), (company.actor("second"), "admin")]

    def disable(pair: tuple[Actor, str]) -> str:
        try:
            actions.disable_person(*pair)
        except MetrionError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(disable, pairs))
    assert outcomes == ["done", "last_administrator"]
    assert Person.objects.filter(username__in=["admin", "second"], is_active=True).count() == 1
