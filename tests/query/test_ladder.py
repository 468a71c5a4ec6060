"""The steps between two numbers add up exactly, whatever could not be computed."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.grounds import examples

from metrion.base.errors import Invalid, MetrionError
from metrion.query.difference.ladder import EXACT, less, settled, steps

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**30), max_value=10**30)
LEVELS = st.one_of(NUMBERS, st.builds(lambda: Invalid(reason_zh="无", reason_en="none")))
FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=64).map(lambda value: Decimal(repr(value)))


@settings(max_examples=examples(300))
@given(NUMBERS, st.lists(LEVELS, max_size=8), NUMBERS)
def test_steps_add_up_and_name_every_factor_once(
    start: Decimal, between: list[Decimal | MetrionError], end: Decimal
) -> None:
    ladder = [((f"factor {place}",), level) for place, level in enumerate((*between, end))]
    found = steps(start, ladder)
    total = start
    for step in found:
        total = EXACT.add(total, step.amount)
        assert total == step.after
        assert (step.refusal is None) == (len(step.factors) == 1)
    assert total == end
    assert [name for step in found for name in step.factors] == [name for names, _ in ladder for name in names]


@settings(max_examples=examples(300))
@given(FLOATS, st.lists(FLOATS, max_size=6), FLOATS)
def test_settled_numbers_stay_within_the_twelfth_digit_of_the_largest(
    start: Decimal, between: list[Decimal], end: Decimal
) -> None:
    first, middle, last = settled(start, between, end)
    largest = max(map(abs, (start, *between, end)))
    slack = Decimal(1).scaleb(largest.adjusted() - 10) * (len(between) + 1) if largest else Decimal(0)
    for old, new in zip((start, *between, end), (first, *middle, last), strict=True):
        assert isinstance(new, Decimal)
        assert abs(less(old, new)) <= slack


def test_what_only_the_order_of_additions_has_made_is_no_step() -> None:
    noisy = [Decimal(repr(value)) for value in (0.1 + 0.2, 0.3, 0.30000000000000004)]
    first, between, last = settled(noisy[0], noisy[1:2], noisy[2])
    assert first == between[0] == last == Decimal("0.3")
    assert settled(Decimal(0), (), Decimal(0)) == (Decimal(0), (), Decimal(0))


def test_an_edge_of_rounding_between_equal_numbers_is_no_step() -> None:
    below, above = Decimal("100.00000000049999"), Decimal("100.00000000050001")
    first, between, last = settled(below, [above, Decimal(50)], Decimal(40))
    assert (first, between[0], between[1], last) == (Decimal(100), Decimal(100), Decimal(50), Decimal(40))
