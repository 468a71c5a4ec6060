"""Finding metrics by whatever a person types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrion.base.text import speaking
from metrion.catalog import reads
from metrion.catalog.search import all_grams, fold, word_grams, words

if TYPE_CHECKING:
    from tests.catalog.library import Library


def found(library: Library, text: str, who: str = "ann") -> list[str]:
    return [card.code for card in reads.metric_cards(library.actor(who), text).items]


@pytest.mark.parametrize(
    "text", ["毛利", "毛", "gross", "GROSS profit", "ml", "maoli", "mao li", "Gross Pro", "gross_profit"]
)
def test_gross_profit_is_found(library: Library, text: str) -> None:
    assert "gross_profit" in found(library, text)


@pytest.mark.parametrize(
    ("text", "first"),
    [("毛利", "gross_profit"), ("毛利率", "gross_margin"), ("营业额", "sales_value"), ("gmv", "sales_value"),
     ("sales_value", "sales_value"), ("销售额", "sales_value"), ("xse", "sales_value"), ("成本", "cost_value")],
)  # fmt: skip
def test_the_best_match_comes_first(library: Library, text: str, first: str) -> None:
    assert found(library, text)[0] == first


@pytest.mark.parametrize("text", ["利毛", "不存在", "zzz", "%", "_", '"', "' or 1=1", "NOT", "* AND"])
def test_what_is_not_there_is_not_found(library: Library, text: str) -> None:
    assert found(library, text) == []


def test_caliber_and_tags_are_found_last(library: Library) -> None:
    assert found(library, "核心") == ["sales_value"]
    assert found(library, "毛利率的口径") == ["gross_margin"]


def test_pages_of_a_search_join_to_the_whole(library: Library) -> None:
    whole = found(library, "a")
    assert len(whole) > 2
    joined, cursor = [], None
    while True:
        page = reads.metric_cards(library.actor("ann"), "a", cursor=cursor, limit=2)
        assert page.total == len(whole)
        joined += [card.code for card in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert joined == whole


def test_lists_are_ordered_in_the_readers_language(library: Library) -> None:
    with speaking("zh"):
        assert [card.name.zh for card in reads.metric_cards(library.actor("ann")).items] == [
            "成本", "东区销售额", "毛利", "毛利率", "销售额",
        ]  # fmt: skip
    with speaking("en"):
        assert [card.name.en for card in reads.metric_cards(library.actor("ann")).items] == [
            "Cost", "Gross margin", "Gross profit", "Sales in the east", "Sales value",
        ]  # fmt: skip


@given(st.text(max_size=40), st.data())
def test_every_part_of_a_word_is_in_the_index(text: str, data: st.DataObject) -> None:
    held = set(all_grams([text]).split(" "))
    for word in words(text):
        start = data.draw(st.integers(0, len(word) - 1))
        part = word[start : data.draw(st.integers(start + 1, len(word)))]
        assert word_grams(part) <= held


@given(st.text(max_size=60))
def test_folding_is_stable(text: str) -> None:
    assert words(fold(text)) == words(text)
