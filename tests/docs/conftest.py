"""The demo company's definitions, which the examples of the documentation build on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from metrion.catalog.content import MODELS
from metrion.demo.definitions import GROUPS
from metrion.lake.calendar.definition import calendar_dataset
from metrion.semantic.catalogue import Catalogue

if TYPE_CHECKING:
    from metrion.semantic.model import Definition


@pytest.fixture(scope="session")
def demo_catalogue() -> Catalogue:
    """Return what the demo company publishes, and its calendar."""
    definitions: list[Definition] = [
        MODELS[raw["kind"]].model_validate(raw)  # type: ignore[index]  # one of the kinds
        for group in GROUPS
        for raw in group.contents()
    ]
    return Catalogue.of([*definitions, calendar_dataset("common")])
