"""The MetricFlow exams: questions of its integration tests, asked of its own models through the importer.

`cases.jsonl` has a check SQL and, up to a size, its rows; `query_output_cases.jsonl` has the printed table.
Models come through the importer, are published, and are asked in our words (`interchange.metricflow.questions`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import orjson

from exams.score import Case
from exams.stage import DOMAIN, Act, act
from exams.tables import csv_tables
from metrion.interchange.files import folder_texts
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.report import Surroundings
from metrion.interchange.metricflow.importer import imported, read_library
from metrion.interchange.metricflow.manifest import singular
from metrion.interchange.metricflow.questions import Asked, Translated, saved_question, translate
from metrion.interchange.metricflow.references import Reference, parse_reference, reference_of_column, split_address
from metrion.lake.types import kept_type, type_name
from metrion.semantic.condition import Compare
from metrion.semantic.model import DatasetDef, LakeTable
from metrion.semantic.request import OrderBy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import duckdb

    from exams.compare import Row
    from metrion.interchange.metricflow.library import Library
    from metrion.semantic.model import DataType

Raw = dict[str, Any]

_FOLDERS: Final = {
    "simple_model_non_ds": "non_sm_manifest",
    "unpartitioned_multi_hop_join_model": "multi_hop_join_manifest",
}
_MOMENT: Final = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
_NUMBERS: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One question and the table that answers it."""

    asked: Raw
    columns: tuple[str, ...]
    rows: Callable[[], list[Row]]
    printed: bool
    """Numbers have six digits, as they are printed; otherwise all."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One case of one manifest."""

    name: str
    manifest: str
    sheets: tuple[Sheet, ...]


def cases(folder: Path) -> Iterator[Case]:
    """Yield the cases with a check SQL."""
    home = folder / "metricflow"
    file = home / "cases.jsonl"
    if file.is_file():
        tables = csv_tables(home)
        yield from _played(home, tables, [_checked(raw, tables) for raw in _lines(file)])


def output_cases(folder: Path) -> Iterator[Case]:
    """Yield the cases with a printed table."""
    home = folder / "metricflow"
    file = home / "query_output_cases.jsonl"
    if file.is_file():
        yield from _played(home, csv_tables(home), [_printed(raw) for raw in _lines(file)])


def _lines(file: Path) -> list[Raw]:
    return [orjson.loads(line) for line in file.read_bytes().splitlines() if line.strip()]


# --- the cases ------------------------------------------------------------------------------------


def _checked(raw: Raw, tables: duckdb.DuckDBPyConnection) -> Paper:
    expected = raw.get("expected") or {}

    def rows() -> list[Row]:
        if expected.get("rows") is not None:
            return [tuple(map(_told, row)) for row in expected["rows"]]
        return tables.execute(raw["check_sql_duckdb"]).fetchall()

    model = str(raw["model"]).lower()
    manifest = _FOLDERS.get(model, f"{model.removesuffix('_model')}_manifest")
    return Paper(raw["name"], manifest, (Sheet(raw, tuple(expected.get("columns", ())), rows, printed=False),))


def _printed(raw: Raw) -> Paper:
    """Return a case whose answers are printed: each request has its table."""
    engine = str((raw.get("engine") or [""])[0])
    texts = list(raw["expected_text"].values())
    sheets = []
    for request, text in zip(raw["requests"], texts, strict=True):
        columns, rows = _table(text)
        sheets.append(Sheet(_as_case(request), columns, partial(list, rows), printed=True))
    return Paper(raw["name"], _manifest_of(engine), tuple(sheets))


def _manifest_of(engine: str) -> str:
    for word, folder in (
        ("name_edge_case", "name_edge_case_manifest"),
        ("partitioned", "partitioned_multi_hop_join_manifest"),
        ("multi_hop", "multi_hop_join_manifest"),
        ("multihop", "multi_hop_join_manifest"),
        ("scd", "scd_manifest"),
        ("extended_date", "extended_date_manifest"),
        ("ambiguous", "ambiguous_resolution_manifest"),
    ):
        if word in engine:
            return folder
    return "simple_manifest"


def _as_case(request: Raw) -> Raw:
    """Return a request under the names of the other cases."""
    span = [_moment(request.get(f"time_constraint_{end}")) for end in ("start", "end")]
    return {
        "metrics": request.get("metric_names"),
        "group_bys": request.get("group_by_names"),
        "group_by_objs": request.get("group_by"),
        "where_filters": request.get("where_constraints"),
        "order_bys": request.get("order_by_names"),
        "limit": request.get("limit"),
        "saved_query_name": request.get("saved_query_name"),
        "min_max_only": request.get("min_max_only"),
        "apply_group_by": request.get("apply_group_by"),
        "time_constraint": span if any(span) else None,
    }


