"""Ground that many tests stand on, made once for a module."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django.plugin import DjangoDbBlocker

T = TypeVar("T")


def examples(most: int) -> int:
    """Return how many examples a property gets: a third of `most`, all with METRION_TEST_EXHAUSTIVE=1 (by night)."""
    return most if os.environ.get("METRION_TEST_EXHAUSTIVE") else most // 3


@contextmanager
def rolled_back(blocker: DjangoDbBlocker, make: Callable[[], T]) -> Iterator[T]:
    """Give what `make` writes into the database, and take it back at the end.

    The tests in between run in savepoints of this transaction: none sees what another one changed.
    """
    with blocker.unblock(), transaction.atomic():
        made = make()
        with blocker.block():
            yield made
        transaction.set_rollback(True)
