"""Codes are valid, unique in their kind, and the same at every import."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as some

from metrion.interchange.foreign.codes import Codes, code_of

CODE = re.compile(r"^[a-z][a-z0-9_]{0,62}$")


def test_names_that_are_codes_stay() -> None:
    assert code_of("bookings") == "bookings"
    assert code_of("Listing__Country") == "listing__country"
    assert code_of("Net sales (%)") == "net_sales"


@given(some.text(max_size=120))
def test_every_name_has_a_valid_code_and_always_the_same(name: str) -> None:
    assert CODE.match(code_of(name))
    assert code_of(name) == code_of(name)


def test_what_is_lost_is_marked_so_that_names_stay_apart() -> None:
    assert code_of("销售额") != code_of("利润额")
    assert code_of("a" * 70) != code_of("a" * 71)


@given(some.lists(some.text(max_size=8), unique=True, max_size=30))
def test_codes_of_one_kind_are_unique(names: list[str]) -> None:
    codes = Codes()
    given_codes = [codes.of("metric", name) for name in names]
    assert len(set(given_codes)) == len(names)
    assert [codes.of("metric", name) for name in names] == given_codes
    assert all(CODE.match(code) for code in given_codes)
