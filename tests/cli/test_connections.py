"""The `connection` command with a PostgreSQL: registered, tested, looked into, removed; no password is printed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from tests.engines.conformance.loaders import load

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from tests.engines.conformance.loaders import Loaded

    Metrion = Callable[..., subprocess.CompletedProcess[str]]

INVOICES = pa.table({"id": [1, 2], "ordered_on": [date(2026, 2, 14), date(2026, 2, 28)]})


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """Give a PostgreSQL with invoices, under an account that only reads."""
    with load("postgres", {"invoices": INVOICES}, tmp_path_factory.mktemp("postgres")) as loaded:
        yield loaded


def test_a_database_is_registered_looked_into_and_removed(metrion: Metrion, founded: str, database: Loaded) -> None:
    account = database.account
    assert account is not None
    more = {"METRION_SECRET_SALES": account.password, "METRION_DATABASE_NETWORKS": "127.0.0.0/8"}
    engineer = ("--as", "dana")
    made = metrion("user", "create", "dana", "--as", founded, "--name", "Dana", "--department", "company",
                   "--role", "data_engineer")  # fmt: skip
    assert made.returncode == 0, made.stderr

    add = ("connection", "add", "sales", "--name", "Sales", "--kind", "postgres", "--host", account.host,
           "--port", str(account.port), "--database", account.database, "--user", account.user,
           "--department", "company", "--password-env", "METRION_SECRET_SALES")  # fmt: skip
    assert metrion(*add, *engineer, **more).returncode != 0, "an administrator registers, nobody else"
    added = metrion(*add, "--as", founded, **more)
    assert added.returncode == 0, added.stderr
    assert "reads only" in added.stdout

    listed = metrion("connection", "list", *engineer, **more).stdout
    assert "Sales" in listed
    assert "reads only" in listed
    table = ".".join(database.tables["invoices"])
    assert table in metrion("connection", "tables", "sales", "--search", "invoices", *engineer, **more).stdout.split()
    columns = metrion("connection", "columns", "sales", table, *engineer, **more).stdout
    assert [line.split() for line in columns.splitlines()[2:]] == [["id", "integer"], ["ordered_on", "date"]]
    assert account.password not in added.stdout + added.stderr + listed + columns

    closed = {**more, "METRION_DATABASE_NETWORKS": ""}
    wrong = metrion("connection", "test", "sales", "--as", founded, **closed)
    assert wrong.returncode == 1
    assert "->" in wrong.stderr
    assert metrion("connection", "remove", "sales", "--as", founded, **more).returncode == 0
    assert "sales" not in metrion("connection", "list", "--as", founded, **more).stdout


def test_a_wrong_description_is_told_field_by_field(metrion: Metrion, founded: str) -> None:
    refused = metrion("connection", "add", "Sales!", "--as", founded, "--name", "Sales", "--kind", "postgres",
                      "--host", "localhost", "--database", "sales", "--user", "reader",
                      "--department", "company")  # fmt: skip
    assert refused.returncode != 0
    assert "code" in refused.stderr
