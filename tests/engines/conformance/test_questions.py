"""Every engine answers every question as DuckDB does, cell by cell."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.engines.conformance.asking import Question, ask
from tests.engines.conformance.cells import differences
from tests.engines.conformance.conftest import PARAMETERS
from tests.engines.conformance.loaders import Loaded, load
from tests.engines.conformance.questions import PARTS, QUESTIONS, WORLDS

from metrion.engines.answers import shaped
from metrion.engines.errors import DivisionByZero, NumberOutOfRange
from metrion.lake.types import type_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from metrion.base.errors import MetrionError
    from metrion.semantic.prepared import Compiled

Ground = tuple[str, Loaded]
TOLERANCE = 1e-9
SKETCHED = 0.05
"""How far a count from a sketch may be from another."""

REFUSED: list[tuple[Question, type[MetrionError]]] = [
    (ask("attempts", "stopped", by=("item",)), DivisionByZero),
    (ask("attempts", "too_large"), NumberOutOfRange),
    (ask("attempts", "too_large_in_all"), NumberOutOfRange),
]


@pytest.fixture(name="ground", scope="module", params=PARAMETERS)
def _ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    tables = {code: table for world in WORLDS.values() for code, table in world.tables.items()}
    with load(request.param, tables, tmp_path_factory.mktemp(request.param)) as loaded:
        yield request.param, loaded


def compiled(question: Question, dialect: str, loaded: Loaded) -> Compiled:
    """Compile a question with the engine's names of tables."""
    world = WORLDS[question.world]
    return world.compiled(question, dialect, {code: loaded.sql(code, "duckdb") for code in world.tables})


def answers(found: Compiled, loaded: Loaded) -> dict[str, pa.Table]:
    """Return the rows, the totals and each subtotal."""
    types = {one.name: one.type for one in found.columns}
    values = [one.name for one in found.columns if one.role in {"metric", "comparison"}]
    statements = [("rows", list(types), found.sql, found.parameters)]
    if found.totals_sql is not None:
        statements.append(("totals", values, found.totals_sql, found.totals_parameters))
    statements += [(f"by {part.keys}", [*part.keys, *values], part.sql, part.parameters) for part in found.subtotals]
    return {
        name: shaped(loaded.engine.run(sql, parameters), [(column, types[column]) for column in columns])
        for name, columns, sql, parameters in statements
    }


@cache
def expected(name: str) -> dict[str, pa.Table]:
    """Return the answers of DuckDB itself, from the tables in which the world was made."""
    question = QUESTIONS[name]
    world = WORLDS[question.world]
    found = world.compiled(question, "duckdb", world.own_names)
    connection = world.company.connection

    def run(sql: str, parameters: tuple[object, ...]) -> pa.Table:
        return connection.execute(sql, list(parameters)).to_arrow_table()

    tables = {"rows": run(found.sql, found.parameters)}
    if found.totals_sql is not None:
        tables["totals"] = run(found.totals_sql, found.totals_parameters)
    return tables | {f"by {part.keys}": run(part.sql, part.parameters) for part in found.subtotals}


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_is_that_of_duckdb(name: str, ground: Ground) -> None:
    question = QUESTIONS[name]
    found = answers(compiled(question, *ground), ground[1])
    wanted = expected(name)
    assert found.keys() == wanted.keys()
    differ = [
        f"{part}: {what}"
        for part, table in wanted.items()
        for what in differences(table, found[part], TOLERANCE, dict.fromkeys(question.about, SKETCHED))
    ]
    assert differ == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_has_an_answer(name: str) -> None:
    assert expected(name)["rows"].num_rows


@pytest.mark.parametrize("name", QUESTIONS)
def test_answers_have_the_types_that_are_told(name: str) -> None:
    question = QUESTIONS[name]
    world = WORLDS[question.world]
    told = {one.name: one.type for one in world.compiled(question, "duckdb", world.own_names).columns}
    rows = expected(name)["rows"]
    assert dict(zip(rows.column_names, map(type_name, rows.schema.types), strict=True)) == told


def test_no_two_questions_have_one_name() -> None:
    assert len(QUESTIONS) == sum(len(part.QUESTIONS) for part in PARTS)


@pytest.mark.parametrize(("question", "refusal"), REFUSED)
def test_what_cannot_be_worked_out_is_refused_alike(
    question: Question, refusal: type[MetrionError], ground: Ground
) -> None:
    with pytest.raises(refusal):
        answers(compiled(question, *ground), ground[1])


def test_values_are_bound(ground: Ground) -> None:
    unbound = {}
    for name, question in QUESTIONS.items():
        found = compiled(question, *ground)
        places = {int(place) for place in re.findall(r"\$(\d+)", found.sql)}
        written = [value for value in _texts(question.request) if f"'{value}'" in found.sql]
        if written or places != set(range(1, len(found.parameters) + 1)):
            unbound[name] = (written, places, found.parameters)
    assert unbound == {}


def _texts(condition: object) -> Iterator[str]:
    """Give the texts with which a question compares."""
    match condition:
        case {"kind": "compare", "value": str(value)}:
            yield value
        case {"kind": "match", "text": str(text)}:
            yield text
        case {"kind": "in", "values": list(values)}:
            yield from (value for value in values if isinstance(value, str))
        case dict():
            for item in condition.values():
                yield from _texts(item)
        case list():
            for item in condition:
                yield from _texts(item)
