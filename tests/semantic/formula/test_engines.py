"""Every function and operator, executed on DuckDB and on PostgreSQL: equal cell by cell."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import psycopg
import pytest
from sqlglot import exp
from tests.engines.conformance.cells import same
from tests.semantic.formula.awkward_rows import ROWS
from tests.semantic.formula.formulas import FORMULA_LIST, TYPES

from metrion.semantic.formula.ast import Call, Name
from metrion.semantic.formula.check import check_row_expression
from metrion.semantic.formula.functions import FUNCTIONS, ZeroDivision
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.sql import to_sqlglot
from metrion.semantic.formula.walk import walk

Run = Callable[..., list[tuple[object, ...]]]
DIALECTS = ("duckdb", "postgres")
"""Engines of every run; the others are asked in test_other_engines.py."""


def leaf(name: Name) -> exp.Expression:
    return exp.Column(this=exp.to_identifier(name.value, quoted=True))


def values(formula: str, dialect: str, run: Run, zero: ZeroDivision = "null", *, typed: bool = True) -> list[object]:
    node = to_sqlglot(parse_expression(formula), leaf, dialect, zero_division=zero, types=TYPES if typed else None)
    return [row[1] for row in run(exp.select("k", exp.alias_(node, "v")).from_("cases").order_by("k").sql(dialect))]


@pytest.mark.parametrize("zero", ["null", "zero"])
@pytest.mark.parametrize("formula", FORMULA_LIST)
def test_both_engines_agree(formula: str, zero: ZeroDivision, runs: dict[str, Run]) -> None:
    check_row_expression(parse_expression(formula), TYPES)
    ours = values(formula, "duckdb", runs["duckdb"], zero)
    theirs = values(formula, "postgres", runs["postgres"], zero)
    assert len(ours) == len(ROWS)
    differing = [
        (k, left, right) for k, (left, right) in enumerate(zip(ours, theirs, strict=True)) if not same(left, right)
    ]
    assert differing == []


TYPED_ONLY = ("to_", "%", "mod(", "n * m", "n * 1.10")


@pytest.mark.parametrize(
    "formula", [formula for formula in FORMULA_LIST if not any(word in formula for word in TYPED_ONLY)]
)
def test_types_only_make_it_quicker(formula: str, runs: dict[str, Run]) -> None:
    """Without the types of the names the careful way is taken, and the numbers are the same."""
    typed = values(formula, "duckdb", runs["duckdb"])
    for dialect in DIALECTS:
        careful = values(formula, dialect, runs[dialect], typed=False)
        differing = [pair for pair in zip(typed, careful, strict=True) if not same(*pair)]
        assert differing == []


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("formula", [formula for formula in FORMULA_LIST if "'" in formula])
def test_bound_texts_change_nothing(formula: str, dialect: str, runs: dict[str, Run]) -> None:
    bound: list[str] = []

    def bind(value: str) -> exp.Expression:
        bound.append(value)
        return exp.Parameter(this=exp.Literal.number(len(bound)))

    node = to_sqlglot(parse_expression(formula), leaf, dialect, types=TYPES, bind=bind)
    written = exp.select("k", exp.alias_(node, "v")).from_("cases").order_by("k").sql(dialect)
    assert all(f"${number}" in written for number in range(1, len(bound) + 1))
    found = [row[1] for row in runs[dialect](written, *bound)]
    plain = values(formula, dialect, runs[dialect])
    assert [pair for pair in zip(found, plain, strict=True) if not same(*pair)] == []


def test_every_function_is_in_the_matrix() -> None:
    used = {
        node.function for formula in FORMULA_LIST for node in walk(parse_expression(formula)) if isinstance(node, Call)
    }
    assert used == set(FUNCTIONS)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_documented_example_is_true(name: str, dialect: str, runs: dict[str, Run]) -> None:
    example = FUNCTIONS[name].example
    node = to_sqlglot(parse_expression(example.formula), leaf, dialect)
    [(value,)] = runs[dialect](exp.select(node).sql(dialect))
    assert same(value, example.value)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("formula", "zero", "expected"),
    [
        ("7 / 2", "null", 3.5),
        ("1 / 0", "null", None),
        ("0 / 0", "null", None),
        ("1 / 0", "zero", 0),
        ("0 / 0", "zero", 0),
        ("1.5 / 0", "zero", 0),
        ("nullif(1, 1) / 0", "zero", None),
        ("1 / nullif(1, 1)", "zero", None),
        ("nullif(1, 1) / 0", "error", None),
        ("1 / 4", "error", 0.25),
        ("7 % 0", "null", None),
        ("7 % 0", "zero", 0),
        ("7 % 4", "error", 3),
        ("mod(7, 0)", "zero", 0),
        ("safe_divide(1, 0)", "error", None),
        ("safe_divide(1, 0)", "zero", None),
        ("safe_divide(1, 0, 9)", "error", 9),
        ("1 + 2 * 3 - 4 / 2", "null", 5),
        ("2 - (3 - 4)", "null", 3),
        ("-(2 - 5)", "null", 3),
        ("not (1 = 2 or 1 = 1)", "null", False),
        ("(not true) = false", "null", True),
        ("1 - -1", "null", 2),
    ],
)
def test_division(formula: str, zero: ZeroDivision, expected: object, dialect: str, runs: dict[str, Run]) -> None:
    node = to_sqlglot(parse_expression(formula), leaf, dialect, zero_division=zero)
    [(value,)] = runs[dialect](exp.select(node).sql(dialect))
    assert same(value, expected)


@pytest.mark.parametrize("formula", ["1 / 0", "i / j", "i % j", "n % m", "f / g", "mod(f, g)"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_division_by_zero_as_an_error(formula: str, dialect: str, runs: dict[str, Run]) -> None:
    with pytest.raises((duckdb.Error, psycopg.Error)) as caught:
        values(formula, dialect, runs[dialect], "error")
    assert "division by zero" in str(caught.value)
