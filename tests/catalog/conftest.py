"""Fixtures of the catalogue's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from tests.catalog.library import Library
from tests.grounds import rolled_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Library]:
    """Return a company with domains and no definitions, made once for a module."""
    with rolled_back(django_db_blocker, Library) as made:
        yield made


@pytest.fixture
def empty(founded: Library, db: None) -> Library:
    """Return a company with domains and no definitions."""
    cache.clear()
    return founded


@pytest.fixture
def library(empty: Library) -> Library:
    """Return a company with a small published library."""
    return empty.with_metrics()
