"""Conditions as sentences."""

from __future__ import annotations

import pytest

from metrion.base.text import Text
from metrion.semantic.condition import (
    EVERYTHING,
    NOTHING,
    And,
    Compare,
    Condition,
    Formula,
    IsNull,
    Match,
    Not,
    OneOf,
    Or,
    PersonValue,
    RelativeDay,
)
from metrion.semantic.condition_words import in_words

EAST = Compare(field="region", op="eq", value="east")
BIG = Compare(field="amount", op="ge", value=0.5)
NAMES = {"region": Text(zh="区域", en="region"), "amount": Text(zh="金额")}


def _since(days: int) -> Compare:
    return Compare(field="day", op="ge", value=RelativeDay(today=days))


@pytest.mark.parametrize(
    ("condition", "zh", "en"),
    [
        (EVERYTHING, "全部数据", "all rows"),
        (NOTHING, "无任何数据", "no rows"),
        (EAST, "区域等于“east”", "region is “east”"),
        (BIG, "金额大于等于0.5", "金额 is at least 0.5"),
        (Compare(field="open", op="ne", value=True), "open不等于是", "open is not true"),
        (OneOf(field="region", values=("east", 3)), "区域属于“east”、3", "region is one of “east”, 3"),
        (OneOf(field="region", values=(), negated=True), "全部数据", "all rows"),
        (
            OneOf(field="region", values=PersonValue(person="departments"), negated=True),
            "区域不属于本人的“departments”",
            "region is none of the person's “departments”",
        ),
        (IsNull(field="region"), "区域为空", "region is empty"),
        (IsNull(field="region", negated=True), "区域不为空", "region is not empty"),
        (Match(field="region", how="starts", text="e"), "区域开头是“e”", "region starts with “e”"),
        (Not(item=EAST), "并非（区域等于“east”）", "not (region is “east”)"),
        (Formula(formula="amount > 1"), "满足 amount > 1", "fulfils amount > 1"),
        (_since(-7), "day大于等于7天前", "day is at least 7 days ago"),
        (_since(-1), "day大于等于1天前", "day is at least 1 day ago"),
        (_since(0), "day大于等于今天", "day is at least today"),
        (_since(2), "day大于等于2天后", "day is at least in 2 days"),
        (And(items=(EAST,)), "区域等于“east”", "region is “east”"),
        (
            And(items=(BIG, Or(items=(EAST, IsNull(field="region"))))),
            "金额大于等于0.5 且 (区域等于“east” 或 区域为空)",
            "金额 is at least 0.5 and (region is “east” or region is empty)",
        ),
    ],
)
def test_sentences(condition: Condition, zh: str, en: str) -> None:
    words = in_words(condition, lambda field: NAMES.get(field, Text(zh=field, en=field)))
    assert (words.zh, words.en) == (zh, en)
