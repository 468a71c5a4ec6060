"""Fixtures of the query room's tests."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from tests.grounds import rolled_back
from tests.query.shop import Shop

from metrion.base.settings import get_settings
from metrion.integration import warehouse
from metrion.query import keys, service
from metrion.query.cache import BoundedCache

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(scope="module")
def founded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Shop, Path]]:
    """Return the shop and a copy of its lake, made once for a module, in a transaction that is rolled back."""
    kept = tmp_path_factory.mktemp("shop") / "lake"

    def make() -> Shop:
        made = Shop()
        _close_lake()
        shutil.move(get_settings().lake_path, kept)
        return made

    with rolled_back(django_db_blocker, make) as made:
        yield made, kept


@pytest.fixture
def shop(founded: tuple[Shop, Path], db: None) -> Iterator[Shop]:
    """Return the shop of the six orders, with a lake of its own; what a test changes is undone after it."""
    made, kept = founded
    cache.clear()
    shutil.copytree(kept, get_settings().lake_path)
    yield made
    _close_lake()
    shutil.rmtree(get_settings().lake_path, ignore_errors=True)


@pytest.fixture
def own_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a test answers and known keys of its own: those of another test are of another shop."""
    monkeypatch.setattr(service, "_cache", BoundedCache(2**20))
    monkeypatch.setattr(keys, "_kept", BoundedCache(2**20))


def _close_lake() -> None:
    warehouse.engine.cache_clear()
    warehouse.lake.cache_clear()
