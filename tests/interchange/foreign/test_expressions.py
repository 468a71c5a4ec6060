"""SQL expressions in our formula language: what is kept means the same, the rest is refused with its name."""

from __future__ import annotations

import pytest

from metrion.interchange.foreign.conditions import to_condition
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.expressions import parsed, to_expression, to_formula
from metrion.semantic.condition import And, Compare, Formula, IsNull, Not, OneOf, Or
from metrion.semantic.formula.parse import parse_expression


@pytest.mark.parametrize(
    ("sql", "formula"),
    [
        ("a + b * 2", "a + b * 2"),
        ("(a + b) * 2", "(a + b) * 2"),
        ("a // b", "floor(a / b)"),
        ("a % 2", "a % 2"),
        ("-a", "-a"),
        ("CASE a WHEN 1 THEN 'x' ELSE 'y' END", "case when a = 1 then 'x' else 'y' end"),
        ("CASE WHEN a > 1 THEN b END", "case when a > 1 then b end"),
        ("IF(a, b, c)", "case when a then b else c end"),
        ("a IN (1, 2)", "a in (1, 2)"),
        ("a NOT IN ('x')", "a not in ('x')"),
        ("a BETWEEN 1 AND 2", "a >= 1 and a <= 2"),
        ("a IS NOT NULL", "a is not null"),
        ("a IS TRUE", "coalesce(a = true, false)"),
        ("a IS NOT DISTINCT FROM b", "coalesce(a = b, a is null and b is null)"),
        ("a LIKE 'x%'", "starts_with(a, 'x')"),
        ("a LIKE '%x'", "ends_with(a, 'x')"),
        ("a LIKE '%x%'", "contains(a, 'x')"),
        ("a NOT LIKE 'x'", "not a = 'x'"),
        ("a LIKE 'x%y'", "starts_with(a, 'x') and ends_with(a, 'y') and length(a) >= 2"),
        ("a ILIKE 'X%'", "starts_with(lower(a), 'x')"),
        ("a LIKE '%'", "a is not null"),
        ("CAST(a AS DATE)", "to_date(a)"),
        ("a::timestamp", "to_timestamp(a)"),
        ("CAST(a AS DECIMAL(12, 2))", "to_decimal(a, 2)"),
        ("CAST(a AS BIGINT)", "to_decimal(a, 0)"),
        ("CAST(a AS DOUBLE)", "to_number(a)"),
        ("CAST(a AS VARCHAR)", "to_text(a)"),
        ("CAST(a = 1 AS INT)", "case when a = 1 then 1 when not a = 1 then 0 end"),
        ("DATE_TRUNC('month', d)", "date_trunc('month', d)"),
        ("EXTRACT(year FROM d)", "year(d)"),
        ("EXTRACT(dow FROM d)", "weekday(d) % 7"),
        ("EXTRACT(isodow FROM d)", "weekday(d)"),
        ("DATE_PART('week', d)", "iso_week(d)"),
        ("d + INTERVAL '2 days'", "date_add('day', 2, d)"),
        ("d - INTERVAL 3 month", "date_add('month', -3, d)"),
        ("DATEADD(day, 1, d)", "date_add('day', 1, d)"),
        ("DATE_DIFF('day', a, b)", "date_diff('day', a, b)"),
        ("COALESCE(a, 0)", "coalesce(a, 0)"),
        ("NULLIF(a, 0)", "nullif(a, 0)"),
        ("a || b", "a || b"),
        ("CONCAT(a, b)", "concat(a, b)"),
        ("LOWER(TRIM(a))", "lower(trim(a))"),
        ("SUBSTR(a, 1, 2)", "substring(a, 1, 2)"),
        ("ROUND(a, 2)", "round(a, 2)"),
        ("LOG(a)", "log10(a)"),
        ("LOG(2, a)", "ln(a) / ln(2)"),
        ("POW(a, 2)", "power(a, 2)"),
        ("LPAD(a, 3, '0')", "lpad(a, 3, '0')"),
        ("t.a", "[t.a]"),
    ],
)
def test_sql_becomes_a_formula_that_can_be_read_again(sql: str, formula: str) -> None:
    written = to_formula(sql, str)
    assert written == formula
    parse_expression(written)


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("SUM(a)", "the aggregate SUM"),
        ("SUM(a) OVER ()", "a window function"),
        ("a IN (SELECT b FROM c)", "a subquery"),
        ("EXISTS (SELECT 1)", "a subquery"),
        ("REGEXP_MATCHES(a, 'x')", "REGEXP_LIKE"),
        ("a LIKE 'x_'", "LIKE 'x_'"),
        ("a LIKE '%x%y%'", "LIKE '%x%y%'"),
        ("a LIKE b", "LIKE with a pattern"),
        ("hidden(a)", "the function hidden"),
        ("CAST(a AS JSON)", "a cast to JSON"),
        ("EXTRACT(epoch FROM a)", "the date part epoch"),
        ("a = ", "is no SQL expression"),
        ("", "is no SQL expression"),
    ],
)
def test_what_has_no_counterpart_is_named(sql: str, named: str) -> None:
    with pytest.raises(NotExpressible) as refusal:
        to_formula(sql, str)
    assert named in refusal.value.render("en")["title"]


