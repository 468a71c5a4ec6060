"""Tables of the catalog, private to this room.

A `Version` is immutable from birth and a `Publication` says when it is in force; triggers made in the
first migration hold both in the database. `Card` is the read model of one publication: lists and search
join it with "in force now", so a scheduled version appears at its instant without any job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from metrion.base.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable

KINDS: list[tuple[str, str]] = [(kind, kind) for kind in ("dataset", "relationship", "dimension", "modifier", "metric")]


def with_keys(keys: Iterable[tuple[str, str]], prefix: str = "") -> Q:
    """Return the filter "is one of these (kind, code)"; flat, because a database bounds the depth of a condition."""
    codes: dict[str, list[str]] = {}
    for kind, code in keys:
        codes.setdefault(kind, []).append(code)
    found = Q(pk__in=[])
    for kind, wanted in codes.items():
        found |= Q(**{f"{prefix}kind": kind, f"{prefix}code__in": wanted})
    return found


_ASKED = ("domain", "valid_from", "valid_to", "sensitivity", "owner", "steward", "type", "deprecated")
"""What permission and filters of a list ask of a card."""


class Domain(models.Model):
    """A business domain, or a subject area when it has a parent."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=63, unique=True)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    department = models.ForeignKey(
        "identity.Department", to_field="code", db_column="department", on_delete=models.PROTECT, related_name="+"
    )
    """The owning department; `department_id` is its code."""
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class Item(models.Model):
    """A thing that has versions: one code of one kind."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12, choices=KINDS)
    code = models.CharField(max_length=63)
    revision = models.PositiveBigIntegerField(default=0)
    """Catalogue revision of the last change that touched this item: what an incremental refresh asks for."""
    deprecated_at = models.DateTimeField(null=True)
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "code"], name="catalog_item_code"),
            models.CheckConstraint(condition=~Q(successor=F("id")), name="catalog_item_not_own_successor"),
        ]
        indexes: ClassVar = [models.Index(fields=["revision"], name="catalog_item_revision")]

    def __str__(self) -> str:
        """Return kind and code."""
        return f"{self.kind}:{self.code}"


class Version(models.Model):
    """Immutable content of an item. Only `state` may change, and only away from `in_review`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    base = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    """Version in force when this one was begun."""
    state = models.CharField(
        max_length=12,
        choices=[(state, state) for state in ("in_review", "approved", "rejected", "withdrawn")],
        default="in_review",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, to_field="username", db_column="author", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "number"], name="catalog_version_number"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(state="in_review"), name="catalog_version_one_in_review"
            ),
        ]

    def __str__(self) -> str:
        """Return number and digest."""
        return f"v{self.number} {self.digest[:12]}"


class Publication(models.Model):
    """When a version is in force: from `valid_from` until just before `valid_to` (None: until further notice)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="publications")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="publications")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item"], condition=Q(valid_to__isnull=True), name="catalog_one_open"),
            models.UniqueConstraint(fields=["item", "valid_from"], name="catalog_one_start"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="catalog_interval_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["valid_from"], name="catalog_pub_from"),
            models.Index(fields=["valid_to"], name="catalog_pub_to"),
        ]

    def __str__(self) -> str:
        """Return the interval."""
        return f"{self.valid_from} .. {self.valid_to}"


class Edge(models.Model):
    """What a version rests on: the edge table of lineage and impact."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="edges")
    target = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="incoming")
    kind = models.CharField(max_length=5, choices=[(kind, kind) for kind in ("uses", "reads", "joins")])

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "target", "kind"], name="catalog_edge_once")
        ]

    def __str__(self) -> str:
        """Return the kind."""
        return self.kind


