"""Tables of the identity room: the organisation, people, roles, policies, grants and tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from metrion.base.clock import now
from metrion.base.ids import new_id
from metrion.base.text import Text
from metrion.identity.permissions import ROLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PATH: Final = 500
"""Longest path of a department, in characters."""
ROLE_CHOICES = [(code, name.en) for code, name in ROLE_NAMES.items()]


class Department(models.Model):
    """A node of the organisation tree. `path` is materialised: `/group/retail/east/`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=63, unique=True)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=MAX_PATH, unique=True)
    manager = models.ForeignKey("Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    attributes = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=now, editable=False)

    def __str__(self) -> str:
        """Return the path, which names the node for a developer."""
        return self.path

    @property
    def name(self) -> Text:
        """Return the name in both languages."""
        return Text(zh=self.name_zh, en=self.name_en)


class PersonManager(BaseUserManager["Person"]):
    """Makes people. There is no `create_superuser`: rights come from role assignments only."""

    def create_person(self, username: str, *, department: Department, password: str | None, **fields: Any) -> Person:  # noqa: ANN401 - columns
        """Return a stored person; without a password nobody can sign in with this account."""
        person = self.model(username=username.lower(), department=department, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody who can sign in. Nobody is all-powerful: there is no superuser flag."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=64, unique=True)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    manager = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    attributes = models.JSONField(default=dict)
    language = models.CharField(max_length=2, choices=[("zh", "中文"), ("en", "English")], blank=True)
    is_active = models.BooleanField(default=True)
    password_temporary = models.BooleanField(default=False)
    session_epoch = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        """Indexes for the lists of the organisation pages."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["department", "username"], name="person_by_department"),
        ]

    def __str__(self) -> str:
        """Return the user name."""
        return self.username

    @property
    def name(self) -> Text:
        """Return the name in both languages."""
        return Text(zh=self.name_zh, en=self.name_en)

    def get_session_auth_hash(self) -> str:
        """Return what a session is bound to: a new password or a new epoch ends every older session."""
        return self._bound_to(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yield nothing: a session never outlives the key that signed it."""
        return iter(())

    def _bound_to(self, secret: str | None) -> str:
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac("metrion.identity.session", value, secret=secret, algorithm="sha256").hexdigest()


class RoleAssignment(models.Model):
    """A role of a person in the subtree of a department; without one, in the whole company."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=32, choices=ROLE_CHOICES)
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    assigned_by = models.CharField(max_length=64, blank=True)
    assigned_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        """One row per person, role and scope, also where the scope is the whole company."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "role", "department"], name="role_once_per_department"),
            models.UniqueConstraint(
                fields=["person", "role"], condition=models.Q(department=None), name="role_once_per_company"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["role"], name="assignment_by_role")]

    def __str__(self) -> str:
        """Return the role code."""
        return self.role


class RowPolicy(models.Model):
    """Which rows of a dataset an audience sees: a condition of the condition language, as JSON."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    dataset = models.CharField(max_length=63)
    condition = models.JSONField()
    audience = models.JSONField()
    enabled = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.CharField(max_length=64)
    changed_at = models.DateTimeField()

    class Meta:
        """Policies are read by dataset on every question."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["dataset", "enabled"], name="policy_by_dataset"),
        ]

    def __str__(self) -> str:
        """Return the dataset and the name."""
        return f"{self.dataset}: {self.name_zh}"


class ColumnGrant(models.Model):
    """An audience that sees a sensitive column of a dataset."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dataset = models.CharField(max_length=63)
    column = models.CharField(max_length=200)
    audience = models.JSONField()
    reason = models.CharField(max_length=500)
    granted_by = models.CharField(max_length=64)
    granted_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        """Grants are read by dataset on every question."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["dataset", "column"], name="grant_by_column"),
        ]

    def __str__(self) -> str:
        """Return the column that is opened."""
        return f"{self.dataset}.{self.column}"


class ApiToken(models.Model):
    """A key for programs. Only the digest of the secret is kept; the prefix tells tokens apart."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    created_at = models.DateTimeField(default=now, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """Return the shown prefix."""
        return self.prefix


class RateLimit(models.Model):
    """Row of Django's database cache: rate limits and used one-time codes, shared by all processes."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        """The name that the cache setting refers to."""

        db_table = "identity_rate_limit"

    def __str__(self) -> str:
        """Return the key."""
        return self.cache_key


class Revision(models.Model):
    """The state of everything that decides what somebody may do or see: a new random value with each change.

    Triggers write it; `reads.memory` reads it with every request. One row, id 1.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    value = models.CharField(max_length=32)

    def __str__(self) -> str:
        """Return the value."""
        return self.value
