"""Definitions that the product itself brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from metrion.audit.actions import record
from metrion.audit.schemas import Target
from metrion.base.canonical import digest
from metrion.base.clock import now
from metrion.base.ids import new_id
from metrion.catalog import snapshot
from metrion.catalog.actions.publishing import publish_versions
from metrion.catalog.errors import CodeTaken
from metrion.catalog.models import Item, Version
from metrion.catalog.schemas import Approved

if TYPE_CHECKING:
    from metrion.identity.schemas import Actor
    from metrion.semantic.model import Definition


@transaction.atomic
def publish_builtin(actor: Actor, definition: Definition) -> None:
    """Publish the first version of a definition that is part of the product, in the name of who founds the company.

    Nobody wrote it, so nobody has to approve it; whoever changes it later goes through the gate like everybody. Raises
    `CodeTaken` when something of this kind and code was ever frozen, and `Faults` when it does not hold. Its content
    comes from code: callers never pass on what somebody typed.
    """
    snapshot.lock()
    item, made = Item.objects.get_or_create(
        kind=definition.kind, code=definition.code, defaults={"id": new_id(), "created_at": now()}
    )
    if not made:
        raise CodeTaken(field="code", code=definition.code)
    version = Version.objects.create(
        id=new_id(),
        item=item,
        number=1,
        content=definition.model_dump(mode="json"),
        digest=digest(definition),
        author_id=actor.username,
        created_at=now(),
    )
    target = Target(kind=definition.kind, id=definition.code, label=definition.name.pick())
    record(actor, "version.frozen", target, {"version": 1, "digest": version.digest, "builtin": True})
    publish_versions(actor, [Approved(version_id=version.id, digest=version.digest)])
