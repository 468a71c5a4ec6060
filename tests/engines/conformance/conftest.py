"""The conformance tables in one engine after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.engines.conformance.data import TABLES
from tests.engines.conformance.loaders import ENGINES, Loaded, load

if TYPE_CHECKING:
    from collections.abc import Iterator

ALWAYS = ("duckdb", "postgres")


PARAMETERS = [pytest.param(name, marks=() if name in ALWAYS else pytest.mark.engines) for name in ENGINES]


@pytest.fixture(scope="module", params=PARAMETERS)
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Loaded]]:
    """Give the dialect, its engine and the names of the tables in it."""
    with load(request.param, TABLES, tmp_path_factory.mktemp(request.param)) as loaded:
        yield request.param, loaded