class Card(models.Model):
    """Read model of one publication for lists and search.

    It copies the dates of its publication and what its item says, so that a list reads this table only. An
    item has at most the card in force, those to come, or the last one of an archived definition: the others
    are deleted when the next version is published.
    """

    id = models.BigAutoField(primary_key=True)
    """Row id of the full-text index."""
    publication = models.OneToOneField(Publication, on_delete=models.CASCADE, related_name="card")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="cards")
    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=63)
    name_zh = models.CharField(max_length=400)
    name_en = models.CharField(max_length=400)
    sort_zh = models.CharField(max_length=400)
    """Pinyin of the name: the order of the Chinese list."""
    sort_en = models.CharField(max_length=400)
    domain = models.CharField(max_length=63)
    """The subject area, or the business domain when there is none."""
    number = models.PositiveIntegerField()
    """Number of the version."""
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    deprecated = models.BooleanField()
    type = models.CharField(max_length=12, blank=True)
    owner = models.CharField(max_length=150, blank=True)
    steward = models.CharField(max_length=150, blank=True)
    sensitivity = models.CharField(max_length=12, blank=True)
    tags = models.TextField(blank=True)
    """Normalised, one a line, with a line break before and after each."""
    summary = models.JSONField()
    """The rest of what a list row shows."""
    names = models.TextField()
    """Normalised names and code, one a line, with a line break before and after each."""
    aliases = models.TextField()
    """Aliases, pinyin and pinyin initials, likewise."""
    text = models.TextField()
    """Normalised caliber, purpose, tags."""
    grams = models.TextField()
    """Single characters and bigrams of all of the above, separated by blanks: what the index holds."""

    class Meta:
        indexes: ClassVar = [
            # Each begins with the order of a list and ends with what permission and filters ask for: a row is
            # read only when it is shown, and counts never read a row.
            models.Index(fields=["kind", "sort_zh", "code", *_ASKED], name="catalog_card_zh"),
            models.Index(fields=["kind", "sort_en", "code", *_ASKED], name="catalog_card_en"),
            models.Index(fields=["kind", "code", *_ASKED], name="catalog_card_code"),
            models.Index(fields=["kind", *_ASKED, "tags"], name="catalog_card_counts"),
            models.Index(fields=["kind", "valid_from"], name="catalog_card_from"),
            models.Index(fields=["kind", "valid_to"], name="catalog_card_to"),
        ]

    def __str__(self) -> str:
        """Return kind and code."""
        return f"{self.kind}:{self.code}"


class Draft(models.Model):
    """A definition being written. `raw` is whatever was typed; it may be incomplete and invalid."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12, choices=KINDS)
    code = models.CharField(max_length=200, blank=True)
    name_zh = models.CharField(max_length=400, blank=True)
    name_en = models.CharField(max_length=400, blank=True)
    raw = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, to_field="username", db_column="author", on_delete=models.PROTECT, related_name="+"
    )
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, to_field="username", db_column="editor", on_delete=models.PROTECT, related_name="+"
    )
    """Who saved the current revision."""
    base = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")
    submitted = models.OneToOneField(Version, null=True, on_delete=models.PROTECT, related_name="+")
    """The frozen version while it is in review; the draft is locked then."""
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["author", "updated_at"], name="catalog_draft_author")]

    def __str__(self) -> str:
        """Return kind, code and revision."""
        return f"{self.kind}:{self.code} r{self.revision}"


class CoAuthor(models.Model):
    """A person who may write somebody else's draft, and therefore may not decide on it."""

    id = models.BigAutoField(primary_key=True)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="co_authors")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, to_field="username", db_column="person", on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["draft", "person"], name="catalog_co_author_once")]

    def __str__(self) -> str:
        """Return the user name."""
        return str(self.person_id)


class CatalogueRevision(models.Model):
    """One row: counts every change of what is published.

    `epoch` is drawn when the row is made and `token` at every change, so that a process can never take
    the state of a rolled back transaction, or of another database, for the one it holds.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)
    epoch = models.UUIDField(default=new_id, editable=False)
    token = models.UUIDField(default=new_id)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="catalog_revision_single")]

    def __str__(self) -> str:
        """Return the revision."""
        return str(self.number)
