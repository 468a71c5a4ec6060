"""Types and units: what formulas yield, and each refusal with its span and its advice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from metrion.base.errors import Faults
from metrion.semantic.formula.check import (
    check_metric_formula,
    check_row_expression,
    inspect_metric_formula,
    inspect_row_expression,
    metric_input,
)
from metrion.semantic.formula.errors import FormulaError, UnitMismatch, UnknownFormulaName, WrongType
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.types import Typed
from metrion.semantic.units import parse_unit

if TYPE_CHECKING:
    from metrion.semantic.model import DataType

COLUMNS: dict[str, DataType] = {
    "i": "integer",
    "n": "decimal",
    "f": "float",
    "s": "string",
    "d": "date",
    "t": "timestamp",
    "o": "boolean",
}
INPUTS = {
    name: metric_input(parse_unit(unit), "decimal")
    for name, unit in {
        "sales": "元",
        "cost": "元",
        "sales_w": "万元",
        "orders": "笔",
        "items": "件",
        "rate": "%",
        "hours": "小时",
        "minutes": "分钟",
        "price": "元/件",
    }.items()
}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1", "integer"),
        ("1.0", "decimal"),
        ("i + 1", "integer"),
        ("i + 1.5", "decimal"),
        ("n * f", "float"),
        ("i / i", "float"),
        ("i % 2", "integer"),
        ("-n", "decimal"),
        ("s || 'x'", "string"),
        ("i > 1 and not o", "boolean"),
        ("d = t", "boolean"),
        ("s in ('a', 'b')", "boolean"),
        ("d is null", "boolean"),
        ("case when o then i else n end", "decimal"),
        ("case when o then null else d end", "date"),
        ("if(o, d, t)", "timestamp"),
        ("coalesce(null, s)", "string"),
        ("round(i, 2)", "integer"),
        ("round(n)", "decimal"),
        ("floor(f)", "float"),
        ("greatest(d, t)", "timestamp"),
        ("year(t)", "integer"),
        ("date_trunc('week', t)", "date"),
        ("to_number(s)", "float"),
        ("to_decimal(s, 2)", "decimal"),
        ("to_text(n, 2)", "string"),
        ("to_date(t)", "date"),
        ("concat(s, null)", "string"),
        ("ROUND(n)", "decimal"),
    ],
)
def test_types_of_rows(text: str, kind: DataType) -> None:
    assert check_row_expression(parse_expression(text), COLUMNS) == Typed(kind)


@pytest.mark.parametrize(
    ("text", "code", "place", "said"),
    [
        ("amount", "formula_unknown_name", "amount", "列"),
        ("i + s", "formula_type", "s", "||"),
        ("d - d", "formula_type", "d", "date_diff"),
        ("d + 1", "formula_type", "d", "date_add"),
        ("i || s", "formula_type", "i", "文本"),
        ("not i", "formula_type", "i", "是/否"),
        ("i and o", "formula_type", "i", "是/否"),
        ("o < o", "formula_type", "o < o", "数字"),
        ("s = 1", "formula_type", "s = 1", "整数"),
        ("d > '2024-01-01'", "formula_type", "d > '2024-01-01'", "to_date"),
        ("s = null", "formula_type", "s = null", "is null"),
        ("i in (1, null)", "formula_type", "null", "null"),
        ("i in (1, 'a')", "formula_type", "i in (1, 'a')", "文本"),
        ("case when i then 1 end", "formula_type", "i", "是/否"),
        ("case when o then 1 else 'a' end", "formula_type", "case when o then 1 else 'a' end", "文本"),
        ("if(o, 1, 'a')", "formula_type", "if(o, 1, 'a')", "文本"),
        ("abs(s)", "formula_type", "s", "to_number"),
        ("year(s)", "formula_type", "s", "to_date"),
        ("hour(d)", "formula_type", "d", "时间戳"),
        ("abs(null)", "formula_type", "null", "null"),
        ("null", "formula_type", "null", "null"),
        ("coalesce(null, null)", "formula_type", "coalesce(null, null)", "null"),
        ("summ(i)", "formula_unknown_function", "summ(i)", "summ"),
        ("sum(i)", "formula_unknown_function", "sum(i)", "聚合"),
        ("today()", "formula_unknown_function", "today()", "当前时间"),
        ("len(s)", "formula_unknown_function", "len(s)", "length"),
        ("nvl(i, 0)", "formula_unknown_function", "nvl(i, 0)", "coalesce"),
        ("abs()", "formula_arguments", "abs()", "abs(x)"),
        ("abs(i, n)", "formula_arguments", "abs(i, n)", "abs(x)"),
        ("round(n, i)", "formula_arguments", "i", "0 到 8"),
        ("round(n, -1)", "formula_arguments", "-1", "0 到 8"),
        ("substring(s, 0)", "formula_arguments", "0", "1 到"),
        ("date_trunc('mon', d)", "formula_arguments", "'mon'", "month"),
        ("date_trunc(months, d)", "formula_arguments", "months", "'month'"),
        ("split_part(s, s, 1)", "formula_arguments", "s", "separator"),
        ("to_text(n)", "formula_arguments", "to_text(n)", "to_text(x, 2)"),
        ("to_text(s, 2)", "formula_arguments", "to_text(s, 2)", "数字"),
        ("to_date(i)", "formula_arguments", "to_date(i)", "整数"),
        ("to_number(o)", "formula_arguments", "to_number(o)", "是/否"),
    ],
)
def test_refusals_of_rows(text: str, code: str, place: str, said: str) -> None:
    _, faults = inspect_row_expression(parse_expression(text), COLUMNS)
    fault = next(fault for fault in faults if fault.code == code)
    zh, en = fault.render("zh"), fault.render("en")
    assert text[fault.span.start : fault.span.end] == place
    assert said in zh["title"] + zh["remedy"]
    assert en["title"]
    assert "{" not in zh["title"] + en["title"] + zh["remedy"] + en["remedy"]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("sales", "元"),
        ("sales - cost", "元"),
        ("sales / orders", "元/笔"),
        ("(sales - cost) / sales", ""),
        ("1 - rate", "%"),
        ("sales - 100", "元"),
        ("sales * 2", "元"),
        ("2 * 3", ""),
        ("price * items", "元"),
        ("sales * rate", "元"),
        ("sales / price", "件"),
        ("1 / hours", "1/小时"),
        ("sales + convert(sales_w, '万元', '元')", "元"),
        ("convert(minutes, '分钟', '小时') / hours", ""),
        ("if(sales > 0, sales / orders)", "元/笔"),
        ("if(orders > 10, sales, 0)", "元"),
        ("case when rate > 0.5 then sales else cost end", "元"),
        ("coalesce(sales, 0)", "元"),
        ("greatest(sales, cost, 0)", "元"),
        ("nullif(sales, 0)", "元"),
        ("safe_divide(sales, orders)", "元/笔"),
        ("safe_divide(sales, cost, 0)", ""),
        ("abs(sales)", "元"),
        ("round(sales, 2)", "元"),
        ("sign(sales)", ""),
        ("sqrt(sales * cost)", "元"),
        ("power(sales, 2) / cost", "元"),
        ("power(rate, 1 / 3)", ""),
        ("ln(sales / cost)", ""),
        ("sales % 10", "元"),
    ],
)
def test_units_of_metrics(text: str, unit: str) -> None:
    typed = check_metric_formula(parse_expression(text), INPUTS)
    assert typed.unit is not None
    assert typed.unit.symbol == unit


@pytest.mark.parametrize(
    ("text", "code", "place", "said"),
    [
        ("sales + orders", "formula_unit", "sales + orders", "元与笔"),
        ("sales > orders", "formula_unit", "sales > orders", "元与笔"),
        ("sales * rate + rate", "formula_unit", "sales * rate + rate", "元与%"),
        ("sales + sales_w", "formula_scale", "sales + sales_w", "convert(x, '万元', '元')"),
        ("sales / sales_w", "formula_scale", "sales / sales_w", "convert(x, '万元', '元')"),
        ("minutes / hours", "formula_scale", "minutes / hours", "convert(x, '小时', '分钟')"),
        ("greatest(sales, orders)", "formula_unit", "greatest(sales, orders)", "元与笔"),
        ("coalesce(sales, orders)", "formula_unit", "coalesce(sales, orders)", "元与笔"),
        ("if(orders > 1, sales, items)", "formula_unit", "if(orders > 1, sales, items)", "元与件"),
        ("sales in (1, orders)", "formula_unit", "sales in (1, orders)", "元与笔"),
        ("ln(sales)", "formula_unit", "sales", "没有单位"),
        ("sqrt(sales)", "formula_unit", "sales", "没有单位"),
        ("power(sales, 0.5)", "formula_unit", "sales", "没有单位"),
        ("sales % cost", "formula_unit", "cost", "没有单位"),
        ("convert(sales, '元', '笔')", "formula_unit", "convert(sales, '元', '笔')", "元与笔"),
        ("convert(sales, '万元', '元')", "formula_unit", "'万元'", "x 的单位是元"),
        ("convert(sales, '元', '圆圈')", "formula_arguments", "'圆圈'", "圆圈"),
        ("upper(sales)", "formula_unknown_function", "upper(sales)", "行表达式"),
        ("sales > 1", "formula_type", "sales > 1", "数字"),
        ("'x'", "formula_type", "'x'", "数字"),
        ("sale", "formula_unknown_name", "sale", "sales"),
    ],
)
def test_refusals_of_metrics(text: str, code: str, place: str, said: str) -> None:
    _, faults = inspect_metric_formula(parse_expression(text), INPUTS)
    fault = next(fault for fault in faults if fault.code == code)
    zh, en = fault.render("zh"), fault.render("en")
    assert text[fault.span.start : fault.span.end] == place
    assert said in zh["title"] + zh["remedy"]
    assert "{" not in zh["title"] + en["title"] + zh["remedy"] + en["remedy"]


def test_a_fault_does_not_cause_others() -> None:
    _, faults = inspect_metric_formula(parse_expression("(sales + orders) / nothing + ln(1)"), INPUTS)
    assert [type(fault) for fault in faults] == [UnitMismatch, UnknownFormulaName]


def test_one_fault_is_raised_as_it_is_and_several_together() -> None:
    with pytest.raises(UnitMismatch):
        check_metric_formula(parse_expression("sales + orders"), INPUTS)
    with pytest.raises(Faults) as caught:
        check_row_expression(parse_expression("abs(s) + x"), COLUMNS)
    assert [type(fault) for fault in caught.value.faults] == [WrongType, UnknownFormulaName]
    assert all(isinstance(fault, FormulaError) for fault in caught.value.faults)


def test_names_outside_the_formula_are_suggested() -> None:
    _, (fault,) = inspect_metric_formula(parse_expression("profitt"), {}, known=["profit", "sales"])
    assert fault.suggestion == "profit"
