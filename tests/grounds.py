"""Ground that many tests stand on, made once for a module."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django.plugin import DjangoDbBlocker

T = TypeVar("T")


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
