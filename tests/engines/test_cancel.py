"""The watchdog: stops again when a stop was lost, and never after the end."""

from __future__ import annotations

from threading import Event
from time import sleep

from metrion.engines.cancel import Watchdog


def test_a_stop_that_came_too_early_comes_again() -> None:
    """An interrupt between the start of the watch and the start of the query has no effect."""
    calls: list[int] = []
    second = Event()

    def stop() -> None:
        calls.append(1)
        if len(calls) == 2:
            second.set()

    with Watchdog().watching(0.0, stop):
        assert second.wait(10)


def test_no_stop_after_the_end_and_the_next_watch_works() -> None:
    watchdog, late, right = Watchdog(), Event(), Event()
    with watchdog.watching(0.05, late.set):
        pass
    with watchdog.watching(3600.0, right.set) as now:
        sleep(0.15)
        assert not late.is_set()
        assert not right.is_set()
        now()
        assert right.wait(10)