def _moment(written: object) -> str | None:
    """Return `datetime.datetime(2020, 1, 1)` as an ISO text."""
    if isinstance(written, dict):
        year, month, day, *clock = map(int, _NUMBERS.findall(written["py"]))
        return f"{year:04}-{month:02}-{day:02}T" + ":".join(f"{each:02}" for each in [*clock, 0, 0, 0][:3])
    return None if written is None else str(written)


def _table(text: str) -> tuple[tuple[str, ...], list[Row]]:
    """Return columns and rows of a printed table: the line of dashes says where each column stands."""
    lines = text.split("---\n", 1)[1].split("\n")
    at = next(place for place, line in enumerate(lines) if line.startswith("--"))
    spans = [match.span() for match in re.finditer(r"-+", lines[at])]
    edges = [(start, spans[place + 1][0] if place + 1 < len(spans) else None) for place, (start, _) in enumerate(spans)]
    columns = tuple(lines[at - 1][start:end].strip() for start, end in edges)
    rows = [tuple(_read(line[start:end].strip()) for start, end in edges) for line in lines[at + 1 :] if line.strip()]
    return columns, rows


def _read(cell: str) -> object:
    """Return a printed cell as a value; an empty one is nothing."""
    if cell in {"", "None"}:
        return None
    if cell in {"True", "False"}:
        return cell == "True"
    try:
        return float(cell)
    except ValueError:
        return _told(cell)


def _told(value: object) -> object:
    """Return a moment that is written as a text as one."""
    if isinstance(value, str) and _MOMENT.match(value):
        return datetime.fromisoformat(value)
    return value


# --- playing --------------------------------------------------------------------------------------


def _played(home: Path, tables: duckdb.DuckDBPyConnection, papers: list[Paper]) -> Iterator[Case]:
    for manifest, chosen in groupby(sorted(papers, key=lambda paper: paper.manifest), lambda paper: paper.manifest):
        with act() as stage:
            yield from _of_manifest(home, tables, stage, manifest, list(chosen))


def _of_manifest(
    home: Path, tables: duckdb.DuckDBPyConnection, stage: Act, manifest: str, papers: list[Paper]
) -> Iterator[Case]:
    """Import one manifest, with what the questions filter by, publish it, and yield its cases."""
    files = dict(folder_texts(home / "manifests" / manifest))
    if not any("project_configuration" in text for text in files.values()):
        files |= {f"shared/{name}": text for name, text in folder_texts(home / "manifests" / "shared").items()}
    library = manifest_over(tables, files)
    ready: list[tuple[Paper, list[Translated] | NotExpressible]] = []
    for paper in papers:
        try:
            asked = [asked_of(library, sheet.asked) for sheet in paper.sheets]
            ready.append((paper, [_cut_first(library, each, translate(library, each)) for each in asked]))
        except NotExpressible as refusal:
            ready.append((paper, refusal))
    put_on_stage(stage, tables, library)
    for paper, translated in ready:
        expected = [(at, *row) for at, sheet in enumerate(paper.sheets) for row in map(_shown(sheet), sheet.rows())]
        yield Case(paper.name, expected, partial(_answered, stage, paper, translated), order=_order(paper))


def manifest_over(tables: duckdb.DuckDBPyConnection, files: Mapping[str, str]) -> Library:
    """Return a manifest as it is read over the tables of the schema `s`."""
    return read_library(files, Surroundings(DOMAIN, _schema(tables).get))


def put_on_stage(stage: Act, tables: duckdb.DuckDBPyConnection, library: Library) -> None:
    """Publish a manifest, with the columns that the questions translated so far need, and load its tables."""
    definitions = imported(library).definitions
    used = {
        each.source.table for each in definitions if isinstance(each, DatasetDef) and isinstance(each.source, LakeTable)
    }
    stage.load(tables, {name: f's."{name}"' for name in sorted(used & set(_schema(tables)))})
    stage.publish([each.model_copy(update={"row_access": "open"}) if isinstance(each, DatasetDef) else each
                   for each in definitions])  # fmt: skip


def _schema(tables: duckdb.DuckDBPyConnection) -> dict[str, dict[str, DataType]]:
    found: dict[str, dict[str, DataType]] = {}
    for (name,) in tables.execute(
        "select table_name from information_schema.tables where table_schema = 's'"
    ).fetchall():
        arrow = tables.sql(f'select * from s."{name}" limit 0').to_arrow_table().schema
        kinds = {field.name: type_name(kept_type(field.name, field.type)) for field in arrow}
        found[name] = {column: kind for column, kind in kinds.items() if kind is not None}
    return found


