"""Tables of the audit room: the chained entries and the head of the chain.

Triggers made by the first migration refuse UPDATE and DELETE of entries.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

GENESIS = "0" * 64


class Entry(models.Model):
    """One thing that somebody did. `hash` covers every other column and the hash before it."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64, blank=True)
    """User name; empty for the system itself and for somebody who is not signed in."""
    actor_id = models.UUIDField(null=True)
    source = models.CharField(max_length=16)
    request_id = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=64)
    target_kind = models.CharField(max_length=32)
    target_id = models.CharField(max_length=200)
    target_label = models.CharField(max_length=400, blank=True)
    detail = models.TextField()
    """Canonical JSON text, kept as text so that the bytes that were hashed are the bytes that are stored."""
    reason = models.TextField(blank=True)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        """Indexes for the filters of the audit page; each ends with the sort key."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["actor", "-seq"], name="audit_by_actor"),
            models.Index(fields=["action", "-seq"], name="audit_by_action"),
            models.Index(fields=["target_kind", "target_id", "-seq"], name="audit_by_target"),
            models.Index(fields=["at", "seq"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        """Return number and action."""
        return f"{self.seq} {self.action}"


class Head(models.Model):
    """The last entry of the chain. One row (id 1); writers lock it, so that numbers have no gap."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        """There is one chain."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id=1), name="audit_one_head"),
        ]

    def __str__(self) -> str:
        """Return the number of the last entry."""
        return str(self.seq)
