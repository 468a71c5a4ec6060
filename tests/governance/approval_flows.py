"""Small flows and short commands for the engine's tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from metrion.base.text import Text
from metrion.governance.engine import NEW, Candidates, Event, Flow, Level, Quorum, State, Submit, decide, fold
from metrion.governance.engine.flow import Mode, PersonSelector, TimeOut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.governance.engine.commands import Command

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DIGEST = "d" * 64
ids = count()


def level(
    key: str,
    mode: Mode = "any",
    *,
    quorum: Quorum | None = None,
    empty: str = "escalate",
    time_out: TimeOut | None = None,
) -> Level:
    """Return a level; who sits in it is told by the candidates."""
    return Level(
        key=key,
        name=Text(zh=key, en=key),
        mode=mode,
        approvers=(PersonSelector(username="nobody"),),
        quorum=quorum,
        empty="block" if empty == "block" else "escalate",
        time_out=time_out or TimeOut(),
    )


def flow(*levels: Level, duplicates: str = "once") -> Flow:
    """Return a flow of these levels."""
    return Flow(
        code="test",
        version=1,
        name=Text(en="test"),
        levels=levels,
        duplicates="every_level" if duplicates == "every_level" else "once",
    )


def new_command_id() -> str:
    """Return a command id that no other command has."""
    return f"command-{next(ids)}"


class Run:
    """An approval with its events, at a clock that the test moves."""

    def __init__(self, of: Flow, seats: Mapping[str, tuple[str, ...]], **more: object) -> None:
        self.events: list[Event] = []
        self.now = START
        superiors = more.pop("superiors", {})
        assert isinstance(superiors, dict)
        self.candidates = {
            key: Candidates(members=people, superiors=superiors.get(key, ())) for key, people in seats.items()
        }
        self.send(
            Submit(
                command_id=new_command_id(),
                by="asker",
                co_authors=("helper_of_asker",),
                flow=of,
                digest=DIGEST,
                candidates=self.candidates,
                **more,
            )
        )

    @property
    def state(self) -> State:
        """The fold of the events so far."""
        return fold(self.events)

    def status(self) -> str:
        """Return the status now."""
        return self.state.status

    def send(self, command: Command) -> tuple[Event, ...]:
        """Decide a command now and keep its events."""
        made = decide(self.state if self.events else NEW, command, self.now)
        self.events.extend(made)
        return made

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)
