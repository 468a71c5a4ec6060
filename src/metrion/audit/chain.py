"""What binds one entry to the one before it."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from metrion.base.canonical import digest

if TYPE_CHECKING:
    from metrion.audit.models import Entry


def hash_of(entry: Entry) -> str:
    """Return the hash of an entry: SHA-256 over every column except the hash itself, in canonical form."""
    return digest(
        {
            "seq": entry.seq,
            "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": entry.actor,
            "actor_id": str(entry.actor_id) if entry.actor_id else None,
            "source": entry.source,
            "request_id": entry.request_id,
            "action": entry.action,
            "target_kind": entry.target_kind,
            "target_id": entry.target_id,
            "target_label": entry.target_label,
            "detail": entry.detail,
            "reason": entry.reason,
            "prev_hash": entry.prev_hash,
        }
    )
