"""Tables of collaboration, private to this room."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Follow(models.Model):
    """A person follows a metric."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, to_field="username", db_column="person", on_delete=models.CASCADE, related_name="+"
    )
    metric = models.CharField(max_length=63)
    since = models.DateTimeField()

    class Meta:
        """One row per person and metric; a person's list is read newest first."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "metric"], name="follow_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "-since", "-id"], name="follow_by_person"),
            models.Index(fields=["metric"], name="follow_by_metric"),
        ]

    def __str__(self) -> str:
        """Return who follows what."""
        return f"{self.person_id} -> {self.metric}"
