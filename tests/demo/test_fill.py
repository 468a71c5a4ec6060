"""Filling the demo company: interrupted anywhere and run again it finishes, and a third time changes nothing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache

from metrion.audit.models import Entry
from metrion.catalog import reads as catalog
from metrion.collaboration import actions as collaboration_actions
from metrion.collaboration import reads as collaboration
from metrion.demo import fill as demo
from metrion.demo.definitions import PROPOSAL
from metrion.governance import actions as governance_actions
from metrion.governance import reads as governance
from metrion.identity import actions as identity_actions
from metrion.identity.reads import actor_for
from metrion.integration import actions as integration_actions
from metrion.integration import warehouse
from metrion.query.service import ask
from metrion.semantic.request import MetricQuery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class PowerCut(Exception):
    """The moment the lights go out."""


@pytest.fixture
def clean_home(home: Path) -> Iterator[Path]:
    """Give the fill a home without a lake, and take away what it made."""
    cache.clear()
    yield home
    warehouse.engine.cache_clear()
    warehouse.lake.cache_clear()
    shutil.rmtree(home / "lake", ignore_errors=True)
    for name in ("demo-accounts.json", "metrion.env"):
        (home / name).unlink(missing_ok=True)


def _cut_at(monkeypatch: pytest.MonkeyPatch, room: Any, name: str, call: int) -> None:
    """Let the function run until its `call`-th call, which does not happen."""
    real, calls = getattr(room, name), [0]

    def cut(*words: Any, **more: Any) -> Any:
        calls[0] += 1
        if calls[0] == call:
            raise PowerCut
        return real(*words, **more)

    monkeypatch.setattr(room, name, cut)


@pytest.mark.django_db
def test_an_interrupted_fill_is_finished_by_the_next(clean_home: Path) -> None:
    for room, name, call in (
        (identity_actions, "create_person", 5),
        (integration_actions, "load_rows", 4),
        (governance_actions, "submit", 1),
        (governance_actions, "decide", 2),
        (collaboration_actions, "follow", 3),
    ):
        with pytest.MonkeyPatch.context() as patch:
            _cut_at(patch, room, name, call)
            with pytest.raises(PowerCut):
                demo.fill(lambda _zh, _en: None)
    demo.fill(lambda _zh, _en: None)
    chief, approver = actor_for("chen.yu", "cli"), actor_for("liu.yang", "cli")
    assert catalog.metric_cards(chief, "").total >= 40
    assert str(ask(chief, MetricQuery(metrics=("sales_value",))).table.column(0)[0]) == "4596039.58"
    assert [card.title for card in governance.inbox(approver).items] == [PROPOSAL.title.zh]
    assert collaboration.follows(approver).total == 2
    entries = Entry.objects.count()
    demo.fill(lambda _zh, _en: None)
    assert Entry.objects.count() == entries
    assert (clean_home / "demo-accounts.json").stat().st_mode & 0o077 == 0
