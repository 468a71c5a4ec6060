"""Questions that are being answered right now in this process, so that their askers can stop them."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from metrion.engines.cancel import CancelToken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from metrion.identity.schemas import Actor

_lock = Lock()
_running: dict[tuple[UUID, UUID], CancelToken] = {}


@contextmanager
def cancellable(actor: Actor, query_id: UUID | None) -> Iterator[CancelToken]:
    """Give a token for one question; while the block runs, `cancel` by the same person reaches it."""
    token = CancelToken()
    if query_id is None:
        yield token
        return
    key = (actor.id, query_id)
    with _lock:
        _running[key] = token
    try:
        yield token
    finally:
        with _lock:
            _running.pop(key, None)


def cancel(actor: Actor, query_id: UUID) -> None:
    """Stop the question if it is running here and belongs to the actor; else do nothing."""
    with _lock:
        token = _running.get((actor.id, query_id))
    if token is not None:
        token.cancel()
