"""The exam of Apache Ossie: models of its foundation with questions, and the rows or the refusal that each must give.

Each case folder has a model, a question, the SQL of the answer and what it is about; `datasets` has the tables.
A case that must be refused passes with exactly the code that it names.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import duckdb
import yaml

from exams.score import Case
from exams.stage import DOMAIN, act
from metrion.base.errors import MetrionError
from metrion.interchange.foreign.report import Surroundings
from metrion.interchange.osi.codes import osi_code
from metrion.interchange.osi.expressions import normal
from metrion.interchange.osi.importer import read_models
from metrion.interchange.osi.question import inline_aggregates, order_places, question
from metrion.lake.types import type_name
from metrion.semantic.model import DatasetDef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from exams.compare import Row
    from exams.stage import Act
    from metrion.interchange.osi.importer import Reading
    from metrion.semantic.model import DataType, Definition

    Raw = dict[str, object]


def cases(folder: Path) -> Iterator[Case]:
    """Yield the cases of the folder's `ossie`, or nothing when there is none."""
    for about in sorted((folder / "ossie" / "tests").rglob("metadata.yaml")):
        told = yaml.safe_load(about.read_text(encoding="utf-8"))
        place = about.parent
        raw: Raw = json.loads((place / "query.json").read_text(encoding="utf-8"))
        schema = (folder / "ossie" / "datasets" / told["dataset"] / "schema.sql").read_text(encoding="utf-8")
        model = (place / "model.yaml").read_text(encoding="utf-8")
        code = told.get("expected_error_code")
        expected: Sequence[Row] = [(code,)] if code else _gold(schema, (place / "gold.sql").read_text(encoding="utf-8"))
        ask = partial(_refusal if code else _answer, schema, model, raw)
        yield Case(told["name"], expected, ask, order=order_places(raw))


def _gold(schema: str, sql: str) -> Sequence[Row]:
    with duckdb.connect() as connection:
        connection.execute(schema)
        return connection.execute(sql).fetchall()


def _answer(schema: str, model: str, raw: Raw) -> Sequence[Row]:
    """Import the model, publish what it says, ask, and return the rows with the columns that were asked for."""
    with act() as here:
        tables = _load(here, schema)
        reading = _read(model, raw, tables)
        here.publish([_opened(each) for each in reading.imported.definitions])
        asked = question(reading.models[0], raw)
        return [tuple(row[place] for place in asked.columns) for row in here.rows(asked.query)]


def _refusal(schema: str, model: str, raw: Raw) -> Sequence[Row]:
    """Return the code under which the question is refused, or its rows where it is not."""
    known = None
    with act() as here:
        try:
            reading = _read(model, raw, _load(here, schema))
            known = reading.models[0]
            here.publish([_opened(each) for each in reading.imported.definitions])
            asked = question(known, raw)
            return here.rows(asked.query)
        except MetrionError as refusal:
            code = osi_code(refusal, known, normal(str(raw.get("dataset", ""))))
            if code is None:
                raise
            return [(code,)]


def _load(here: Act, schema: str) -> Mapping[str, Mapping[str, DataType]]:
    """Load the tables of a case, and return their columns."""
    with duckdb.connect() as connection:
        connection.execute(schema)
        names = [str(name) for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        here.load(connection, {name: f'"{name}"' for name in names})
        return {
            name: {
                field.name: kind
                for field in connection.sql(f'select * from "{name}"').to_arrow_table().schema
                if (kind := type_name(field.type)) is not None
            }
            for name in names
        }


def _read(model: str, raw: Raw, tables: Mapping[str, Mapping[str, DataType]]) -> Reading:
    """Read the model together with the aggregates that the question writes out: here they are metrics first."""
    inline = inline_aggregates(raw)
    if inline:
        node = yaml.safe_load(model)
        listed = [{"name": name, "expression": sql} for name, sql in inline.items()]
        node["metrics"] = [*(node.get("metrics") or []), *listed]
        model = yaml.safe_dump(node, allow_unicode=True, sort_keys=False)
    return read_models({"model.yaml": model}, Surroundings(DOMAIN, tables.get))


def _opened(definition: Definition) -> Definition:
    """Return a dataset whose rows everybody may see; the files say nothing about that."""
    return definition.model_copy(update={"row_access": "open"}) if isinstance(definition, DatasetDef) else definition
