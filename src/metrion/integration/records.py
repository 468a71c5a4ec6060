"""Recording a commit of the lake: its load, its table, its upload and the audit entry, together or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from metrion.audit import actions as audit
from metrion.audit.schemas import Target
from metrion.base.clock import now
from metrion.integration.models import LakeTable, Load, Upload
from metrion.lake.types import type_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrion.identity.schemas import Actor
    from metrion.lake import Snapshot


def finish(
    actor: Actor | None,
    load: Load,
    snapshot: Snapshot,
    primary_key: Sequence[str],
    sort_by: Sequence[str],
    department: str,
) -> None:
    """Record a committed load. `actor` is None when it is found after a crash."""
    with transaction.atomic():
        load.status = "done"
        load.version = snapshot.version
        load.rows_loaded = load.rows_read
        load.finished_at = now()
        load.save()
        _register(snapshot, load.actor, primary_key, sort_by, department)
        if load.upload_id is not None:
            Upload.objects.filter(pk=load.upload_id).update(status="loaded", table=load.table)
        audit.record(
            actor,
            "data.loaded",
            Target(kind="table", id=load.table, label=load.table),
            {
                "load": str(load.id),
                "version": snapshot.version,
                "mode": load.mode,
                "rows": load.rows_loaded,
                "file": load.filename,
                "sha256": load.sha256,
                "loaded_by": load.actor,
            },
        )


def _register(
    snapshot: Snapshot, committed_by: str, primary_key: Sequence[str], sort_by: Sequence[str], department: str
) -> None:
    """Let the registry know a table's version, unless it knows a newer one."""
    known = LakeTable.objects.select_for_update().filter(name=snapshot.table).first()
    if known is not None and known.version >= snapshot.version:
        return
    LakeTable.objects.update_or_create(
        name=snapshot.table,
        defaults={
            "version": snapshot.version,
            "rows": snapshot.rows,
            "size": snapshot.size,
            "columns": [{"name": field.name, "type": type_name(field.type)} for field in snapshot.schema],
            "primary_key": list(primary_key),
            "sort_by": list(sort_by),
            "department": known.department if known is not None else department,
            "committed_at": snapshot.committed_at,
            "committed_by": committed_by,
        },
    )
