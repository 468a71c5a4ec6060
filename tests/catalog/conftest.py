"""Fixtures of the catalogue's tests."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from tests.catalog.library import Library


@pytest.fixture
def empty(db: None) -> Library:
    """Return a company with domains and no definitions."""
    del db
    cache.clear()
    return Library()


@pytest.fixture
def library(empty: Library) -> Library:
    """Return a company with a small published library."""
    return empty.with_metrics()
