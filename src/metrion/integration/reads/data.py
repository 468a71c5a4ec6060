"""Tables of the lake as one person may see them: through row policies, with sensitive columns masked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from metrion.base.canonical import digest
from metrion.base.errors import Invalid
from metrion.base.paging import Page, decode_cursor, encode_cursor
from metrion.catalog import reads as catalog
from metrion.engines.profile import profile_columns
from metrion.identity.reads import data_scope
from metrion.integration.models import LakeTable, Load, StoredProfile
from metrion.integration.reads.connections import managed_places
from metrion.integration.schemas import (
    LoadRecord,
    TableColumn,
    TableInfo,
    TableProfile,
    TableRows,
    TableVersion,
)
from metrion.integration.visible import View, datasets_by_table, rows_query, view_of
from metrion.integration.warehouse import engine, lake
from metrion.lake.errors import no_table
from metrion.lake.files.typed import preview_cells
from metrion.lake.types import type_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from metrion.identity.schemas import Actor
    from metrion.lake import Snapshot
    from metrion.lake.files.shapes import Cell
    from metrion.semantic.model import DataType


def snapshot(table: str, version: int | None = None) -> Snapshot:
    """Return a version of a table's data for the query engine: newest by default. No permission is checked here."""
    return lake().snapshot(table, version)


def snapshot_or_none(table: str) -> Snapshot | None:
    """Return the newest version of a table's data, or None while nothing was loaded."""
    return lake().snapshot_or_none(table)


def managed_tables(actor: Actor, names: Iterable[str]) -> frozenset[str]:
    """Return those of the tables, of lake and databases, whose department's data the actor manages."""
    every = frozenset(names)
    found = LakeTable.objects.filter(name__in=sorted(every)).values_list("name", "department")
    own = {name for name, department in found if actor.may("data.manage", department)}
    return managed_places(actor, every) | own


def tables(actor: Actor, *, search: str = "", cursor: str | None = None, limit: int = 50) -> Page[TableInfo]:
    """Return the tables that the actor may know of, by name. Needs `data.read`."""
    actor.require("data.read")
    by_table = datasets_by_table()
    every = [dataset for datasets in by_table.values() for dataset in datasets]
    scope, known = data_scope(actor, every), catalog.open_datasets(actor, [dataset.code for dataset in every])
    found = []
    for row in LakeTable.objects.filter(name__icontains=search).order_by("name"):
        view = view_of(actor, row.department, by_table.get(row.name, ()), known, scope)
        if view.allowed:
            found.append((row, view))
    after = _name_key(cursor) if cursor is not None else ""
    rest = [(row, view) for row, view in found if row.name > after]
    more = encode_cursor([rest[limit - 1][0].name]) if len(rest) > limit else None
    return Page[TableInfo](items=[_info(row, view) for row, view in rest[:limit]], next_cursor=more, total=len(found))


def table(actor: Actor, name: str) -> TableInfo:
    """Return one table. Needs `data.read`; raises `NotFound` also where the actor may not know of it."""
    return _info(*_seen(actor, name))


def profile(actor: Actor, name: str, version: int | None = None) -> TableProfile:
    """Return the profile of a table over the rows that the actor may see; masked columns have type and nulls only.

    Needs `data.read`. It is computed once for each version and data scope, and kept.
    """
    _, view = _seen(actor, name)
    data = lake().snapshot(name, version)
    names = list(data.schema.names)
    sql, parameters = rows_query(view, data, names)
    masked = frozenset(each for each in names if view.masks(each))
    # The statement names every table with its version: a policy may read others than this one.
    scope_key = digest([view.scope.key, sql, [str(each) for each in parameters], sorted(masked)])
    kept = StoredProfile.objects.filter(table=name, version=data.version, scope_key=scope_key).first()
    if kept is not None:
        return TableProfile.model_validate(kept.content)
    rows_seen, columns = profile_columns(engine(), sql, parameters, data.schema, masked)
    made = TableProfile(table=name, version=data.version, rows=rows_seen, partial=view.partial, columns=columns)
    with transaction.atomic():
        StoredProfile.objects.update_or_create(
            table=name, version=data.version, scope_key=scope_key, defaults={"content": made.model_dump(mode="json")}
        )
    return made


