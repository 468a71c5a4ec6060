"""Business domains and subject areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from metrion.audit.actions import record
from metrion.audit.schemas import Target
from metrion.base.clock import now
from metrion.base.errors import Forbidden, Invalid
from metrion.catalog import snapshot
from metrion.catalog.errors import CodeTaken
from metrion.catalog.models import Domain
from metrion.catalog.reads.library import domain_node
from metrion.catalog.visibility import DomainTree
from metrion.identity import reads as identity
from metrion.identity.permissions import PERMISSION_NAMES

if TYPE_CHECKING:
    from metrion.base.canonical import Plain
    from metrion.catalog.schemas import DomainBody, DomainChange, DomainNode
    from metrion.identity.schemas import Actor


@transaction.atomic
def create_domain(actor: Actor, body: DomainBody) -> DomainNode:
    """Create a business domain, or a subject area below `parent`.

    Needs `system.manage`, or `data.manage` for the owning department. Raises `CodeTaken`, `NotFound`, `Invalid`.
    """
    _require(actor, identity.department_path(body.department))
    snapshot.lock()
    if not body.name.pick().strip():
        raise Invalid(field="name", reason_zh="请填写名称。", reason_en="Give it a name.")
    if Domain.objects.filter(code=body.code).exists():
        raise CodeTaken(field="code", code=body.code)
    tree = DomainTree.load()
    if body.parent is not None:
        _require(actor, tree.path(body.parent))
        if tree.rows[body.parent].parent is not None:
            raise Invalid(
                field="parent", reason_zh="主题域下不能再分。", reason_en="A subject area cannot be divided further."
            )
    Domain.objects.create(
        code=body.code,
        name_zh=body.name.zh.strip(),
        name_en=body.name.en.strip(),
        parent=Domain.objects.get(code=body.parent) if body.parent else None,
        department_id=body.department,
        created_at=now(),
    )
    snapshot.bump()
    target = Target(kind="domain", id=body.code, label=body.name.pick())
    record(actor, "domain.created", target, body.model_dump(mode="json"))
    return _node(body.code)


@transaction.atomic
def change_domain(actor: Actor, code: str, change: DomainChange) -> DomainNode:
    """Rename a domain or give it to another department. Needs the same permission on both departments."""
    snapshot.lock()
    tree = DomainTree.load()
    _require(actor, tree.path(code))
    domain = Domain.objects.select_for_update().get(code=code)
    before: dict[str, Plain] = {
        "name": {"zh": domain.name_zh, "en": domain.name_en},
        "department": domain.department_id,
    }
    if change.name is not None:
        if not change.name.pick().strip():
            raise Invalid(field="name", reason_zh="请填写名称。", reason_en="Give it a name.")
        domain.name_zh, domain.name_en = change.name.zh.strip(), change.name.en.strip()
    if change.department is not None:
        _require(actor, identity.department_path(change.department))
        domain.department_id = change.department
    domain.save()
    after: dict[str, Plain] = {"name": {"zh": domain.name_zh, "en": domain.name_en}, "department": domain.department_id}
    snapshot.bump()
    target = Target(kind="domain", id=code, label=domain.name_zh or domain.name_en)
    record(actor, "domain.changed", target, {"before": before, "after": after})
    return _node(code)


def _require(actor: Actor, path: str) -> None:
    if not actor.may("system.manage", path) and not actor.may("data.manage", path):
        raise Forbidden(need=PERMISSION_NAMES["data.manage"])


def _node(code: str) -> DomainNode:
    tree = DomainTree.load()
    node = domain_node(tree, code, {}, frozenset(tree.rows))
    if node is None:
        raise AssertionError(code)
    return node
