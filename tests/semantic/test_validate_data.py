"""Checks of datasets and relationships: calculated columns, calendars, histories, bridges, sources of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.semantic.company import (
    BOTH,
    BUYER,
    CALENDAR,
    CHANNEL,
    ORDER_PERSON,
    ORDERS,
    PAID_ORDERS,
    PEOPLE,
    SHOPS,
    SPEND,
    VISIT_SHOP,
    WEB,
    WIDE,
    WIDE_ORDERS,
    changed,
)

from metrion.base.text import Text
from metrion.semantic.catalogue import Catalogue
from metrion.semantic.condition import Compare, Formula, RelativeDay
from metrion.semantic.model import (
    Binding,
    CalendarLevel,
    Column,
    ColumnPair,
    DatabaseTable,
    MetricsTable,
    SqlQuery,
    Validity,
)
from metrion.semantic.validate import check_definition

if TYPE_CHECKING:
    from metrion.semantic.condition import Condition
    from metrion.semantic.model import CalendarLevel as Level
    from metrion.semantic.model import DataType, Definition

CATALOGUE = Catalogue.of(WIDE)
Found = list[tuple[str, str]]


def faults(definition: Definition) -> Found:
    """Return the faults of a definition; each has words in both languages."""
    found = check_definition(definition, CATALOGUE)
    assert all(fault.text.zh and fault.text.en for fault in found)
    assert all(bool(fault.remedy.zh) == bool(fault.remedy.en) for fault in found)
    return [(fault.field, fault.code) for fault in found]


@pytest.mark.parametrize("definition", WIDE, ids=lambda definition: definition.code)
def test_a_sound_company_has_no_faults(definition: Definition) -> None:
    assert faults(definition) == []


# --- calculated columns ---------------------------------------------------------------------------


def with_columns(*columns: tuple[str, DataType, str]) -> Definition:
    """Return the orders with calculated columns, which have the numbers 7, 8, ..."""
    calculated = [Column(name=name, type=kind, expression=expression) for name, kind, expression in columns]
    return changed(ORDERS, columns=(*ORDERS.columns, *calculated))


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ([("net", "decimal", "amount * 2"), ("twice", "float", "net / 2")], []),
        ([("late", "boolean", "odate > to_date('2024-01-31')")], []),
        ([("wide", "float", "id + 1")], []),
        ([("at", "timestamp", "odate")], []),
        ([("net", "float", "amout * 2")], [("columns.7.expression", "formula_unknown_name")]),
        ([("net", "float", "amount *")], [("columns.7.expression", "formula_syntax")]),
        ([("net", "string", "amount * 2")], [("columns.7.type", "column_type")]),
        ([("net", "integer", "amount / 2")], [("columns.7.type", "column_type")]),
        ([("net", "float", "net + 1")], [("columns.7.expression", "cycle")]),
        (
            [("net", "float", "gross + 1"), ("gross", "float", "net + 1")],
            [("columns.7.expression", "cycle"), ("columns.8.expression", "cycle")],
        ),
        (
            [(f"c{place}", "float", f"c{place - 1} + c{place - 1}" if place else "amount") for place in range(14)],
            [("columns.19.expression", "formula_too_deep"), ("columns.20.expression", "formula_too_deep")],
        ),
    ],
)
def test_calculated_columns(columns: list[tuple[str, DataType, str]], expected: Found) -> None:
    assert faults(with_columns(*columns)) == expected


def test_a_dimension_may_be_bound_to_a_calculated_column() -> None:
    assert faults(changed(CHANNEL, code="net", bindings=(Binding(dataset="orders", column="net"),))) == []


# --- calendars and histories ----------------------------------------------------------------------


def level(**changes: object) -> Level:
    """Return the level of the calendar, changed."""
    return CALENDAR.levels[0].model_copy(update=changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"levels": (), "working_day": None}, []),
        ({"time_columns": ()}, [("time_columns", "time_column_missing")]),
        ({"primary_key": ()}, [("primary_key", "calendar_key")]),
        ({"primary_key": ("day", "fiscal")}, [("primary_key", "calendar_key")]),
        ({"time_grain": "month"}, [("time_grain", "levels_need_days")]),
        ({"time_grain": "hour"}, [("time_grain", "axis_of_days")]),
        ({"levels": (level(column="fisc"),)}, [("levels.0.column", "unknown_column")]),
        ({"levels": (level(column="day"),)}, []),
        ({"levels": (level(column="working"),)}, [("levels.0.column", "column_type")]),
        ({"levels": (level(position="spot"),)}, [("levels.0.position", "unknown_column")]),
        ({"levels": (level(position="day"),)}, [("levels.0.position", "column_type")]),
        ({"levels": (level(code="month"),)}, [("levels.0.code", "level_is_grain")]),
        ({"levels": (level(name=Text(zh="财年")),)}, [("levels.0.name", "name_missing")]),
        (
            {"levels": (level(), level())},
            [("levels.0.code", "level_repeated"), ("levels.1.code", "level_repeated")],
        ),
        ({"working_day": "work"}, [("working_day", "unknown_column")]),
        ({"working_day": "fiscal"}, [("working_day", "column_type")]),
        ({"shape": "fact"}, [("levels", "no_calendar_shape"), ("working_day", "no_calendar_shape")]),
        ({"code": "second"}, [("levels.0.code", "level_repeated"), ("working_day", "working_days_twice")]),
    ],
)
def test_calendars(changes: dict[str, object], expected: Found) -> None:
    assert faults(changed(CALENDAR, **changes)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"validity": Validity(start="from", end="until")}, [("validity.start", "unknown_column")]),
        (
            {"validity": Validity(start="since", end="tier")},
            [("validity.end", "no_time_column"), ("validity.end", "column_type")],
        ),
        ({"validity": Validity(start="since", end="since")}, [("validity.end", "validity_of_one")]),
        ({"primary_key": ("id", "since")}, [("primary_key.1", "history_key")]),
        ({"primary_key": ()}, [("primary_key", "primary_key_missing")]),
        ({"shape": "fact"}, [("validity", "history_shape")]),
        ({"time_columns": ("since",), "time_grain": "minute"}, [("time_grain", "axis_of_days")]),
    ],
)
def test_histories(changes: dict[str, object], expected: Found) -> None:
    assert faults(changed(PEOPLE, **changes)) == expected


# --- sources --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("orders", []),
        ("sales.orders", []),
        ('sales."年度.orders"', []),
        ('"sales"."年度.orders"', [("source.table", "table_name")]),
        ("", [("source.table", "table_name")]),
        ("sales.", [("source.table", "table_name")]),
        ('"sales', [("source.table", "table_name")]),
        ("a.b.c.d", [("source.table", "table_name")]),
    ],
)
def test_tables_of_databases(table: str, expected: Found) -> None:
    assert faults(changed(ORDERS, source=DatabaseTable(connection="erp", table=table))) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("with big as (select * from orders where amount > 1) select id, amount, odate from big", []),
        ("select id, amount, odate from order_lines", [("source.sql", "unknown_name")]),
        ("drop table orders", [("source.sql", "sql_not_allowed")]),
        ("select * from read_csv('/etc/passwd')", [("source.sql", "sql_not_allowed")]),
        ("select 1 as id; select 2 as id", [("source.sql", "sql_not_allowed")]),
        ("select id, amount, odate from paid_orders", [("source", "cycle")]),
    ],
)
def test_sql_over_other_datasets(sql: str, expected: Found) -> None:
    assert faults(changed(PAID_ORDERS, source=SqlQuery(sql=sql))) == expected


def test_a_cycle_through_sql_and_an_answer_is_found() -> None:
    over_spend = changed(ORDERS, source=SqlQuery(sql="select * from spend"))
    assert faults(over_spend) == [("source", "cycle")]


@pytest.mark.parametrize(
    ("source", "columns", "expected"),
    [
        ({}, None, []),
        ({"metrics": ("sale",)}, None, [("source", "unknown_name")]),
        ({"dimensions": ("chanel",)}, None, [("source", "unknown_name")]),
        ({"metrics": ("sales", "visit_count")}, None, [("source", "unreachable_dimension")]),
        ({"grain": "fiscal_month"}, None, [("source", "no_such_level")]),
        (
            {"metrics": ("visit_count",), "dimensions": (), "filters": Compare(field="channel", op="eq", value="x")},
            None,
            [("source", "unreachable_filter")],
        ),
        ({"grain": None}, None, [("columns.0.name", "not_in_answer")]),
        ({"grain": "fiscal_year"}, None, [("columns.0.type", "column_type")]),
        ({}, {"sales": "boolean"}, [("columns.2.type", "column_type")]),
        ({}, {"average": "integer"}, [("columns.3.type", "column_type")]),
        ({"metrics": ("sales",)}, None, [("columns.3.name", "not_in_answer")]),
    ],
)
def test_answers_as_datasets(source: dict[str, object], columns: dict[str, DataType] | None, expected: Found) -> None:
    assert isinstance(SPEND.source, MetricsTable)
    typed = tuple(changed_type(column, columns or {}) for column in SPEND.columns)
    assert faults(changed(SPEND, source=SPEND.source.model_copy(update=source), columns=typed)) == expected


def changed_type(column: Column, types: dict[str, DataType]) -> Column:
    """Return the column with another type, if it has one in `types`."""
    return column.model_copy(update={"type": types.get(column.name, column.type)})


def test_an_answer_may_have_calculated_columns() -> None:
    half = Column(name="half", type="float", expression="sales / 2")
    assert faults(changed(SPEND, columns=(*SPEND.columns, half))) == []


# --- relationships --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"valid_at": None}, []),
        ({"valid_at": "day"}, [("valid_at", "unknown_column")]),
        ({"valid_at": "渠道"}, [("valid_at", "no_time_column")]),
        ({"backwards": "once"}, [("backwards", "history_backwards")]),
    ],
)
def test_relationships_into_a_history(changes: dict[str, object], expected: Found) -> None:
    assert faults(changed(ORDER_PERSON, **changes)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"backwards": "weighted", "weight": "who"}, []),
        ({"backwards": "weighted"}, [("weight", "weight_missing")]),
        ({"weight": "who"}, [("weight", "option_unused")]),
        ({"backwards": "weighted", "weight": "share"}, [("weight", "unknown_column")]),
        ({"backwards": "weighted", "weight": "page"}, [("weight", "column_type")]),
        ({"valid_at": "at"}, [("valid_at", "no_history")]),
    ],
)
def test_bridges(changes: dict[str, object], expected: Found) -> None:
    assert faults(changed(VISIT_SHOP, **changes)) == expected


def test_walking_backwards_needs_the_key_of_the_one_side() -> None:
    keyless = changed(SHOPS, shape="fact", primary_key=())
    bridge = changed(BUYER, backwards="once")
    [fault] = check_definition(bridge, CATALOGUE.overlay(keyless))
    assert (fault.field, fault.code) == ("columns", "fan_out")


def test_pairs_of_a_relationship_may_be_calculated() -> None:
    assert WIDE_ORDERS.column("net") is not None
    by_net = changed(BUYER, code="by_net", role="net", columns=(ColumnPair(many="net", one="id"),))
    assert faults(by_net) == []


# --- conditions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Formula(formula="lower(channel) = 'web' and size > 3"), []),
        (Formula(formula="[buyer.region] = 'E'"), []),
        (Formula(formula="date_diff('day', metric_time, to_date('2024-01-31')) < 7"), []),
        (Formula(formula="date_trunc('fiscal_year', metric_time) = 2024"), []),
        (Formula(formula="date_trunc('hour', metric_time) = to_timestamp('2024-01-31 10:00:00')"), []),
        (Formula(formula="chanel = 'web'"), [("condition.formula", "unknown_name")]),
        (Formula(formula="channel = "), [("condition.formula", "formula_syntax")]),
        (Formula(formula="channel"), [("condition.formula", "formula_type")]),
        (Formula(formula="size = 'E'"), [("condition.formula", "formula_type")]),
        (Formula(formula="date_trunc('fiscal_moon', metric_time) = 2024"), [("condition.formula", "no_such_level")]),
        (Formula(formula="date_trunc('fiscal_year', channel) = 2024"), [("condition.formula", "grain_of_no_date")]),
        (Compare(field="metric_time", op="ge", value="2024-01-31"), []),
        (Compare(field="metric_time", op="ge", value="soon"), [("condition.value", "bad_filter_value")]),
        (Compare(field="order_day", op="ge", value=RelativeDay(today=-7)), []),
        (Compare(field="channel", op="ge", value=RelativeDay(today=-7)), [("condition.value", "relative_day_type")]),
    ],
)
def test_conditions(condition: Condition, expected: Found) -> None:
    assert faults(changed(WEB, condition=condition)) == expected


def test_a_formula_knows_the_place_of_its_fault() -> None:
    [fault] = check_definition(changed(WEB, condition=Formula(formula="size > 1 and\nsize + 1")), CATALOGUE)
    assert (fault.line, fault.column) == (2, 1)


def test_every_level_has_a_name() -> None:
    nameless = CalendarLevel(code="season", name=BOTH, column="fiscal")
    assert faults(changed(CALENDAR, levels=(*CALENDAR.levels, nameless))) == []
