"""Fixtures of the identity tests."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from tests.identity.organisation import Browser, Company


@pytest.fixture
def company(db: None) -> Company:
    """Return the company, in a fresh database, with no rate limit used up."""
    del db
    cache.clear()
    return Company()


@pytest.fixture
def browser(db: None) -> Browser:
    """Return a browser without cookies."""
    del db
    return Browser()
