"""Whether a database can be asked: reachable, and under an account that only reads."""

from __future__ import annotations

from contextlib import closing
from time import perf_counter
from typing import TYPE_CHECKING

from metrion.base.clock import now
from metrion.base.errors import MetrionError
from metrion.base.text import Text
from metrion.engines.errors import AccountMayWrite
from metrion.integration.databases import engine_of
from metrion.integration.schemas import ConnectionHealth, HealthProblem

if TYPE_CHECKING:
    from metrion.integration.models import Connection


def check(row: Connection) -> ConnectionHealth:
    """Return what is found with a connection of its own; whatever is wrong is part of it, in words."""
    started = perf_counter()
    engine, problem = "", None
    try:
        with closing(engine_of(row)) as opened:
            engine = opened.describe()
            opened.run("SELECT 1")
    except MetrionError as refusal:
        problem = refusal
    may_write = isinstance(problem, AccountMayWrite)
    reachable = problem is None or may_write
    return ConnectionHealth(
        checked_at=now(),
        reachable=reachable,
        read_only=None if not reachable else not may_write,
        engine=engine,
        elapsed_ms=round((perf_counter() - started) * 1000, 1),
        problem=None if problem is None else _told(problem),
    )


def _told(problem: MetrionError) -> HealthProblem:
    zh, en = problem.render("zh"), problem.render("en")
    return HealthProblem(
        code=problem.code,
        title=Text(zh=zh["title"], en=en["title"]),
        remedy=Text(zh=zh["remedy"], en=en["remedy"]),
    )
