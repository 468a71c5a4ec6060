"""The Cube exam: a model, a seed and a query for each case, and the table that Cube answers with.

The models come in through the importer, the queries through `cube_question`; no number is computed here.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Final, TypedDict

import duckdb
import orjson

from exams.cube_library import Library
from exams.cube_question import MOMENT, Question, listed
from exams.score import Case
from exams.stage import DOMAIN, act
from metrion.interchange.cube.importer import import_cube
from metrion.interchange.cube.nodes import Fields, read_yaml, spelled, text
from metrion.interchange.cube.read import read_model
from metrion.interchange.foreign.report import Losses, Surroundings
from metrion.lake.types import type_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from exams.compare import Row
    from exams.stage import Act
    from metrion.semantic.model import DataType

_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?\Z")


class Written(TypedDict):
    """A case as the folder has it."""

    name: str
    file: str
    schema: str
    seed: str
    queries: list[str]
    snapshots: list[str]


def cases(folder: Path) -> Iterator[Case]:
    """Yield the cases, or nothing where the folder has none of Cube."""
    source = folder / "cube"
    if not (source / "cases.jsonl").is_file():
        return
    groups: dict[tuple[str, str], list[Written]] = {}
    for line in (source / "cases.jsonl").read_bytes().splitlines():
        case: Written = orjson.loads(line)
        groups.setdefault((case["schema"], case["seed"]), []).append(case)
    for (schema, seed), found in groups.items():
        yield from _group(source / "schemas", schema, seed, found)


def _group(schemas: Path, schema: str, seed: str, found: Sequence[Written]) -> Iterator[Case]:
    with act() as stage, duckdb.connect() as connection:
        _plant(connection, schemas / "seeds", seed)
        tables = [str(name) for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        stage.load(connection, {name: name for name in tables})
        files = {schema: (schemas / schema).read_text(encoding="utf-8")}
        model = read_model(files, Losses())
        imported = import_cube(files, Surroundings(DOMAIN, _columns(connection, tables).get))
        stage.publish(imported.definitions)
        library = Library(model, imported)
        for case in found:
            yield _case(case, library, stage)


def _plant(connection: duckdb.DuckDBPyConnection, seeds: Path, seed: str) -> None:
    own = seeds / seed.replace(".sql", ".duckdb.sql")
    connection.execute((own if own.is_file() else seeds / seed).read_text(encoding="utf-8"))


def _columns(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> dict[str, Mapping[str, DataType]]:
    """Return the columns of the tables as the lake has them."""
    found: dict[str, Mapping[str, DataType]] = {}
    for name in tables:
        schema = connection.sql(f"select * from {name}").to_arrow_table().schema
        found[name] = {each.name: kind for each in schema if (kind := type_name(each.type)) is not None}
    return found


def _case(case: Written, library: Library, stage: Act) -> Case:
    query = spelled(read_yaml(case["name"], case["queries"][0]))
    header, rows = _table(case["snapshots"][0])
    return Case(_unique(case), rows, partial(_answer, query, header, library, stage), order=_order(query, header))


def _order(query: Fields, header: Sequence[str]) -> tuple[int, ...]:
    """Return the places of the columns that a query sorts by; rows that are equal there come in any order."""
    found = []
    for each in listed(query.get("order")):
        name = text(each.get("id")).replace(".", "__")
        place = next((at for at, one in enumerate(header) if one == name or one.startswith(f"{name}_")), None)
        if place is None:
            break
        found.append(place)
    return tuple(found)


def _unique(case: Written) -> str:
    """Return the name of a case; Cube has the same names in different files."""
    return f"{case['file'].removesuffix('.rs')}::{case['name']}"


def _answer(query: Fields, header: Sequence[str], library: Library, stage: Act) -> list[Row]:
    """Ask once for each choice of the calculation groups that a query names; mostly there is none."""
    choices = library.choices(query)
    rows: list[Row] = []
    for choice in choices:
        rows += _chosen(query, header, library, stage, choice)
    return rows if len(choices) == 1 else _sorted(rows, query, header)


def _chosen(query: Fields, header: Sequence[str], library: Library, stage: Act, choice: Mapping[str, str]) -> list[Row]:
    asked = Question(query, library, choice)
    table = stage.ask(asked.built()).table
    columns: list[list[object]] = []
    for name in header:
        if name in asked.constants:
            columns.append([asked.constants[name]] * table.num_rows)
            continue
        values = table.column(table.column_names.index(asked.columns[name])).to_pylist()
        columns.append([_shown(value, asked.truths.get(name, False)) for value in values])
    return list(zip(*columns, strict=True))[int(text(query.get("offset")) or 0) :]


def _sorted(rows: list[Row], query: Fields, header: Sequence[str]) -> list[Row]:
    """Return rows of several answers in the order of the query, NULL last."""
    downwards = [each.get("desc") is True for each in listed(query.get("order"))]
    for place, down in reversed(list(zip(_order(query, header), downwards, strict=False))):
        empty = [row for row in rows if row[place] is None]
        present = [row for row in rows if row[place] is not None]
        rows = [*sorted(present, key=itemgetter(place), reverse=down), *empty]
    return rows


# --- tables as texts ------------------------------------------------------------------------------


def _table(written: str) -> tuple[list[str], list[Row]]:
    """Return the names and the rows of a table that is drawn with bars."""
    head, _, *lines = [line for line in written.splitlines() if line.strip()]
    header = [cell.strip() for cell in head.split("|")]
    return header, [tuple(_read(cell.strip()) for cell in line.split("|")) for line in lines]


def _read(cell: str) -> object:
    if cell == "NULL":
        return None
    if cell in {"true", "false"}:
        return cell == "true"
    if _NUMBER.match(cell):
        return float(cell)
    return datetime.fromisoformat(cell) if MOMENT.match(cell) else cell


def _shown(value: object, truth: bool) -> object:  # noqa: FBT001 - a mark of the column
    if truth and value is not None:
        return bool(value)
    return _read(value.strip()) if isinstance(value, str) else value
