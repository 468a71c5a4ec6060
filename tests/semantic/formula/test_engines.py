"""Every function and operator, executed on DuckDB and on PostgreSQL: equal cell by cell."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
import psycopg
import pytest
from sqlglot import exp
from tests.semantic.formula.awkward_rows import COLUMNS, ROWS

from metrion.semantic.formula.ast import Call, Name
from metrion.semantic.formula.check import check_row_expression
from metrion.semantic.formula.functions import DIALECTS, FUNCTIONS, ZeroDivision
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.sql import to_sqlglot
from metrion.semantic.formula.walk import walk

if TYPE_CHECKING:
    from metrion.semantic.model import DataType

Run = Callable[..., list[tuple[object, ...]]]

TYPES: dict[str, DataType] = {name: kind for name, (kind, _) in COLUMNS.items()}  # type: ignore[misc]

FORMULAS = """
i + j | i - j | i * j | i / j | i % j | n + m | n * m | n / m | n % m | f + g | f - g | f / g | f % g
n * 1.10 | n * m * 2.5 | i / n | i + n * f | -i | -(-n) | - n / m | 1 / 3 | 7 / 2 | 7 % 4 | -7 % 4
0.3 % 0.1 | f % 0.1 | i / 0 | 0 / i | i % 0 | (i + j) / (i - j) | i - (j - 1) | i / (j / 2) | i = j
i != j | i < j | n >= m | f > g | s = u | s != u | s < u | s >= u | d < e | d = e | d <= t | o = true
not o | o and i > 0 | o or i > 0 | not (o and null) | i is null | s is not null | i in (7, -7)
i not in (7, -7) | s in ('', 'x') | d in (to_date('2024-01-31'), to_date('2020-12-31'))
i between -1 and 3 | i not between -1 and 3 | s || '-' || u | s || null
case when i > 0 then 'p' when i < 0 then 'n' else '0' end | case when o then n end
case when i > 3 then i else n end | if(o, i, j) | if(o, n) | if(i > j, f, 0) | if(o, d, e)
coalesce(i, j) | coalesce(i, n, 0) | coalesce(s, u, '?') | coalesce(d, e) | nullif(i, 0) | nullif(s, '')
nullif(n, m) | abs(i) | abs(n) | abs(f) | sign(i) | sign(n) | sign(f) | round(i) | round(n) | round(n, 1)
round(n, 2) | round(f) | round(f, 2) | round(f, 8) | round(i / 8, 2) | round(i, 2) | round(f * 100, 1)
round(-0.5) | round(2.5) | round(1.005, 2) | round(n / m, 3) | floor(i) | floor(n) | floor(f) | ceil(i)
ceil(n) | ceil(f) | floor(i / j) | mod(i, j) | mod(n, m) | mod(f, g) | mod(i, n) | power(i, 2)
power(n, m) | power(f, g) | power(i, j) | power(i, -1) | power(0, 0) | power(-8, 1 / 3) | sqrt(i)
sqrt(n) | sqrt(f) | exp(i) | exp(n) | exp(f) | ln(i) | ln(n) | ln(f) | log10(i) | log10(n) | log10(f)
sqrt(-1) | ln(0) | exp(1000) | safe_divide(i, j) | safe_divide(i, j, -1) | safe_divide(n, m, 0)
safe_divide(f, g, i) | greatest(i, j) | least(i, j) | greatest(n, m, 1) | least(s, u)
greatest(s, u, 'a') | greatest(d, e) | least(f, g, i) | convert(i, '万元', '元') | convert(n, '分钟', '小时')
convert(f, '小时', '分钟') | upper(s) | lower(s) | trim(s) | ltrim(s) | rtrim(s) | trim(u) | is_blank(s)
is_blank(u) | length(s) | length(trim(s)) | substring(s, 2) | substring(s, 2, 2) | substring(s, 1, 0)
substring(s, 99, 3) | left(s, 2) | left(s, 0) | right(s, 2) | right(s, 0) | concat(s, u)
concat(s, null, 'x') | contains(s, u) | contains(s, '') | contains(s, '%') | starts_with(s, u)
ends_with(s, u) | position(s, u) | position(s, '') | replace(s, u, '-') | replace(s, '', '-')
replace(s, 'a', '') | split_part(s, ',', 2) | split_part(s, '/', 9) | split_part(s, 'bc', 1)
lpad(s, 5, '0') | lpad(s, 2, 'xy') | lpad(u, 4, 'ab') | lpad(s, 0, 'x') | year(d) | quarter(d) | month(d)
day(d) | weekday(d) | day_of_year(d) | iso_week(d) | iso_year(d) | year(t) | weekday(t) | iso_week(t)
hour(t) | minute(t) | second(t) | date_trunc('day', t) | date_trunc('week', d) | date_trunc('month', d)
date_trunc('quarter', d) | date_trunc('year', t) | date_add('day', i % 1000, to_date('2024-01-31'))
date_add('week', j, d) | date_add('month', j, d) | date_add('month', 1, d) | date_add('quarter', -1, d)
date_add('year', 1, d) | date_add('month', 1, t) | date_add('day', -60, d) | date_diff('day', d, e)
date_diff('week', d, e) | date_diff('month', d, e) | date_diff('quarter', d, e) | date_diff('year', d, e)
date_diff('day', d, t) | date_diff('month', t, e) | month_end(d) | month_end(t)
year(month_end(d)) - year(e) | to_number(w) | to_number(s) | to_number(i) | to_number(n)
to_decimal(w, 2) | to_decimal(i, 2) | to_decimal(n, 1) | to_decimal(f, 3) | to_text(i) | to_text(o)
to_text(d) | to_text(t) | to_text(s) | to_text(n, 2) | to_text(f, 2) | to_text(i, 1) | to_text(i / j, 3)
to_date(w) | to_date(s) | to_date(t) | to_date(d) | to_timestamp(w) | to_timestamp(d) | to_timestamp(t)
hour(to_timestamp(w)) | to_number(replace(trim(s), ',', '')) | round(safe_divide(n, m), 2) * 100
coalesce(n, 0) + coalesce(m, 0) | 'it''s' | '\\' | '%s ? $1 :x' | 'a"b' | '度衡' | 0.1 + 0.2 | 1.10
123456789012345678 | true | i - -1
"""
FORMULA_LIST = [formula.strip() for line in FORMULAS.strip().splitlines() for formula in line.split(" | ")]


def leaf(name: Name) -> exp.Expression:
    return exp.Column(this=exp.to_identifier(name.value, quoted=True))


def values(formula: str, dialect: str, run: Run, zero: ZeroDivision = "null", *, typed: bool = True) -> list[object]:
    node = to_sqlglot(parse_expression(formula), leaf, dialect, zero_division=zero, types=TYPES if typed else None)
    return [row[1] for row in run(exp.select("k", exp.alias_(node, "v")).from_("cases").order_by("k").sql(dialect))]


def same(left: object, right: object) -> bool:
    """Compare two cells: exact, but for the last digits of doubles."""
    if isinstance(left, bool) or isinstance(right, bool) or left is None or right is None:
        return left is right
    if isinstance(left, (int, float, Decimal)) and isinstance(right, (int, float, Decimal)):
        if isinstance(left, float) or isinstance(right, float):
            return math.isclose(float(left), float(right), rel_tol=1e-12, abs_tol=1e-300)
        return left == right
    return type(left) is type(right) and left == right


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