def rows(actor: Actor, name: str, limit: int, version: int | None = None) -> TableRows:
    """Return the first rows that the actor may see; values of masked columns are null. Needs `data.read`."""
    _, view = _seen(actor, name)
    data = lake().snapshot(name, version)
    columns = tuple(
        TableColumn(name=field.name, type=_type(field.type), masked=view.masks(field.name)) for field in data.schema
    )
    shown = [column.name for column in columns if not column.masked]
    found: dict[str, list[Cell]] = {}
    count = 0
    if shown:
        sql, parameters = rows_query(view, data, shown)
        answer = engine().run(f"SELECT * FROM ({sql}) AS visible LIMIT {int(limit)}", parameters)
        found = {each: preview_cells(answer[each].combine_chunks()) for each in shown}
        count = answer.num_rows
    hidden: list[Cell] = [None] * count
    values = tuple(zip(*(found.get(column.name, hidden) for column in columns), strict=True))
    return TableRows(table=name, version=data.version, columns=columns, rows=values, partial=view.partial)


def versions(actor: Actor, name: str, cursor: str | None, limit: int) -> Page[TableVersion]:
    """Return the versions of a table's data, newest first. Needs `data.read`."""
    _, view = _seen(actor, name)
    commits = lake().history(name)
    before = _number_key(cursor) if cursor is not None else len(commits)
    rest = [commit for commit in commits if commit.version < before]
    page = rest[:limit]
    loads = {
        load.version: load for load in Load.objects.filter(table=name, version__in=[each.version for each in page])
    }
    items = [
        TableVersion(
            version=commit.version,
            committed_at=commit.committed_at,
            mode=commit.mode,
            rows=None if view.partial else commit.rows,
            load=_told(loads.get(commit.version), view),
        )
        for commit in page
    ]
    more = encode_cursor([page[-1].version]) if len(rest) > limit else None
    return Page[TableVersion](items=items, next_cursor=more, total=len(commits))


def load_record(load: Load) -> LoadRecord:
    """Return a load as it is shown to the one who made it."""
    return LoadRecord(
        id=load.id,
        table=load.table,
        status=load.status,
        mode=load.mode,
        filename=load.filename,
        sha256=load.sha256,
        rows_read=load.rows_read,
        rows_loaded=load.rows_loaded,
        version=load.version,
        actor=load.actor,
        started_at=load.started_at,
        finished_at=load.finished_at,
    )


def _told(load: Load | None, view: View) -> LoadRecord | None:
    if load is None or view.partial:
        return None
    return load_record(load)


def _seen(actor: Actor, name: str) -> tuple[LakeTable, View]:
    actor.require("data.read")
    row = LakeTable.objects.filter(name=name).first()
    if row is None:
        raise no_table(name)
    datasets = datasets_by_table().get(name, ())
    known = catalog.open_datasets(actor, [dataset.code for dataset in datasets])
    view = view_of(actor, row.department, datasets, known)
    if not view.allowed:
        raise no_table(name)
    return row, view


def _info(row: LakeTable, view: View) -> TableInfo:
    return TableInfo(
        name=row.name,
        version=row.version,
        rows=None if view.partial else row.rows,
        size=None if view.partial else row.size,
        columns=tuple(
            TableColumn(name=each["name"], type=each["type"], masked=view.masks(each["name"])) for each in row.columns
        ),
        primary_key=tuple(row.primary_key),
        sort_by=tuple(row.sort_by),
        department=row.department,
        committed_at=row.committed_at,
        committed_by=row.committed_by,
        datasets=tuple(dataset.code for dataset in view.datasets),
    )


def _type(arrow: pa.DataType) -> DataType:
    return type_name(arrow) or "string"


def _name_key(cursor: str) -> str:
    key = decode_cursor(cursor)
    if len(key) != 1 or not isinstance(key[0], str):
        raise _bad_cursor()
    return key[0]


def _number_key(cursor: str) -> int:
    key = decode_cursor(cursor)
    if len(key) != 1 or not isinstance(key[0], int):
        raise _bad_cursor()
    return key[0]


def _bad_cursor() -> Invalid:
    return Invalid(field="cursor", reason_zh="分页游标无效。", reason_en="The paging cursor is not valid.")
