"""From one number to the other in steps that add up: exact decimals, whatever could not be computed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING, Final

from metrion.base.errors import MetrionError

if TYPE_CHECKING:
    from collections.abc import Sequence

Level = Decimal | MetrionError
"""The number after a step, or why it could not be computed."""

EXACT: Final = Context(prec=200)
"""No number of the engine has more than 38 digits: sums and differences of them are exact here."""
_FLOAT_DIGITS: Final = 12
"""Of a binary float, decimal digits that its way of computing leaves alone."""


@dataclass(frozen=True, slots=True)
class Step:
    """What some factors, which could not be told apart where they are several, add to the number."""

    factors: tuple[str, ...]
    amount: Decimal
    after: Decimal
    refusal: MetrionError | None = None


def steps(start: Decimal, ladder: Sequence[tuple[tuple[str, ...], Level]]) -> tuple[Step, ...]:
    """Return the steps from `start` up the ladder. Its last level must be a number.

    A level that could not be computed joins its factors to those of the next one. The amounts add up to the
    last level less `start`.
    """
    found: list[Step] = []
    before, waiting, refusal = start, dict[str, None](), None
    for factors, level in ladder:
        waiting.update(dict.fromkeys(factors))
        if isinstance(level, MetrionError):
            refusal = refusal or level
            continue
        found.append(Step(tuple(waiting), less(level, before), level, refusal))
        before, waiting, refusal = level, {}, None
    if waiting:
        message = "the last level of a ladder is the other number"
        raise AssertionError(message)
    return tuple(found)


def less(number: Decimal, other: Decimal) -> Decimal:
    """Return number - other, exactly."""
    return EXACT.subtract(number, other)


def settled(start: Decimal, between: Sequence[Level], end: Decimal) -> tuple[Decimal, tuple[Level, ...], Decimal]:
    """Return numbers that come from binary floats without what only the order of additions has made.

    All are rounded to the same place, the twelfth digit of the largest. Then a number that is a unit of that
    place beside the one before it is that number, so that a step which does nothing adds nothing; the same
    from the other end.
    """
    largest = max(abs(number) for number in (start, end, *between) if isinstance(number, Decimal))
    if not largest:
        return start, tuple(between), end
    unit = Decimal(1).scaleb(largest.adjusted() - _FLOAT_DIGITS + 1)
    first, last = _rounded(start, unit), _rounded(end, unit)
    forwards = _drawn_together(
        first, [each if isinstance(each, MetrionError) else _rounded(each, unit) for each in between], unit
    )
    return first, tuple(reversed(_drawn_together(last, forwards[::-1], unit))), last


def _rounded(number: Decimal, unit: Decimal) -> Decimal:
    return number.quantize(unit, ROUND_HALF_EVEN, EXACT)


def _drawn_together(last: Decimal, levels: Sequence[Level], unit: Decimal) -> list[Level]:
    """Return the levels, each made the one before it where no more than a unit lies between the two."""
    found: list[Level] = []
    for level in levels:
        if isinstance(level, Decimal):
            last = last if abs(less(level, last)) <= unit else level
        found.append(last if isinstance(level, Decimal) else level)
    return found