def test_a_name_may_stand_for_an_expression_and_may_be_refused() -> None:
    month = parse_expression("date_trunc('month', day)")
    assert to_formula("m >= '2024-01-01'", lambda _name: month) == ("date_trunc('month', day) >= to_date('2024-01-01')")


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "bigquery", "snowflake"])
def test_negations_are_read_in_every_dialect(dialect: str) -> None:
    written = "a IS NOT NULL AND b NOT LIKE '%x' AND c NOT IN (1) AND d NOT BETWEEN 1 AND 2"
    assert to_formula(written, str, dialect=dialect) == (
        "a is not null and not ends_with(b, 'x') and c not in (1) and not (d >= 1 and d <= 2)"
    )


def test_an_exact_number_as_a_text_keeps_its_digits() -> None:
    assert to_formula("CAST(CAST(a AS DECIMAL(38, 6)) AS TEXT)", str) == "to_text(a, 6)"


def test_text_beside_a_date_is_read_as_one() -> None:
    kinds = {"day": "date", "at": "timestamp", "code": "string"}

    def formula(sql: str) -> str:
        return to_formula(sql, str, type_of=kinds.get)  # type: ignore[arg-type]

    assert formula("day >= '2024-01-01'") == "day >= to_date('2024-01-01')"
    assert formula("'2024-01-01' < at") == "to_date('2024-01-01') < at"
    assert formula("at < '2024-01-01 10:00:00'") == "at < to_timestamp('2024-01-01 10:00:00')"
    assert formula("day IN ('2024-01-01')") == "day in (to_date('2024-01-01'))"
    assert formula("code = '2024-01-01'") == "code = '2024-01-01'"


def test_plain_tests_become_plain_conditions() -> None:
    def condition(sql: str) -> object:
        return to_condition(to_expression(parsed(sql), str), lambda name: "boolean" if name == "flag" else None)

    assert condition("a = 'x'") == Compare(field="a", op="eq", value="x")
    assert condition("flag") == Compare(field="flag", op="eq", value=True)
    assert condition("NOT flag") == Not(item=Compare(field="flag", op="eq", value=True))
    assert condition("a IS NULL OR b IN (1, 2)") == Or(items=(IsNull(field="a"), OneOf(field="b", values=(1, 2))))
    assert condition("a > -1.5 AND b < 2 AND c <> 3") == And(
        items=(
            Compare(field="a", op="gt", value=-1.5),
            Compare(field="b", op="lt", value=2),
            Compare(field="c", op="ne", value=3),
        )
    )
    assert condition("a + 1 > 2") == Formula(formula="a + 1 > 2")
    assert condition("metric_time = 'x'") == Formula(formula="metric_time = 'x'")
