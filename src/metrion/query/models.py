"""Tables of the query room: receipts. Private to the room."""

from __future__ import annotations

from django.db import models

from metrion.base.clock import now
from metrion.base.ids import new_id


class ReceiptRecord(models.Model):
    """One kept receipt. Written once, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    asker = models.CharField(max_length=150)
    scope_key = models.CharField(max_length=64)
    answer_digest = models.CharField(max_length=64)
    draft = models.BooleanField(default=False)
    content = models.JSONField()

    class Meta:
        indexes = (models.Index(fields=("asker", "-created_at"), name="receipt_by_asker"),)

    def __str__(self) -> str:
        return str(self.id)
