"""Units: reading, composing, refusing, converting."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrion.semantic.units import (
    ATOMS,
    DISPLAYS,
    RATIO,
    MixedScales,
    Unit,
    UnknownUnit,
    factor_between,
    fraction_between,
    parse_unit,
    unit_symbols,
)


@pytest.mark.parametrize(
    ("text", "symbol", "zh", "en"),
    [
        ("元", "元", "元", "CNY"),
        ("CNY", "元", "元", "CNY"),
        (" 万元 ", "万元", "万元", "CNY 10k"),
        ("元/笔", "元/笔", "元/笔", "CNY/transactions"),
        ("元／笔", "元/笔", "元/笔", "CNY/transactions"),
        ("件/人/天", "件/人/天", "件/人/天", "items/people/d"),
        ("千米·吨", "吨·千米", "吨·千米", "t·km"),
        ("1/小时", "1/小时", "1/小时", "1/h"),
        ("元/元", "", "", ""),
        ("%", "%", "%", "%"),
        ("％", "%", "%", "%"),
        ("‰", "‰", "‰", "‰"),
        ("倍", "倍", "倍", "times"),
        ("bp", "基点", "基点", "bp"),
        ("", "", "", ""),
    ],
)
def test_reads(text: str, symbol: str, zh: str, en: str) -> None:
    unit = parse_unit(text)
    assert unit.symbol == symbol
    assert (unit.label().zh, unit.label().en) == (zh, en)


@pytest.mark.parametrize("text", ["圆圈", "元/%", "元//笔", "/笔", "元^9", "元笔", "1", "2/元"])
def test_refuses_unknown(text: str) -> None:
    if text == "1":
        assert parse_unit(text) == RATIO
        return
    with pytest.raises(UnknownUnit) as caught:
        parse_unit(text)
    assert text in caught.value.render("zh")["title"]


def test_an_unknown_unit_offers_near_ones() -> None:
    with pytest.raises(UnknownUnit) as caught:
        parse_unit("万亿元")
    assert "万元" in caught.value.render("zh")["remedy"]


def test_algebra() -> None:
    yuan, orders = parse_unit("元"), parse_unit("笔")
    per_order = yuan / orders
    assert per_order == parse_unit("元/笔")
    assert per_order * orders == yuan
    assert yuan / yuan == RATIO == parse_unit("%")
    assert (yuan / yuan).is_ratio
    assert yuan != orders
    assert yuan.power(2).symbol == "元^2"
    assert yuan.power(2).root() == yuan
    assert yuan.root() is None
    assert parse_unit("元/小时") * parse_unit("小时") == yuan


@pytest.mark.parametrize(("left", "right"), [("元", "万元"), ("分钟", "小时"), ("千克", "吨")])
def test_scales_never_mix_silently(left: str, right: str) -> None:
    assert parse_unit(left).same_kind(parse_unit(right))
    assert parse_unit(left) != parse_unit(right)
    with pytest.raises(MixedScales):
        _ = parse_unit(left) / parse_unit(right)
    with pytest.raises(MixedScales):
        _ = parse_unit(left) * parse_unit(right)


@pytest.mark.parametrize(
    ("source", "target", "above", "below"),
    [
        ("万元", "元", "10000", "1"),
        ("元", "万元", "1", "10000"),
        ("小时", "分钟", "60", "1"),
        ("分钟", "小时", "1", "60"),
        ("元/小时", "万元/天", "24", "10000"),
        ("元", "元", "1", "1"),
        ("%", "", "1", "1"),
    ],
)
def test_conversion(source: str, target: str, above: str, below: str) -> None:
    first, second = fraction_between(parse_unit(source), parse_unit(target)) or (Decimal(0), Decimal(1))
    assert first / second == Decimal(above) / Decimal(below)
    assert factor_between(parse_unit(source), parse_unit(target)) == Decimal(above) / Decimal(below)


def test_no_conversion_between_kinds() -> None:
    assert fraction_between(parse_unit("元"), parse_unit("美元")) is None
    assert factor_between(parse_unit("笔"), parse_unit("件")) is None


def test_every_symbol_and_alias_is_unique() -> None:
    symbols = [*(atom.symbol for atom in ATOMS), *(display.symbol for display in DISPLAYS)]
    assert len(symbols) == len(set(symbols)) == len(unit_symbols())
    for entry in ATOMS:
        assert parse_unit(entry.symbol).powers == ((entry.symbol, 1),)
        for alias in entry.aliases:
            assert parse_unit(alias).powers == ((entry.symbol, 1),), alias


def _product(powers: dict[str, int]) -> Unit:
    result = RATIO
    for symbol, power in powers.items():
        result = result * parse_unit(symbol).power(power)
    return result


_UNITS = st.dictionaries(
    st.sampled_from(["元", "笔", "件", "小时", "吨", "人"]), st.integers(-3, 3).filter(bool), max_size=3
).map(_product)


@settings(deadline=None)
@given(_UNITS, _UNITS)
def test_dividing_undoes_multiplying(left: Unit, right: Unit) -> None:
    assert left * right == right * left
    assert (left * right) / right == left
    assert parse_unit(left.symbol) == left
