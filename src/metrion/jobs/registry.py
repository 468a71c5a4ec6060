"""Which jobs exist.

Rooms declare theirs in their `jobs.py`:

    @job("governance.publish_due", every=timedelta(minutes=1), atomic=True)
    def publish_due(run: Run) -> None: ...

A handler may run more than once (a worker can die after the work and before the note of it), so it
must be idempotent. `atomic=True` runs it in the transaction that also notes its end: its database
effects then happen exactly once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.utils.module_loading import autodiscover_modules

from metrion.jobs.errors import UnknownJob

if TYPE_CHECKING:
    from datetime import timedelta
    from uuid import UUID

    from metrion.base.canonical import Plain


@dataclass(frozen=True, slots=True)
class Run:
    """What a handler is given: which job, which attempt, and a way to ask whether to go on."""

    id: UUID
    payload: Mapping[str, Plain]
    attempt: int
    lease: int
    """The fencing token: pass it to whatever the handler writes outside the database."""
    hold: Callable[[], None] = field(repr=False)
    """Raises `LeaseLost` when another worker has taken over; call it before an outside effect."""


Handler = Callable[[Run], None]


@dataclass(frozen=True, slots=True)
class Definition:
    """How one job is run."""

    name: str
    handler: Handler
    every: timedelta | None
    attempts: int
    atomic: bool


_definitions: Final[dict[str, Definition]] = {}


def job(
    name: str, *, every: timedelta | None = None, attempts: int = 8, atomic: bool = False
) -> Callable[[Handler], Handler]:
    """Declare the function below as the handler of `name` (`room.verb`); `every` makes it periodic."""

    def declare(handler: Handler) -> Handler:
        known = _definitions.get(name)
        if known is not None and known.handler is not handler:
            message = f"two handlers for the job {name}"
            raise ValueError(message)
        _definitions[name] = Definition(name, handler, every, attempts, atomic)
        return handler

    return declare


def load() -> None:
    """Import the `jobs.py` of every installed room."""
    autodiscover_modules("jobs")


def definition(name: str) -> Definition:
    """Return the declaration of a job; raises `UnknownJob`."""
    found = _definitions.get(name)
    if found is None:
        raise UnknownJob(name=name)
    return found


def periodic() -> list[Definition]:
    """Return the jobs that repeat."""
    return [found for found in _definitions.values() if found.every is not None]
