"""SQL nodes: no text of a user in SQL, bounded size, clear refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlglot
from sqlglot import exp

from metrion.semantic.formula.errors import (
    FormulaError,
    FormulaTooDeep,
    UnknownFunction,
    UnsupportedByEngine,
    WrongArguments,
)
from metrion.semantic.formula.functions import DIALECTS
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.sql import to_sqlglot

if TYPE_CHECKING:
    from metrion.semantic.formula.ast import Name


def leaf(name: Name) -> exp.Expression:
    return exp.Column(this=exp.to_identifier(name.value, quoted=True))


def sql(text: str, dialect: str = "duckdb", **more: object) -> str:
    return to_sqlglot(parse_expression(text), leaf, dialect, **more).sql(dialect)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a - (b - c)", 'SELECT "a" - ("b" - "c")'),
        ("a - b - c", 'SELECT ("a" - "b") - "c"'),
        ("-(a + b)", 'SELECT -("a" + "b")'),
        ("a - -b", 'SELECT "a" - (-"b")'),
        ("not (a or b)", 'SELECT NOT ("a" OR "b")'),
        ("[销售额] * 2", 'SELECT "销售额" * 2'),
        ("a not in (1, 2)", 'SELECT NOT "a" IN (1, 2)'),
    ],
)
def test_brackets_keep_the_meaning(text: str, expected: str) -> None:
    assert sqlglot.parse_one(f"SELECT {sql(text)}", read="duckdb") == sqlglot.parse_one(expected, read="duckdb")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_texts_can_be_bound(dialect: str) -> None:
    bound: list[str] = []

    def bind(value: str) -> exp.Expression:
        bound.append(value)
        return exp.Placeholder()

    written = sql("if(s = 'x'' or 1=1 --', 'a', 'b')", dialect, bind=bind)
    assert bound == ["x' or 1=1 --", "a", "b"]
    assert "or 1=1" not in written
    assert written.count("?") == 3 or written.count("%s") == 3


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("value", ["'; drop table x; --", "\\'; select 1", "a\\", '"', "\n--\n"])
def test_literals_stay_literals(value: str, dialect: str) -> None:
    quoted = "'" + value.replace("'", "''") + "'"
    statements = sqlglot.parse(f"SELECT {sql(quoted, dialect)} AS v", read=dialect)
    assert len(statements) == 1
    [literal] = list(statements[0].find_all(exp.Literal))  # type: ignore[union-attr]
    assert literal.this == value


def test_a_compound_leaf_keeps_together() -> None:
    def sum_of(name: Name) -> exp.Expression:
        return exp.Add(this=exp.column(name.value), expression=exp.Literal.number(1))

    node = to_sqlglot(parse_expression("a * b"), sum_of)
    assert node.sql("duckdb") == "(a + 1) * (b + 1)"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("sum(a)", UnknownFunction),
        ("abs()", WrongArguments),
        ("abs(a, b)", WrongArguments),
        ("if(" * 3 + "a" + ", 1" + ")" * 3, None),
    ],
)
def test_unchecked_formulas_are_refused(text: str, error: type[FormulaError] | None) -> None:
    if error is None:
        with pytest.raises(WrongArguments):
            sql("if(a)")
        return
    with pytest.raises(error):
        sql(text)


def test_an_unproven_engine_is_refused() -> None:
    with pytest.raises(UnsupportedByEngine):
        sql("a", "oracle")


@pytest.mark.parametrize(
    "text",
    [
        "power(" * 30 + "a" + ", 2)" * 30,
        "round(" * 30 + "a" + ")" * 30,
        "date_diff('month', d, date_add('day', " * 12 + "1" + ", d))" * 12,
    ],
)
@pytest.mark.parametrize("zero", ["null", "zero", "error"])
def test_copies_are_bounded(text: str, zero: str) -> None:
    with pytest.raises(FormulaTooDeep):
        sql(text, zero_division=zero)


def test_nested_zero_divisions_are_bounded() -> None:
    with pytest.raises(FormulaTooDeep):
        sql("1 / (" * 40 + "a" + ")" * 40, zero_division="zero")


@pytest.mark.parametrize("operator", [" + ", " / ", " and ", " || "])
def test_the_deepest_formula_is_written(operator: str) -> None:
    written = sql(operator.join("a" * 119))
    assert written.count('"a"') >= 119


def test_decimal_products_are_wide_on_duckdb() -> None:
    types = {"a": "decimal", "b": "decimal", "c": "integer"}
    assert "DECIMAL(38, 0)" in sql("a * b", types=types)
    assert "DECIMAL" not in sql("a * c", types=types)
    assert "DECIMAL" not in sql("a * b", "postgres", types=types)
