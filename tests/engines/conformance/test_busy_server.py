"""A server that is too busy to answer does not hold its callers: each question ends at its own time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from tests.engines.conformance.data import TABLES
from tests.engines.conformance.loaders import load

from metrion.engines.errors import QueryTimeout

if TYPE_CHECKING:
    from pathlib import Path

NEVER_YIELDS = "SELECT count(*) FROM range(1000000) a, range(1000000) b, range(1000) c WHERE a.id * b.id + c.id = -1"


@pytest.mark.engines
def test_a_server_that_does_not_yield_lets_its_callers_go(tmp_path: Path) -> None:
    with load("spark", TABLES, tmp_path) as loaded:
        for _ in range(4):
            started = time.monotonic()
            with pytest.raises(QueryTimeout):
                loaded.engine.run(NEVER_YIELDS, timeout=0.5)
            assert time.monotonic() - started < 10
