"""Fixtures of the query room's tests."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from tests.query.shop import Shop

from metrion.integration import warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def shop(db: None, home: Path) -> Iterator[Shop]:
    """Return the shop of the six orders, with a lake of its own."""
    del db
    cache.clear()
    yield Shop()
    warehouse.engine.cache_clear()
    warehouse.lake.cache_clear()
    shutil.rmtree(home / "lake", ignore_errors=True)
