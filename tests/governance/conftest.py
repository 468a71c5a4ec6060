"""Fixtures of the gate's tests."""

from __future__ import annotations

import pytest
from tests.governance.house import House


@pytest.fixture
def house(db: None) -> House:
    """Return a company with one published dataset."""
    del db
    return House().with_orders()
