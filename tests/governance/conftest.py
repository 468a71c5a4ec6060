"""Fixtures of the gate's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.governance.house import House
from tests.grounds import rolled_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """Return a company with one published dataset, made once for a module."""
    with rolled_back(django_db_blocker, lambda: House().with_orders()) as made:
        yield made


@pytest.fixture
def house(founded: House, db: None) -> House:
    """Return a company with one published dataset; what a test changes is undone after it."""
    return founded
