"""After a crash: what was committed is registered, what was not is told, what lies around is removed."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from metrion.base.clock import now
from metrion.base.ids import new_id
from metrion.integration import staging
from metrion.integration.errors import UploadBusy
from metrion.integration.models import Load, Upload
from metrion.integration.records import finish
from metrion.integration.warehouse import lake

if TYPE_CHECKING:
    from metrion.lake import Commit


def reconcile() -> int:
    """Bring the records into line with the lake and return how many commits were registered.

    Called at start; harmless at any time, and beside running loads of other processes.
    """
    known: dict[str, set[int | None]] = defaultdict(set)
    for name, version in Load.objects.filter(version__isnull=False).values_list("table", "version"):
        known[name].add(version)
    registered = sum(_catch_up(name, known[name]) for name in lake().tables())
    _close_interrupted()
    staging.remove_abandoned(Upload.objects.filter(status="staged").values_list("pk", flat=True))
    return registered


def recover(load: Load) -> None:
    """Find out how a load ended whose process may have died; nothing changes while that process lives."""
    if lake().exists(load.table):
        known = Load.objects.filter(table=load.table, version__isnull=False).values_list("version", flat=True)
        _catch_up(load.table, set(known))
    _close(load)


def _catch_up(name: str, known: set[int | None]) -> int:
    """Register the commits of a table that the records do not know."""
    if len(known) > lake().snapshot(name).version:
        return 0
    missing = [commit for commit in lake().history(name) if commit.version not in known]
    return sum(_register(name, commit) for commit in reversed(missing))


def _register(name: str, commit: Commit) -> int:
    """Register one commit from what its writer put into it; one of a living process is left to it."""
    info = commit.info
    identifier = UUID(info["load_id"]) if "load_id" in info else new_id()
    upload_id = UUID(info["upload_id"]) if info.get("upload_id") else None
    try:
        with staging.working_on(upload_id or identifier):
            load = Load.objects.filter(pk=identifier).first() or Load(
                id=identifier,
                table=name,
                upload_id=upload_id,
                mode=commit.mode,
                filename=info.get("filename", ""),
                sha256=info.get("sha256", ""),
                actor=info.get("loaded_by", ""),
                started_at=commit.committed_at,
            )
            if load.status == "done":
                return 0
            load.rows_read = int(info.get("rows_read", commit.rows_added))
            finish(
                None,
                load,
                lake().snapshot(name, commit.version),
                json.loads(info.get("primary_key", "[]")),
                json.loads(info.get("sort_by", "[]")),
                info.get("department", "/"),
            )
            staging.remove(upload_id or identifier)
    except UploadBusy:
        return 0
    return 1


def _close_interrupted() -> None:
    for load in Load.objects.filter(status="running"):
        _close(load)


def _close(load: Load) -> None:
    """Tell a load whose process died before the commit; its file stays staged and can be loaded again."""
    try:
        with staging.working_on(load.upload_id or load.id):
            running = Load.objects.filter(pk=load.pk, status="running")
            running.update(status="interrupted", idempotency_key=None, finished_at=now())
            if load.upload_id is None:
                staging.remove(load.id)
    except UploadBusy:
        return
