"""Every function and operator on MySQL, Spark SQL and ClickHouse: equal to DuckDB cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from sqlglot import exp
from tests.engines.conformance.cells import same
from tests.engines.conformance.loaders import Loaded, load
from tests.semantic.formula.awkward_rows import COLUMNS, ROWS
from tests.semantic.formula.formulas import FORMULA_LIST, TYPES

from metrion.engines.answers import shaped
from metrion.engines.errors import DivisionByZero, NumberOutOfRange
from metrion.lake.types import arrow_type
from metrion.semantic.formula.check import check_row_expression
from metrion.semantic.formula.functions import FUNCTIONS, ZeroDivision
from metrion.semantic.formula.nodes import parameter
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.sql import to_sqlglot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.semantic.formula.ast import Name

pytestmark = pytest.mark.engines

OTHERS = ("mysql", "spark", "clickhouse")
CASES = pa.Table.from_arrays(
    [
        pa.array(cells, arrow_type(TYPES[name], scale=4))
        for name, cells in zip(COLUMNS, zip(*ROWS, strict=True), strict=True)
    ],
    names=list(COLUMNS),
)


@pytest.fixture(scope="module", params=OTHERS)
def other(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Loaded]]:
    with load(request.param, {"cases": CASES}, tmp_path_factory.mktemp(request.param)) as loaded:
        yield request.param, loaded


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Loaded]]:
    with load("duckdb", {"cases": CASES}, tmp_path_factory.mktemp("duckdb")) as loaded:
        yield "duckdb", loaded


def leaf(name: Name) -> exp.Expression:
    return exp.Column(this=exp.to_identifier(name.value, quoted=True))


def values(
    formula: str, where: tuple[str, Loaded], zero: ZeroDivision = "null", *, rows: bool = True, bound: bool = False
) -> list[object]:
    """Return the value of the formula for each row, or its one value without rows."""
    dialect, loaded = where
    given: list[str] = []

    def bind(value: str) -> exp.Expression:
        given.append(value)
        return parameter(len(given))

    tree = parse_expression(formula)
    kind = check_row_expression(tree, TYPES).type
    node = to_sqlglot(tree, leaf, dialect, zero_division=zero, types=TYPES, bind=bind if bound else None)
    query = exp.select(exp.alias_(node, "v"))
    if rows:
        query = exp.select("k", *query.expressions).from_(exp.to_table("cases")).order_by("k")
        query.find(exp.Table).replace(exp.Table(**_table(loaded.tables["cases"])))  # type: ignore[union-attr]
    answer = loaded.engine.run(query.sql(dialect), given).select(["v"])
    if kind not in {"null", "unknown"}:
        answer = shaped(answer, [("v", kind)])  # type: ignore[list-item]  # what is left are types of data
    return list(answer["v"].to_pylist())


def _table(names: tuple[str, ...]) -> dict[str, exp.Expression]:
    parts = [exp.to_identifier(name, quoted=True) for name in names]
    return {"this": parts[-1], **({"db": parts[0]} if len(parts) > 1 else {})}


@pytest.mark.parametrize("zero", ["null", "zero"])
@pytest.mark.parametrize("formula", FORMULA_LIST)
def test_all_engines_agree(
    formula: str, zero: ZeroDivision, other: tuple[str, Loaded], duckdb: tuple[str, Loaded]
) -> None:
    ours, theirs = values(formula, duckdb, zero), values(formula, other, zero)
    assert len(ours) == len(ROWS)
    assert [(k, *pair) for k, pair in enumerate(zip(ours, theirs, strict=True)) if not same(*pair)] == []


@pytest.mark.parametrize("formula", [formula for formula in FORMULA_LIST if "'" in formula])
def test_bound_texts_change_nothing(formula: str, other: tuple[str, Loaded]) -> None:
    pairs = zip(values(formula, other), values(formula, other, bound=True), strict=True)
    assert [pair for pair in pairs if not same(*pair)] == []


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_the_documented_example_is_true(name: str, other: tuple[str, Loaded]) -> None:
    example = FUNCTIONS[name].example
    [value] = values(example.formula, other, rows=False)
    assert same(value, example.value)


@pytest.mark.parametrize("formula", ["1 / 0", "i / j", "i % j", "n % m", "f / g", "mod(f, g)"])
def test_division_by_zero_as_an_error(formula: str, other: tuple[str, Loaded]) -> None:
    with pytest.raises(DivisionByZero):
        values(formula, other, "error")


@pytest.mark.parametrize("formula", ["case when j != 0 then i / j end", "if(m = 0, null, n % m)", "safe_divide(f, g)"])
def test_a_guarded_division_raises_nothing(formula: str, other: tuple[str, Loaded], duckdb: tuple[str, Loaded]) -> None:
    ours, theirs = values(formula, duckdb, "error"), values(formula, other, "error")
    assert [pair for pair in zip(ours, theirs, strict=True) if not same(*pair)] == []


@pytest.mark.parametrize(
    "formula",
    [
        "9223372036854775807 + i",
        "9223372036854775807 * i",
        "-9223372036854775807 - i",
        "to_decimal(g * 1000000, 2)",
        "to_text(g, 2)",
        "n * n * n",
    ],
)
def test_a_number_that_does_not_fit_is_an_error(formula: str, other: tuple[str, Loaded]) -> None:
    with pytest.raises(NumberOutOfRange):
        values(formula, other)
