"""How the command reads a question, and how it prints an answer."""

from __future__ import annotations

import pytest

from metrion.base.errors import Invalid
from metrion.cli.asking import filter_of, last_time
from metrion.cli.output import table, width


def test_lengths_of_time() -> None:
    assert (last_time("3m").count, last_time("3m").unit) == (3, "month")
    assert last_time("10d").unit == "day"
    assert last_time("2q").unit == "quarter"


@pytest.mark.parametrize("text", ["", "m", "0m", "3", "3x", "-1d", "3m ", "99999d"])
def test_no_length_of_time(text: str) -> None:
    with pytest.raises(Invalid):
        last_time(text)


def test_filters() -> None:
    assert filter_of("region=EAST,SOUTH").values == ("EAST", "SOUTH")
    assert filter_of("name=a=b").values == ("a=b",)
    with pytest.raises(Invalid):
        filter_of("region")


def test_tables_line_up_with_wide_characters() -> None:
    lines = table(("城市", "n"), [("北京市", 1), ("x", 1000)], right=frozenset({1})).splitlines()
    assert lines == ["城市       n", "------  ----", "北京市     1", "x       1000"]
    assert len({width(line) for line in lines}) == 1
