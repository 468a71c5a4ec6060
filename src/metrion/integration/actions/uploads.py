"""Bringing files: staged, looked into, thrown away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction

from metrion.audit import actions as audit
from metrion.audit.schemas import Target
from metrion.base.clock import now
from metrion.base.ids import new_id
from metrion.integration import staging
from metrion.integration.errors import NotStaged
from metrion.integration.models import Load, Upload
from metrion.integration.reads.staged import owned_upload, preview_of
from metrion.lake.files.reading import inspect
from metrion.lake.files.shapes import ReadAs

if TYPE_CHECKING:
    from uuid import UUID

    from metrion.identity.schemas import Actor
    from metrion.integration.schemas import UploadPreview

_NAME_LENGTH: Final = 255


def stage_upload(
    actor: Actor,
    stream: staging.Stream,
    filename: str,
    *,
    read_as: ReadAs | None = None,
    idempotency_key: str | None = None,
) -> UploadPreview:
    """Keep a file, read all of it and return what is in it. Nothing is loaded.

    Needs `data.manage`. Raises the faults of the file, `FileTooLarge` or `StorageFull`, and then keeps
    nothing. The same key again gives the same upload.
    """
    actor.require("data.manage")
    earlier = _by_key(actor, idempotency_key)
    if earlier is not None:
        return preview_of(earlier)
    identifier = new_id()
    name = _short(Path(filename.replace("\\", "/")).name) or "file"
    with staging.working_on(identifier), staging.full_disk_told():
        size, sha256 = staging.receive(stream, identifier)
        try:
            report = inspect(staging.opened(identifier, name, read_as or ReadAs()), staging.zone())
            upload = Upload(
                id=identifier,
                filename=name,
                format=report.format,
                size=size,
                sha256=sha256,
                report=report.model_dump(mode="json"),
                row_count=report.row_count,
                department=department_of(actor),
                created_at=now(),
                created_by=actor.username,
                idempotency_key=idempotency_key,
            )
            with transaction.atomic():
                upload.save(force_insert=True)
                audit.record(actor, "upload.staged", _target(upload), {"size": size, "sha256": sha256})
        except IntegrityError:
            # The same key came twice at one time: the first one counts.
            staging.remove(identifier)
            winner = _by_key(actor, idempotency_key)
            if winner is None:
                raise
            return preview_of(winner)
        except BaseException:
            staging.remove(identifier)
            raise
    return preview_of(upload)


def read_upload_as(actor: Actor, upload_id: UUID, read_as: ReadAs) -> UploadPreview:
    """Read a staged file again in another way. Needs `data.manage`; raises the faults of the file, `NotStaged`."""
    actor.require("data.manage")
    upload = staged(actor, upload_id)
    with staging.working_on(upload.id), staging.full_disk_told():
        report = inspect(staging.opened(upload.id, upload.filename, read_as), staging.zone())
        with transaction.atomic():
            upload.report = report.model_dump(mode="json")
            upload.row_count = report.row_count
            upload.save(update_fields=["report", "row_count"])
    return preview_of(upload)


def discard_upload(actor: Actor, upload_id: UUID) -> None:
    """Throw a staged file away; harmless when it is gone already. Needs `data.manage`."""
    actor.require("data.manage")
    upload = owned_upload(actor, upload_id)
    with staging.working_on(upload.id):
        with transaction.atomic():
            changed = Upload.objects.filter(pk=upload.id, status="staged").update(status="discarded")
            if changed:
                audit.record(actor, "upload.discarded", _target(upload), {"sha256": upload.sha256})
        if not Load.objects.filter(upload_id=upload.id, status="running").exists():
            staging.remove(upload.id)


def staged(actor: Actor, upload_id: UUID) -> Upload:
    """Return an upload that can still be loaded; raises `NotFound` or `NotStaged`."""
    upload = owned_upload(actor, upload_id)
    if upload.status != "staged":
        raise NotStaged
    return upload


def department_of(actor: Actor) -> str:
    """Return the department that answers for what the actor brings: his own, or where he may manage data."""
    if actor.may("data.manage", actor.department):
        return actor.department
    return actor.grants["data.manage"][0]


def _by_key(actor: Actor, key: str | None) -> Upload | None:
    if key is None:
        return None
    return Upload.objects.filter(created_by=actor.username, idempotency_key=key).first()


def _target(upload: Upload) -> Target:
    return Target(kind="upload", id=str(upload.id), label=upload.filename)


def _short(name: str) -> str:
    """Return a file's name cut to what is stored, its ending kept: it says what the file is."""
    path = Path(name.replace("\0", ""))
    return path.stem[: _NAME_LENGTH - len(path.suffix)] + path.suffix[:_NAME_LENGTH]
