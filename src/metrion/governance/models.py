"""Tables of the gate, private to this room.

`ApprovalEvent` is the truth: the state of a change is the fold of its events, and the columns `state`,
`publication` and the `Decider` rows are projections of it, written in the same transaction. Triggers made
in the migrations keep events and evidence from being changed or deleted.
"""

from __future__ import annotations

from typing import ClassVar, get_args

from django.conf import settings
from django.db import models
from django.db.models import Q

from metrion.base.ids import new_id
from metrion.governance.schemas import ChangeClass, ChangeState, EvidenceKind, Publication

STATES: list[str] = list(get_args(ChangeState))
PUBLICATIONS: list[str] = list(get_args(Publication))
CLASSES: list[str] = list(get_args(ChangeClass))
EVIDENCE_KINDS: list[str] = list(get_args(EvidenceKind))


class Numbering(models.Model):
    """One row: the last number given to a change request. Its lock keeps numbers without gaps."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="governance_one_numbering")]

    def __str__(self) -> str:
        """Return the last number."""
        return str(self.last)


class ChangeRequest(models.Model):
    """A request to publish frozen versions, all together or not at all."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveBigIntegerField(unique=True)
    title = models.CharField(max_length=200)
    reason = models.TextField()
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, to_field="username", db_column="requester", on_delete=models.PROTECT, related_name="+"
    )
    submit_key = models.CharField(max_length=100, null=True)
    """Idempotency key of the submission."""
    submit_digest = models.CharField(max_length=64)
    """Digest of what was asked with that key."""
    digest = models.CharField(max_length=64)
    """Over all contents, bases and the effective date of the present round: what decisions are bound to."""
    round = models.PositiveIntegerField(default=1)
    change_class = models.CharField(max_length=12)
    department = models.CharField(max_length=500)
    """Path of the nearest department above all departments concerned."""
    state = models.CharField(max_length=12)
    publication = models.CharField(max_length=12, default="none")
    effective_from = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["requester", "submit_key"], name="governance_submit_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="governance_change_state"),
            models.CheckConstraint(condition=Q(publication__in=PUBLICATIONS), name="governance_publication"),
            models.CheckConstraint(condition=Q(change_class__in=CLASSES), name="governance_change_class"),
            models.CheckConstraint(
                condition=Q(publication="none") | Q(state="approved"), name="governance_only_approved_published"
            ),
            models.CheckConstraint(
                condition=Q(publication="published", published_at__isnull=False)
                | (~Q(publication="published") & Q(published_at__isnull=True)),
                name="governance_published_at",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["requester", "-number"], name="governance_by_requester"),
            models.Index(fields=["state", "-number"], name="governance_by_state"),
            models.Index(fields=["publication", "effective_from"], name="governance_due"),
            models.Index(fields=["department", "-number"], name="governance_by_department"),
        ]

    def __str__(self) -> str:
        """Return number and title."""
        return f"#{self.number} {self.title}"


class CoAuthor(models.Model):
    """Somebody who helped to write the change: sees it, never decides it."""

    id = models.BigAutoField(primary_key=True)
    change = models.ForeignKey(ChangeRequest, on_delete=models.CASCADE, related_name="co_authors")
    username = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["change", "username"], name="governance_co_author_once")
        ]
        indexes: ClassVar = [models.Index(fields=["username"], name="governance_co_author")]

    def __str__(self) -> str:
        """Return the user name."""
        return self.username


class ChangeItem(models.Model):
    """One frozen version in one round of a change."""

    id = models.BigAutoField(primary_key=True)
    change = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, related_name="items")
    round = models.PositiveIntegerField()
    position = models.PositiveIntegerField()
    version = models.OneToOneField("catalog.Version", on_delete=models.PROTECT, related_name="+")
    base = models.ForeignKey("catalog.Version", null=True, on_delete=models.PROTECT, related_name="+")
    draft_id = models.UUIDField(null=True)
    """The draft that it was frozen from; open again after a return, gone after publication."""
    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=63)
    name_zh = models.CharField(max_length=400)
    name_en = models.CharField(max_length=400)
    digest = models.CharField(max_length=64)
    base_digest = models.CharField(max_length=64, blank=True)
    change_class = models.CharField(max_length=12)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["change", "round", "position"], name="governance_item_position")
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "code"], name="governance_item_code")]

    def __str__(self) -> str:
        """Return kind and code."""
        return f"{self.kind}:{self.code}"


class ApprovalEvent(models.Model):
    """One event of the approval engine, append-only."""

    id = models.BigAutoField(primary_key=True)
    change = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=32)
    by = models.CharField(max_length=64, blank=True)
    command_id = models.CharField(max_length=200)
    at = models.DateTimeField()
    body = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["change", "sequence"], name="governance_event_sequence")
        ]

    def __str__(self) -> str:
        """Return number and kind."""
        return f"{self.sequence} {self.kind}"


class Decider(models.Model):
    """Projection: who has a seat in the approval. `open`: it waits for him now."""

    id = models.BigAutoField(primary_key=True)
    change = models.ForeignKey(ChangeRequest, on_delete=models.CASCADE, related_name="deciders")
    username = models.CharField(max_length=64)
    open = models.BooleanField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["change", "username"], name="governance_decider_once")]
        indexes: ClassVar = [models.Index(fields=["username", "open"], name="governance_inbox")]

    def __str__(self) -> str:
        """Return the user name."""
        return self.username


class Evidence(models.Model):
    """What was computed for exactly one content of a change, append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    change = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, related_name="evidence")
    digest = models.CharField(max_length=64)
    """Digest of the change that it was computed for."""
    kind = models.CharField(max_length=12)
    content = models.JSONField()
    content_digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["change", "digest", "kind", "content_digest"], name="governance_evidence_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=EVIDENCE_KINDS), name="governance_evidence_kind"),
        ]

    def __str__(self) -> str:
        """Return kind and digest."""
        return f"{self.kind} {self.content_digest}"


class EvidenceSeen(models.Model):
    """Who was shown a piece of evidence, and when first."""

    id = models.BigAutoField(primary_key=True)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="seen")
    username = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["evidence", "username"], name="governance_seen_once")]

    def __str__(self) -> str:
        """Return the user name."""
        return self.username
