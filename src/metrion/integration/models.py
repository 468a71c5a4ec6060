"""Tables of the integration room: staged files, tables of the lake, loads, stored profiles, connections.

The lake itself is the truth about data; these rows say who brought it and can be made again from the
commits (`actions.reconcile`).
"""

from __future__ import annotations

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from metrion.base.clock import now
from metrion.base.ids import new_id


class Upload(models.Model):
    """A file that somebody brought. Its bytes lie in `uploads/<id>/` of the home folder until it is loaded."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    filename = models.CharField(max_length=255)
    format = models.CharField(max_length=10)
    status = models.CharField(max_length=10, default="staged")
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    report = models.JSONField(encoder=DjangoJSONEncoder)
    row_count = models.BigIntegerField()
    table = models.CharField(max_length=63, default="", blank=True)
    department = models.CharField(max_length=500)
    created_at = models.DateTimeField(default=now, editable=False)
    created_by = models.CharField(max_length=64)
    idempotency_key = models.CharField(max_length=128, null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["created_by", "-id"], name="upload_by_person")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["created_by", "idempotency_key"], name="upload_once_per_key")
        ]

    def __str__(self) -> str:
        """Return the name of the file."""
        return self.filename


class LakeTable(models.Model):
    """A table of the lake: what the lake does not know about it, and its newest version for lists."""

    name = models.CharField(primary_key=True, max_length=63)
    version = models.BigIntegerField()
    rows = models.BigIntegerField()
    size = models.BigIntegerField()
    columns = models.JSONField()
    primary_key = models.JSONField(default=list)
    sort_by = models.JSONField(default=list)
    department = models.CharField(max_length=500)
    committed_at = models.DateTimeField()
    committed_by = models.CharField(max_length=64)

    def __str__(self) -> str:
        """Return name and version."""
        return f"{self.name}@{self.version}"


class Load(models.Model):
    """One load of rows into a table, from its start to its end."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    table = models.CharField(max_length=63)
    upload_id = models.UUIDField(null=True, blank=True)
    status = models.CharField(max_length=12, default="running")
    mode = models.CharField(max_length=8)
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    rows_read = models.BigIntegerField(default=0)
    rows_loaded = models.BigIntegerField(default=0)
    version = models.BigIntegerField(null=True, blank=True)
    actor = models.CharField(max_length=64)
    idempotency_key = models.CharField(max_length=128, null=True, blank=True)
    request_digest = models.CharField(max_length=64, default="", blank=True)
    started_at = models.DateTimeField(default=now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["status"], name="load_running", condition=Q(status="running")),
            models.Index(fields=["upload_id"], name="load_of_upload"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "version"], name="load_once_per_version"),
            models.UniqueConstraint(fields=["actor", "idempotency_key"], name="load_once_per_key"),
        ]

    def __str__(self) -> str:
        """Return table and state."""
        return f"{self.table} {self.status}"


class StoredProfile(models.Model):
    """The profile of one version of a table over the rows of one data scope."""

    table = models.CharField(max_length=63)
    version = models.BigIntegerField()
    scope_key = models.CharField(max_length=64)
    content = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "version", "scope_key"], name="profile_once_per_scope")
        ]

    def __str__(self) -> str:
        """Return what it is a profile of."""
        return f"{self.table}@{self.version}"


class CalendarEdit(models.Model):
    """One edit of the company calendar. Never changed, never deleted: the calendar is what all of them make."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=now, editable=False)
    person = models.CharField(max_length=64)
    subject = models.CharField(max_length=80)
    """What was edited: `day:2026-02-28`, `event:<id>` or `rules`."""
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    """None: as without any edit."""
    reason = models.CharField(max_length=500)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    version = models.BigIntegerField(null=True)
    """The version of the table that has it."""
    idempotency_key = models.CharField(max_length=128, null=True, blank=True)
    request_digest = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject", "-id"], name="calendar_edit_by_subject")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "idempotency_key"], name="calendar_edit_once_per_key")
        ]

    def __str__(self) -> str:
        """Return what was edited."""
        return self.subject


class Connection(models.Model):
    """A database whose tables datasets may read where they are."""

    code = models.CharField(primary_key=True, max_length=63)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, default="", blank=True)
    kind = models.CharField(max_length=12)
    host = models.CharField(max_length=253)
    port = models.IntegerField()
    database = models.CharField(max_length=128)
    user = models.CharField(max_length=128)
    tls = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=64, default="UTC")
    sealed_password = models.TextField(default="", blank=True)
    """Encrypted for this connection; empty where `password_env` names it, or there is none."""
    password_env = models.CharField(max_length=128, default="", blank=True)
    department = models.CharField(max_length=500)
    """Path of the department whose data it is."""
    revision = models.IntegerField(default=1)
    health = models.JSONField(null=True)
    """What the last test found; None: never tested as it is."""
    changed_at = models.DateTimeField(default=now)
    changed_by = models.CharField(max_length=64)

    def __str__(self) -> str:
        """Return the code."""
        return self.code
