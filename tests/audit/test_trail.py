"""The trail: nothing changed, nothing removed, nothing forged without being noticed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import orjson
import pytest
import structlog
from django.db import DatabaseError, connection, transaction

from metrion.audit import actions, checkpoints, reads
from metrion.audit.chain import hash_of
from metrion.audit.errors import ChainBroken, NotInTransaction
from metrion.audit.models import Entry, Head
from metrion.audit.schemas import Filters, Target
from metrion.audit.triggers import INSTALL, REMOVE
from metrion.base.clock import frozen_at, now
from metrion.base.errors import Forbidden
from metrion.base.text import Text
from metrion.identity.schemas import Actor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from metrion.identity.permissions import Permission

pytestmark = pytest.mark.django_db
METRIC = Target(kind="metric", id="sales", label="销售额")


def actor(username: str, *permissions: Permission) -> Actor:
    """Return somebody with company-wide permissions."""
    return Actor(
        id=UUID(int=7),
        username=username,
        name=Text(zh=username),
        department="/group/",
        language="zh",
        grants=dict.fromkeys(permissions, ("/",)),
        attributes={},
    )


AUDITOR = actor("auditor", "audit.read")
LI = actor("li")


def write(count: int, who: Actor | None = LI, action: str = "metric.changed") -> None:
    """Append entries, each in a transaction of its own."""
    for number in range(count):
        with transaction.atomic():
            actions.record(who, action, METRIC, {"number": number, "中文": [1.5, None, "é"]}, reason="test")


@pytest.fixture
def unguarded(db: None) -> Iterator[None]:
    """Take the triggers off: somebody with the rights of the database's owner."""
    del db
    _run(REMOVE[connection.vendor])
    yield
    _run(REMOVE[connection.vendor])
    _run(INSTALL[connection.vendor])


def _run(statements: object) -> None:
    assert isinstance(statements, tuple)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture(autouse=True)
def _own_checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "path", lambda: tmp_path / "checkpoints.jsonl")


# --- writing --------------------------------------------------------------------------------------


def test_entries_form_a_chain_and_say_who_what_and_from_where() -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        write(3)
    write(1, None, "job.ran")
    verdict = reads.verify()
    assert (verdict.intact, verdict.entries, verdict.first_break) == (True, 4, None)
    page = reads.entries(AUDITOR, Filters())
    assert [entry.seq for entry in page.items] == [4, 3, 2, 1]
    last, first = page.items[0], page.items[-1]
    assert (last.actor, last.source, last.request_id) == ("", "system", "")
    assert (first.actor, first.source, first.request_id) == ("li", "session", "r-1")
    assert first.target == METRIC
    assert first.detail == {"number": 0, "中文": [1.5, None, "é"]}
    assert first.reason == "test"


@transaction.atomic
def _record_and_fail() -> float:
    return actions.record(LI, "metric.changed", METRIC, {}) / 0


def test_an_entry_stands_or_falls_with_its_change() -> None:
    write(1)
    with pytest.raises(ZeroDivisionError):
        _record_and_fail()
    write(1)
    assert reads.verify().intact
    assert Entry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(NotInTransaction):
        actions.record(LI, "metric.changed", METRIC, {})
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_concurrent_writers_leave_no_gap_and_no_fork() -> None:
    def work(_: int) -> None:
        try:
            write(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert reads.verify().entries == 60
    assert reads.verify().intact
    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 61))


# --- the database refuses -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'somebody else' WHERE seq = 1",
        "UPDATE audit_entry SET seq = 9 WHERE seq = 2",
        "DELETE FROM audit_entry WHERE seq = 2",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
    ],
)
def test_the_database_refuses_changes(statement: str) -> None:
    write(2)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert reads.verify().entries == 2


# --- verification finds ---------------------------------------------------------------------------


def _flaw() -> tuple[str, int] | None:
    found = reads.verify().first_break
    return None if found is None else (found.flaw, found.seq)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "somebody else"),
        ("action", "metric.read"),
        ("detail", "{}"),
        ("reason", ""),
        ("target_id", "other"),
        ("source", "cli"),
        ("at", now()),
        ("actor_id", None),
        ("request_id", "x"),
    ],
)
def test_an_altered_entry_is_found(unguarded: None, column: str, value: object) -> None:
    del unguarded
    write(5)
    Entry.objects.filter(seq=3).update(**{column: value})
    assert _flaw() == ("altered", 3)


def test_a_removed_entry_is_found(unguarded: None) -> None:
    del unguarded
    write(5)
    Entry.objects.filter(seq=3).delete()
    assert _flaw() == ("gap", 3)


def test_a_rehashed_entry_no_longer_continues_the_chain(unguarded: None) -> None:
    del unguarded
    write(5)
    row = Entry.objects.get(seq=3)
    row.actor = "somebody else"
    row.hash = hash_of(row)
    row.save()
    assert _flaw() == ("unlinked", 4)


