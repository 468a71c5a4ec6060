"""Writing the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog
from django.db import transaction

from metrion.audit import checkpoints
from metrion.audit.chain import hash_of
from metrion.audit.errors import ChainBroken, NotInTransaction
from metrion.audit.models import Entry, Head
from metrion.base.canonical import Plain, canonical_bytes
from metrion.base.clock import now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.audit.schemas import CheckpointView, Target
    from metrion.identity.schemas import Actor

CHECKPOINT_EVERY: Final = 100
"""Entries after which a checkpoint is made by itself; a periodic job makes more."""
_LABEL_LIMIT: Final = 400


def record(actor: Actor | None, action: str, target: Target, detail: Mapping[str, Plain], *, reason: str = "") -> int:
    """Append one entry and return its number. `actor` None is the system itself.

    Call it late in the caller's transaction (`NotInTransaction` without one): from here until the
    commit, other writers of the trail wait, which is what keeps the chain without gaps.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(action)
    head = _locked_head()
    entry = Entry(
        seq=head.seq + 1,
        at=now(),
        actor=actor.username if actor is not None else "",
        actor_id=actor.id if actor is not None else None,
        source=actor.via if actor is not None else "system",
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64],
        action=action,
        target_kind=target.kind,
        target_id=target.id,
        target_label=target.label[:_LABEL_LIMIT],
        detail=canonical_bytes(detail).decode("utf-8"),
        reason=reason,
        prev_hash=head.hash,
    )
    entry.hash = hash_of(entry)
    entry.save(force_insert=True)
    Head.objects.filter(pk=head.pk).update(seq=entry.seq, hash=entry.hash)
    if entry.seq % CHECKPOINT_EVERY == 0:
        # The change is committed by then: a full disk must not turn its answer into a failure.
        transaction.on_commit(checkpoint, robust=True)
    return entry.seq


def _locked_head() -> Head:
    """Return the head of the chain, locked; SQLite's writer lock is held already."""
    head = Head.objects.select_for_update().filter(pk=1).first()
    if head is None:
        Head.objects.bulk_create([Head()], ignore_conflicts=True)
        head = Head.objects.select_for_update().get(pk=1)
    return head


def checkpoint() -> CheckpointView | None:
    """Sign how the chain ends now, outside the database; None while it is empty.

    Raises `ChainBroken` when the chain is shorter than the last checkpoint says.
    """
    head = Head.objects.filter(pk=1).first()
    if head is None or head.seq == 0:
        return None
    made = checkpoints.append(head.seq, head.hash, now())
    if made.seq > head.seq:
        latest = Head.objects.get(pk=1).seq
        if made.seq > latest:
            raise ChainBroken(seq=latest, expected=made.seq)
    return made
