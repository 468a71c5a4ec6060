"""Fixtures of the integration tests: people of two departments, a lake that is empty for each test."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from tests.identity.organisation import Browser, Company

from metrion.base.settings import get_settings
from metrion.integration import warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.identity.schemas import Actor


@pytest.fixture(autouse=True)
def _empty_lake() -> Iterator[None]:
    _forget()
    yield
    _forget()


def _forget() -> None:
    warehouse.engine.cache_clear()
    warehouse.lake.cache_clear()
    for place in (get_settings().lake_path, get_settings().home / "uploads"):
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def company(db: None) -> Company:
    """Return the company, in a fresh database."""
    del db
    cache.clear()
    return Company()


@pytest.fixture
def browser(db: None) -> Browser:
    """Return a browser without cookies."""
    del db
    return Browser()


@pytest.fixture
def engineer(company: Company) -> Actor:
    """Return the data engineer of retail."""
    return company.hire("erin", "retail", "data_engineer", scope="retail")


@pytest.fixture
def banker(company: Company) -> Actor:
    """Return the data engineer of the bank."""
    return company.hire("bo", "bank", "data_engineer", scope="bank")
