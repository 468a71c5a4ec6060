"""Who may know that a definition exists.

* A definition belongs to a domain, a domain to a department. `metric.read` (for datasets and relationships
  `data.read`) held for that department opens it. Definitions also flow *down* the organisation: who reads in
  a region reads the definitions of the business line above it, since the region's numbers are computed by
  them. Rows are another matter: row policies decide about those.
* A `restricted` metric is open only to its owner, its steward, and people who draft or decide in the
  domain's department.
* Writing and deciding never flow down: they need the permission for the department itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Func, Q
from django.db.models.lookups import Exact

from metrion.base.errors import NotFound
from metrion.base.text import Text
from metrion.catalog.models import Domain
from metrion.catalog.schemas import DomainRef
from metrion.catalog.snapshot import Head, Snapshot, current
from metrion.identity import reads as identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from uuid import UUID

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

    from metrion.identity.permissions import Permission
    from metrion.identity.schemas import Actor
    from metrion.semantic.model import Kind

DATASET_READERS: tuple[Permission, ...] = ("data.read", "policy.manage", "audit.read")
_KIND_NAMES: dict[Kind, tuple[str, str]] = {
    "dataset": ("数据集", "dataset"),
    "relationship": ("关系", "relationship"),
    "dimension": ("维度", "dimension"),
    "modifier": ("修饰词", "modifier"),
    "metric": ("指标", "metric"),
}


@dataclass(frozen=True, slots=True)
class DomainRow:
    """One domain as the tree holds it; `path` is that of the owning department."""

    code: str
    name: Text
    parent: str | None
    path: str


class DomainTree:
    """All domains, read with one query. There are tens of them, at most hundreds."""

    def __init__(self, rows: Iterable[DomainRow]) -> None:
        self.rows: Mapping[str, DomainRow] = {row.code: row for row in rows}

    @classmethod
    def load(cls) -> DomainTree:
        """Read the tree."""
        columns = ("code", "name_zh", "name_en", "parent__code", "department__path")
        found = Domain.objects.order_by("code").values_list(*columns)
        return cls(DomainRow(code, Text(zh=zh, en=en), parent, path) for code, zh, en, parent, path in found)

    @cached_property
    def children(self) -> Mapping[str | None, tuple[str, ...]]:
        """Return the codes below each domain; None holds the business domains."""
        found: dict[str | None, list[str]] = {}
        for row in self.rows.values():
            found.setdefault(row.parent, []).append(row.code)
        return {parent: tuple(codes) for parent, codes in found.items()}

    def subtree(self, code: str) -> Iterator[str]:
        """Yield a domain and everything below it."""
        yield code
        for child in self.children.get(code, ()):
            yield from self.subtree(child)

    def lineage(self, code: str) -> tuple[DomainRef, ...]:
        """Return the domain with its ancestors, the business domain first."""
        row = self.rows.get(code)
        if row is None:
            return ()
        above = self.lineage(row.parent) if row.parent else ()
        return (*above, DomainRef(code=row.code, name=row.name))

    def ref(self, code: str) -> DomainRef:
        """Return the link to a domain; an unknown one goes by its code."""
        row = self.rows.get(code)
        return DomainRef(code=code, name=row.name if row else Text(zh=code, en=code))

    def path(self, code: str) -> str:
        """Return the path of the owning department; raises `NotFound`."""
        row = self.rows.get(code)
        if row is None:
            raise NotFound(kind_zh="业务域", kind_en="domain", key=code, field="domain")
        return row.path


_known: list[tuple[UUID, str, DomainTree]] = []
"""The tree of one state of the catalogue and of identity."""


def _known_tree(token: UUID) -> DomainTree:
    """Return the tree as it is while the catalogue is at `token`: every change of a domain makes a new token."""
    departments = identity.revision()
    if departments is None or not token.int:
        return DomainTree.load()
    for known_token, known_departments, tree in _known:
        if (known_token, known_departments) == (token, departments):
            return tree
    tree = DomainTree.load()
    _known[:] = [(token, departments, tree)]
    return tree


class Sight:
    """What one person may see of the catalogue."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    @cached_property
    def held(self) -> Snapshot:
        """Return what is in force, asked for once for all parts of an answer."""
        return current()

    @cached_property
    def tree(self) -> DomainTree:
        """Return the domains, read again when they or departments changed."""
        return _known_tree(self.held.token)

    def domains(self, permission: Permission) -> frozenset[str]:
        """Return the domains where a reading permission opens definitions."""
        grants = self.actor.grants.get(permission, ())
        return frozenset(
            row.code
            for row in self.tree.rows.values()
            if any(row.path.startswith(grant) or grant.startswith(row.path) for grant in grants)
        )

    @cached_property
    def metric_domains(self) -> frozenset[str]:
        """Domains whose metrics, dimensions and modifiers are open."""
        return self.domains("metric.read")

    @cached_property
    def data_domains(self) -> frozenset[str]:
        """Domains whose datasets and relationships are open."""
        return frozenset[str]().union(*(self.domains(permission) for permission in DATASET_READERS))

    @cached_property
    def trusted_domains(self) -> frozenset[str]:
        """Domains whose restricted metrics are open: the person drafts or decides there."""
        return frozenset(
            row.code
            for row in self.tree.rows.values()
            if self.actor.may("metric.draft", row.path) or self.actor.may("change.decide", row.path)
        )

    def domains_of(self, kind: Kind) -> frozenset[str]:
        """Return the domains whose definitions of `kind` are open."""
        return self.data_domains if kind in {"dataset", "relationship"} else self.metric_domains

    def sees(self, head: Head) -> bool:
        """Tell whether a definition is open."""
        domain = head.domain
        if domain not in self.domains_of(head.key[0]):
            return False
        if head.content.get("sensitivity") != "restricted":
            return True
        people = {head.content.get("owner"), head.content.get("steward")}
        return domain in self.trusted_domains or self.actor.username in people

    def cards(self, kind: Kind, *, searched: bool = False) -> Q:
        """Return the same rule as a filter over cards; `searched` when the search index finds the rows."""
        of_kind = Q(Exact(_Unindexed("kind"), kind)) if searched else Q(kind=kind)
        open_ones = ~Q(sensitivity="restricted") | Q(domain__in=self.trusted_domains)
        mine = Q(owner=self.actor.username) | Q(steward=self.actor.username)
        return of_kind & Q(domain__in=self.domains_of(kind)) & (open_ones | mine)

    def may_draft(self, kind: Kind, domain: str) -> bool:
        """Tell whether the person may change definitions of `kind` in the domain."""
        row = self.tree.rows.get(domain)
        return self.actor.may(draft_permission(kind), row.path if row else None)


class _Unindexed(Func):
    """A column that no index is chosen for: SQLite takes any index on `kind` to be narrower than the search index."""

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: object
    ) -> tuple[str, tuple[str | int, ...]]:
        """Write the unary plus, which only SQLite's planner understands."""
        return self.as_sql(compiler, connection, template="+%(expressions)s")


def draft_permission(kind: Kind) -> Permission:
    """Return what writing a draft of `kind` needs: modifiers are business words, as metrics are."""
    return "metric.draft" if kind in {"metric", "modifier"} else "data.manage"


def no_such(kind: Kind, code: str) -> NotFound:
    """Return the refusal for a definition that is absent or may not be known."""
    zh, en = _KIND_NAMES[kind]
    return NotFound(kind_zh=zh, kind_en=en, key=code)