def asked_of(library: Library, raw: Raw) -> Asked:
    """Return a case's question; what it says itself goes before what its saved query says."""
    saved = library.manifest.queries.get(raw.get("saved_query_name") or "")
    base = saved_question(library, saved) if saved is not None else Asked()
    groups = [reference_of_column(name.lower(), library.grains) for name in raw.get("group_bys") or ()]
    groups += [_object(each, library) for each in raw.get("group_by_objs") or ()]
    filters = [*(raw.get("where_filters") or ()), *([raw["where_filter"]] if raw.get("where_filter") else [])]
    start, end = raw.get("time_constraint") or (None, None)
    order = tuple((name.lower().removeprefix("-"), name.startswith("-")) for name in raw.get("order_bys") or ())
    return Asked(
        metrics=tuple(name.lower() for name in raw.get("metrics") or ()) or base.metrics,
        groups=tuple(groups) or base.groups,
        filters=(*base.filters, *filters),
        order=order or base.order,
        limit=raw.get("limit") or base.limit,
        start=datetime.fromisoformat(start) if start else None,
        end=datetime.fromisoformat(end) if end else None,
        grouped=raw.get("apply_group_by") is not False,
    )


def _cut_first(library: Library, asked: Asked, translated: Translated) -> Translated:
    """Return a question cut as MetricFlow cuts it: the range comes before an offset of a cumulative metric looks back.

    A value of two days earlier is the same whatever range is asked for, so here the first days of a range have it.
    There they are left out, which this asks for in so many words.
    """
    names = [library.manifest.metrics.get(name) for name in asked.metrics]
    (metric,) = names if len(names) == 1 else (None,)
    inputs = metric.type_params.metrics if metric is not None and metric.type == "derived" else ()
    moves = [
        each.offset_window for each in inputs if each.offset_window is not None and _is_cumulative(library, each.name)
    ]
    if asked.start is None or len(inputs) != 1 or not moves or translated.query.grain is None:
        return translated
    (move,) = moves
    days = {"day": 1, "week": 7}.get(move.granularity)
    if days is None:
        return translated
    first = (asked.start + timedelta(days=days * move.count)).date()
    having = Compare(field="time", op="ge", value=first.isoformat())
    return replace(translated, query=translated.query.model_copy(update={"having": having}))


def _is_cumulative(library: Library, name: str) -> bool:
    metric = library.manifest.metrics.get(name)
    return metric is not None and metric.type == "cumulative"


def _object(raw: Raw | str, library: Library) -> Reference:
    if isinstance(raw, str):
        return parse_reference(raw)
    links, element = split_address(str(raw["name"]))
    grain, part = raw.get("grain"), raw.get("date_part")
    if grain is None and part is None:
        return reference_of_column(str(raw["name"]).lower(), library.grains)
    return Reference("TimeDimension", links, element, grain=singular(grain) if grain else None, part=part)


def _answered(stage: Act, paper: Paper, translated: list[Translated] | NotExpressible) -> list[Row]:
    if isinstance(translated, NotExpressible):
        raise translated
    rows: list[Row] = []
    for at, (sheet, one) in enumerate(zip(paper.sheets, translated, strict=True)):
        found = _extremes(stage, one) if sheet.asked.get("min_max_only") else _in_order(stage, sheet, one)
        rows += [(at, *row) for row in map(_shown(sheet), found)]
    return rows


def _in_order(stage: Act, sheet: Sheet, translated: Translated) -> list[Row]:
    """Return the rows with their columns where the expected table has them."""
    rows = stage.rows(translated.query)
    places = places_of(sheet.columns, translated.columns)
    return [tuple(row[place] for place in places) for row in rows]


def places_of(wanted: Sequence[str], columns: Mapping[str, int]) -> list[int]:
    """Return the place of each wanted column: by its name, else the next that no name claims."""
    lowered = {name.lower(): place for name, place in columns.items()}
    left = iter([place for name, place in lowered.items() if name not in {each.lower() for each in wanted}])
    return [lowered[name.lower()] if name.lower() in lowered else next(left) for name in wanted]


def _extremes(stage: Act, translated: Translated) -> list[Row]:
    """Return the least and the greatest value of each group as one row, each asked by order and limit."""
    found: list[object] = []
    names = _names(stage, translated)
    for place in dict.fromkeys(translated.columns.values()):
        for descending in (False, True):
            order = (OrderBy(by=names[place], descending=descending),)
            rows = stage.rows(translated.query.model_copy(update={"order": order, "limit": 1}))
            found.append(rows[0][place] if rows else None)
    return [tuple(found)]


def _names(stage: Act, translated: Translated) -> list[str]:
    return [column.name for column in stage.ask(translated.query.model_copy(update={"limit": 1})).columns]


def _order(paper: Paper) -> tuple[int, ...]:
    """Return the columns of the expected table by which the question orders its rows."""
    (sheet, *others) = paper.sheets
    names = [name.lower().removeprefix("-") for name in sheet.asked.get("order_bys") or ()]
    if others or not names:
        return ()
    columns = [column.lower() for column in sheet.columns]
    return tuple(at + 1 for at, column in enumerate(columns)
                 if any(column == name or column.startswith(f"{name}__") for name in names))  # fmt: skip


def _shown(sheet: Sheet) -> Callable[[Row], Row]:
    """Return how rows are compared: printed numbers have six digits."""
    if not sheet.printed:
        return lambda row: row
    return lambda row: tuple(
        float(f"{float(cell):g}") if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool) else cell
        for cell in row
    )
