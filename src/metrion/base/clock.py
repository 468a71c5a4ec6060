"""The one source of "now". Tests and replays set it; nothing else reads the system clock."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

_fixed: ContextVar[datetime | None] = ContextVar("metrion_fixed_now", default=None)


def now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return _fixed.get() or datetime.now(UTC)


def today(zone: str) -> date:
    """Return the current calendar day in the time zone `zone` (IANA name)."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def frozen_at(instant: datetime) -> Iterator[None]:
    """Let `now` stand still at `instant` (aware) inside the block."""
    token = _fixed.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
