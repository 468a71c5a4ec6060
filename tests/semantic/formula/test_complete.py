"""Completion in the formula editor."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrion.base.text import Text
from metrion.semantic.formula.complete import NameHint, complete

NAMES = (
    NameHint("sales_value", Text(zh="销售额", en="Sales value"), ("xse", "营业额"), "元"),
    NameHint("sales_count", Text(zh="销售笔数", en="Number of sales")),
    NameHint("毛利 率", Text(zh="毛利率", en="Margin")),
)


def applied(text: str, *, metrics: bool = True) -> list[str]:
    """Return the text after each proposal; `|` is the caret."""
    offset = text.index("|")
    source = text.replace("|", "")
    found = complete(source, offset, NAMES, metrics=metrics)
    return [source[: one.span.start] + one.insert + source[one.span.end :] for one in found]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("sal|", ["sales_count", "sales_value"]),
        ("1 + 销售|", ["1 + sales_count", "1 + sales_value"]),
        ("xse|", ["sales_value"]),
        ("[毛|", ["[毛利 率]"]),
        ("[毛|]", ["[毛利 率]"]),
        ("【毛|】 / 2", ["[毛利 率] / 2"]),
        ("MARG|", ["[毛利 率]"]),
        ("coun|", ["sales_count"]),
        ("sa|les_valu / 2", ["sales_count / 2", "sales_value / 2"]),
        ("coal|", ["coalesce("]),
        ("n|", ["sales_count"]),
        ("sales_value a|", ["sales_value and"]),
        ("case when sales_value > 1 t|", ["case when sales_value > 1 then"]),
    ],
)
def test_proposals(text: str, first: list[str]) -> None:
    assert applied(text)[: len(first)] == first


def test_operators_follow_an_operand() -> None:
    assert applied("sales_value |")[:3] == ["sales_value and", "sales_value or", "sales_value in"]
    assert all("sales_count" not in proposal for proposal in applied("sales_value |"))


def test_operands_follow_an_operator() -> None:
    assert "round(sales_value" in applied("round(|")
    assert "(sales_value + sales_count)" in applied("(sales_value + |)")


def test_functions_fit_the_place() -> None:
    assert applied("upp|", metrics=True) == []
    assert applied("upp|", metrics=False) == ["upper("]


def test_constants_of_functions() -> None:
    assert applied("date_trunc(|", metrics=False)[:2] == ["date_trunc('day'", "date_trunc('week'"]
    assert "date_diff('month'" in applied("date_diff('mo|", metrics=False)
    assert not any(one.kind == "value" for one in complete("date_trunc('day', ", 18, NAMES))


@pytest.mark.parametrize("text", ["'sal|", "12|", "1.5|"])
def test_nothing_inside_texts_and_numbers(text: str) -> None:
    assert applied(text) == []


@settings(deadline=None)
@given(st.text("sal销[]【】'\"(),+ 1|.", max_size=20), st.integers(0, 20))
def test_never_fails(text: str, offset: int) -> None:
    caret = min(offset, len(text))
    for one in complete(text, caret, NAMES):
        assert 0 <= one.span.start <= caret <= one.span.end <= len(text)
        assert one.insert
