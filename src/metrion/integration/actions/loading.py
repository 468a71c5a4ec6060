"""Loading rows into tables.

The Delta commit is the truth: it carries who loaded what from where. The record in the database follows
it, and is made from the commit if the process died between the two.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import IntegrityError

from metrion.base.canonical import digest
from metrion.base.clock import now
from metrion.base.errors import Forbidden, MetrionError
from metrion.base.ids import new_id
from metrion.base.settings import get_settings
from metrion.identity.permissions import PERMISSION_NAMES
from metrion.integration import staging
from metrion.integration.actions.recovery import recover
from metrion.integration.actions.uploads import department_of, stage_upload, staged
from metrion.integration.errors import KeyReused, TableReserved, UnknownColumn, UnknownType, UploadBusy
from metrion.integration.models import LakeTable, Load, Upload
from metrion.integration.reads.data import load_record, table
from metrion.integration.records import finish
from metrion.integration.schemas import LoadRequest, LoadResult
from metrion.integration.warehouse import lake
from metrion.lake.calendar import CALENDAR
from metrion.lake.files.columnar import ParquetSource
from metrion.lake.files.load import as_found, check_key, chosen_schema, write_typed
from metrion.lake.files.shapes import ColumnChoice, FileReport, ReadAs
from metrion.lake.types import kept_schema, type_name
from metrion.semantic.model import DataType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from uuid import UUID

    from metrion.identity.schemas import Actor
    from metrion.lake.files.source import Source
    from metrion.lake.lake import Snapshot

_TYPE: Final = re.compile(r"(?P<name>[a-z]+)(?:\((?P<scale>\d{1,2})\))?\Z")


@dataclass(frozen=True)
class _Origin:
    """Where the rows of a load come from."""

    filename: str
    sha256: str
    upload: UUID | None = None
    load: UUID = field(default_factory=new_id)


@dataclass(frozen=True)
class Into:
    """Where they go."""

    table: str
    mode: Literal["replace", "append"]
    primary_key: tuple[str, ...]
    sort_by: tuple[str, ...]
    department: str


def load_upload(
    actor: Actor, upload_id: UUID, request: LoadRequest, *, idempotency_key: str | None = None
) -> LoadResult:
    """Load a staged file into a table, wholly or not at all, and return the load and the table.

    Needs `data.manage`, also over the department that owns the table. Raises `FileRefused` with every
    bad value or key, `SchemaDiffers`, `TableBusy`, `UploadBusy`, `NotStaged`. The same key again gives
    the same result, also after the process died in between.
    """
    actor.require("data.manage")
    fingerprint = digest({"upload": str(upload_id), "request": request.model_dump(mode="json")})
    for load in Load.objects.filter(upload_id=upload_id, status="running"):
        recover(load)
    done = _done_before(actor, idempotency_key, fingerprint)
    if done is not None:
        return _result(actor, done)
    upload = staged(actor, upload_id)
    into = _into(actor, request.table, request.mode, request.primary_key, request.sort_by)
    with staging.working_on(upload.id), staging.full_disk_told():
        report = FileReport.model_validate(upload.report)
        source = staging.opened(upload.id, upload.filename, report.read_as)
        choices = request.columns if request.columns is not None else as_found(report)
        schema = _as_in_table(chosen_schema(report, choices), into)
        origin = _Origin(upload.filename, upload.sha256, upload.id)
        with _running(actor, into, origin, idempotency_key, fingerprint) as load:
            typed = staging.folder_of(upload.id) / "typed.parquet"
            load.rows_read = write_typed(source, choices, schema, staging.zone(), typed)
            snapshot = _commit(load, into, typed, source, {})
            finish(actor, load, snapshot, into.primary_key, into.sort_by, into.department)
        staging.remove(upload.id)
    return _result(actor, load)


def load_file(  # noqa: PLR0913 - what a file would say is said in words
    actor: Actor,
    path: Path,
    table: str,
    overrides: Mapping[str, str],
    mode: Literal["replace", "append"] = "replace",
    primary_key: Sequence[str] = (),
    *,
    sort_by: Sequence[str] = (),
    read_as: ReadAs | None = None,
) -> LoadResult:
    """Stage and load a file of this machine in one step. Needs `data.manage`.

    `overrides` gives other types to columns, by name: `date`, `decimal(2)`, `string` ...
    """
    with path.open("rb") as stream:
        preview = stage_upload(actor, stream, path.name, read_as=read_as)
    upload = Upload.objects.get(pk=preview.id)
    try:
        request = LoadRequest(
            table=table,
            mode=mode,
            columns=_overridden(FileReport.model_validate(upload.report), overrides),
            primary_key=tuple(primary_key),
            sort_by=tuple(sort_by),
        )
        return load_upload(actor, upload.id, request)
    except MetrionError:
        Upload.objects.filter(pk=upload.id).update(status="discarded")
        staging.remove(upload.id)
        raise


def load_rows(
    actor: Actor,
    table: str,
    reader: pa.RecordBatchReader,
    *,
    origin: str,
    mode: Literal["replace", "append"] = "replace",
    primary_key: Sequence[str] = (),
    sort_by: Sequence[str] = (),
) -> LoadResult:
    """Load rows that a program made, with the same checks and records as a file. Needs `data.manage`.

    `origin` says where they come from, as a file name would.
    """
    actor.require("data.manage")
    into = _into(actor, table, mode, tuple(primary_key), tuple(sort_by))
    identifier = new_id()
    with staging.working_on(identifier):
        load = store_rows(actor, into, reader, identifier, origin=origin)
    return _result(actor, load)


def store_rows(
    actor: Actor | None,
    into: Into,
    reader: pa.RecordBatchReader,
    identifier: UUID,
    *,
    origin: str,
    more: Mapping[str, str] | None = None,
) -> Load:
    """Commit rows that a program made and record the load. Who may do that, the caller has decided.

    The caller is `working_on` the identifier until its transaction has ended: what another process finds in the lake
    before that is not abandoned. `actor` None is the product itself; `more` is what the commit says besides.
    """
    place = staging.folder_of(identifier)
    with staging.full_disk_told():
        place.mkdir(mode=0o700, parents=True)
        try:
            typed = place / "typed.parquet"
            rows = _keep(reader, typed)
            with typed.open("rb") as file:
                hashed = _sha256(file.read)
            with _running(actor, into, _Origin(origin, hashed, load=identifier), None, "") as load:
                load.rows_read = rows
                source = ParquetSource(typed, ReadAs()) if rows else None
                snapshot = _commit(load, into, typed, source, more or {})
                finish(actor, load, snapshot, into.primary_key, into.sort_by, into.department)
        finally:
            staging.remove(identifier)
    return load


def _into(
    actor: Actor,
    name: str,
    mode: Literal["replace", "append"],
    primary_key: tuple[str, ...],
    sort_by: tuple[str, ...],
) -> Into:
    """Return where rows go; a known table keeps its key and order unless others are told."""
    if name == CALENDAR:
        raise TableReserved(field="table", table=name)
    known = LakeTable.objects.filter(name=name).first()
    if known is None:
        return Into(name, mode, primary_key, sort_by, department_of(actor))
    if not actor.may("data.manage", known.department):
        raise Forbidden(need=PERMISSION_NAMES["data.manage"])
    return Into(name, mode, primary_key or tuple(known.primary_key), sort_by or tuple(known.sort_by), known.department)


def _as_in_table(schema: pa.Schema, into: Into) -> pa.Schema:
    """Give columns to append the digits that the table has: values that do not fit are then found one by one."""
    if into.mode == "replace" or not lake().exists(into.table):
        return schema
    present = lake().snapshot(into.table).schema
    return pa.schema(
        [
            present.field(each.name)
            if each.name in present.names and type_name(present.field(each.name).type) == type_name(each.type)
            else each
            for each in schema
        ]
    )


@contextmanager
def _running(
    actor: Actor | None, into: Into, origin: _Origin, idempotency_key: str | None, fingerprint: str
) -> Iterator[Load]:
    """Keep a record of a load while it runs, and of how it was refused."""
    load = Load(
        id=origin.load,
        table=into.table,
        upload_id=origin.upload,
        mode=into.mode,
        filename=origin.filename[:255],
        sha256=origin.sha256,
        actor=actor.username if actor is not None else "",
        idempotency_key=idempotency_key,
        request_digest=fingerprint,
        started_at=now(),
    )
    try:
        load.save(force_insert=True)
    except IntegrityError as fault:
        raise UploadBusy from fault
    try:
        yield load
    except MetrionError:
        # A refused command may be sent again with its key, once the cause is mended.
        load.status, load.idempotency_key, load.finished_at = "refused", None, now()
        load.save()
        raise


def _commit(load: Load, into: Into, typed: Path, source: Source | None, more: Mapping[str, str]) -> Snapshot:
    """Check the key and write the typed rows as one version of the table."""
    spill = typed.parent / "spill"

    def check(before: Snapshot | None) -> None:
        if into.primary_key and source is not None:
            existing = before if into.mode == "append" else None
            check_key(
                typed, into.primary_key, source, existing=existing, memory=get_settings().query_memory, spill=spill
            )

    info = {
        "load_id": str(load.id),
        "loaded_by": load.actor,
        "department": into.department,
        "upload_id": str(load.upload_id or ""),
        "filename": load.filename,
        "sha256": load.sha256,
        "rows_read": str(load.rows_read),
        "primary_key": json.dumps(into.primary_key),
        "sort_by": json.dumps(into.sort_by),
        **more,
    }
    with pq.ParquetFile(typed) as rows:
        reader = pa.RecordBatchReader.from_batches(rows.schema_arrow, rows.iter_batches())
        sort_by = [name for name in into.sort_by if name in rows.schema_arrow.names]
        return lake().write(into.table, reader, into.mode, info, sort_by=sort_by, check=check)


def _keep(reader: pa.RecordBatchReader, target: Path) -> int:
    schema = kept_schema(reader.schema)
    rows = 0
    with pq.ParquetWriter(target, schema, compression="lz4") as writer:
        for batch in reader:
            rows += batch.num_rows
            columns = [column.cast(each.type) for column, each in zip(batch.columns, schema, strict=True)]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
    return rows


def _sha256(read: Callable[[int], bytes]) -> str:
    hashed = sha256()
    while chunk := read(2**20):
        hashed.update(chunk)
    return hashed.hexdigest()


def _done_before(actor: Actor, key: str | None, fingerprint: str) -> Load | None:
    if key is None:
        return None
    earlier = Load.objects.filter(actor=actor.username, idempotency_key=key).first()
    if earlier is None:
        return None
    if earlier.request_digest != fingerprint:
        raise KeyReused
    if earlier.status == "running":
        raise UploadBusy
    return earlier


def _result(actor: Actor, load: Load) -> LoadResult:
    return LoadResult(load=load_record(load), table=table(actor, load.table))


def _overridden(report: FileReport, overrides: Mapping[str, str]) -> tuple[ColumnChoice, ...]:
    """Return all columns as found, some with another type."""
    names = {column.name: column.position for column in report.columns}
    names |= {column.suggested_name: column.position for column in report.columns}
    types: dict[int, tuple[DataType, int | None]] = {}
    for name, told in overrides.items():
        if name not in names:
            raise UnknownColumn(column=name, columns=[column.name for column in report.columns])
        types[names[name]] = _type_told(told)
    return tuple(
        choice.model_copy(update=dict(zip(("type", "scale"), types[choice.position], strict=True)))
        if choice.position in types
        else choice
        for choice in as_found(report)
    )


def _type_told(told: str) -> tuple[DataType, int | None]:
    found = _TYPE.match(told.strip().lower())
    known = get_args(DataType)
    if found is None or found["name"] not in known or (found["scale"] and found["name"] != "decimal"):
        raise UnknownType(type=told, types=list(known))
    return cast("DataType", found["name"]), int(found["scale"]) if found["scale"] else None
