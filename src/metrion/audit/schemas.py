"""Shapes of the audit room that other rooms may hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from metrion.base.text import Text
from metrion.identity.ports import Target as Target  # noqa: PLC0414 - part of this room's contract
from metrion.identity.schemas import PersonCard

Source = Literal["session", "token", "cli", "job", "system"]
Flaw = Literal[
    "gap", "unlinked", "altered", "head", "truncated", "rewritten", "checkpoint_unreadable", "checkpoint_forged"
]


class Frozen(BaseModel):
    """Base of the shapes of this room."""

    model_config = ConfigDict(frozen=True)


class EntryView(Frozen):
    """One entry of the trail as an auditor reads it."""

    seq: int
    at: datetime
    actor: str
    """User name; empty for the system itself and for somebody who was not signed in."""
    person: PersonCard | None
    source: Source
    request_id: str
    action: str
    target: Target
    detail: Mapping[str, object]
    reason: str
    hash: str


class Filters(Frozen):
    """Which entries to read; everything given must hold."""

    actor: str | None = None
    action: str | None = None
    """A whole action (`policy.changed`) or, ending with a dot, all of a family (`policy.`)."""
    target_kind: str | None = None
    target_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """First instant that is too late."""


class Break(Frozen):
    """The first place where the trail is not what was written."""

    flaw: Flaw
    seq: int
    """Number of the entry (or of the checkpoint's entry) where it shows."""
    text: Text


class CheckpointView(Frozen):
    """A signed statement, outside the database, of how the chain ended at an instant."""

    seq: int
    hash: str
    at: datetime
    key: str
    """Fingerprint of the signing key."""


class Verdict(Frozen):
    """The outcome of checking the whole trail."""

    intact: bool
    entries: int
    last_hash: str
    first_break: Break | None
    checkpoint: CheckpointView | None
    """The last checkpoint; None when none was ever made, so that a cut tail could not be noticed."""
    checked_at: datetime