def test_a_cut_tail_is_found_by_the_head(unguarded: None) -> None:
    del unguarded
    write(5)
    Entry.objects.filter(seq__gt=3).delete()
    assert _flaw() == ("head", 3)


def rewrite_from(seq: int) -> None:
    """Forge as somebody who owns the database can: alter an entry and rebuild everything after it."""
    previous = Entry.objects.get(seq=seq - 1).hash
    for row in Entry.objects.filter(seq__gte=seq).order_by("seq"):
        row.actor, row.prev_hash = "somebody else", previous
        row.hash = previous = hash_of(row)
        row.save()
    Head.objects.update(hash=previous)


def test_a_chain_rewritten_as_a_whole_is_found_by_the_checkpoint(unguarded: None) -> None:
    del unguarded
    write(5)
    actions.checkpoint()
    assert reads.verify().intact
    rewrite_from(3)
    assert _flaw() == ("rewritten", 5)


def test_a_clean_cut_or_an_old_backup_is_found_by_the_checkpoint(unguarded: None) -> None:
    del unguarded
    write(5)
    actions.checkpoint()
    Entry.objects.filter(seq__gt=3).delete()
    Head.objects.update(seq=3, hash=Entry.objects.get(seq=3).hash)
    assert _flaw() == ("truncated", 5)
    with pytest.raises(ChainBroken):
        actions.checkpoint()


def test_an_emptied_trail_is_found(unguarded: None) -> None:
    del unguarded
    write(2)
    actions.checkpoint()
    Entry.objects.all().delete()
    Head.objects.all().delete()
    assert _flaw() == ("truncated", 2)


# --- checkpoints ----------------------------------------------------------------------------------


def test_checkpoints_cover_what_was_written_and_are_made_once() -> None:
    assert actions.checkpoint() is None
    write(3)
    made = actions.checkpoint()
    assert made is not None
    assert (made.seq, made.hash) == (3, Head.objects.get().hash)
    assert actions.checkpoint() == made
    write(1)
    actions.checkpoint()
    assert [one.seq for one in checkpoints.read_all()] == [3, 4]
    assert reads.verify().checkpoint == list(checkpoints.read_all())[-1]


def test_a_checkpoint_made_without_the_key_is_found() -> None:
    write(3)
    actions.checkpoint()
    line = orjson.loads(checkpoints.path().read_bytes())
    checkpoints.path().write_bytes(orjson.dumps(line | {"seq": 2}) + b"\n")
    assert _flaw() == ("checkpoint_forged", 2)


def test_an_unreadable_line_is_found_but_a_write_cut_short_is_not_a_fault() -> None:
    write(3)
    actions.checkpoint()
    with checkpoints.path().open("ab") as file:
        file.write(b'{"seq": 4, "ha')
    assert reads.verify().intact
    write(1)
    actions.checkpoint()
    assert [one.seq for one in checkpoints.read_all()] == [3, 4]
    with checkpoints.path().open("ab") as file:
        file.write(b"garbage\n")
    assert _flaw() == ("checkpoint_unreadable", 4)


@pytest.mark.django_db(transaction=True)
def test_a_checkpoint_is_made_by_itself_after_a_hundred_entries() -> None:
    write(99)
    assert not checkpoints.path().exists()
    write(2)
    assert [one.seq for one in checkpoints.read_all()] == [100]


# --- reading --------------------------------------------------------------------------------------


def test_filters_and_pages() -> None:
    start = now()
    with frozen_at(start):
        write(3)
    with frozen_at(start + timedelta(hours=1)):
        write(2, actor("wang"), "policy.changed")

    def seqs(**filters: object) -> list[int]:
        return [entry.seq for entry in reads.entries(AUDITOR, Filters.model_validate(filters)).items]

    assert seqs(actor="wang") == [5, 4]
    assert seqs(action="metric.changed") == [3, 2, 1]
    assert seqs(action="policy.") == [5, 4]
    assert seqs(action="policy") == []
    assert seqs(target_kind="metric", target_id="other") == []
    assert seqs(since=start + timedelta(minutes=1)) == [5, 4]
    assert seqs(until=start + timedelta(minutes=1), target_id="sales") == [3, 2, 1]
    first = reads.entries(AUDITOR, Filters(), limit=2)
    second = reads.entries(AUDITOR, Filters(), first.next_cursor, limit=2)
    third = reads.entries(AUDITOR, Filters(), second.next_cursor, limit=2)
    assert [entry.seq for page in (first, second, third) for entry in page.items] == [5, 4, 3, 2, 1]
    assert (first.total, third.next_cursor) == (5, None)


def test_reading_asks_for_the_permission() -> None:
    with pytest.raises(Forbidden):
        reads.entries(LI, Filters())
