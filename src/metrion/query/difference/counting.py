"""How much each factor explains: the number in every state between two receipts, and the steps between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from metrion.query.difference import permission, words
from metrion.query.difference.errors import NoCommonNumber, NoSuchRow, NoValue
from metrion.query.difference.ladder import less, settled, steps
from metrion.query.difference.numbers import chosen, numbers_of, pairs, written
from metrion.query.difference.schemas import ComparedRow, Factor, FactorDetail, FactorShare
from metrion.query.difference.states import Place, level

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from metrion.engines.cancel import CancelToken
    from metrion.identity.schemas import Actor
    from metrion.query.difference.ladder import Level, Step
    from metrion.query.difference.numbers import Numbers, Pair, Row
    from metrion.query.difference.rung import Ladder
    from metrion.query.difference.schemas import ReceiptDifference
    from metrion.query.difference.words import Names
    from metrion.query.schemas import KeptReceipt


@dataclass(frozen=True, slots=True)
class Case:
    """Two receipts of one reader, what differs between them, and which metric of each is compared."""

    actor: Actor
    a: KeptReceipt
    b: KeptReceipt
    metrics: tuple[str, str]
    names: Names
    ladder: Ladder
    cancel: CancelToken | None


def counted(case: Case, told: ReceiptDifference, at: Sequence[str]) -> ReceiptDifference:
    """Return the difference with its numbers. Raises the refusals of `difference.errors` where there are none."""
    if case.a.figures is None or case.b.figures is None:
        raise NoCommonNumber
    a, b = numbers_of(case.a.figures, case.metrics[0]), numbers_of(case.b.figures, case.metrics[1])
    found = pairs(a, b)
    told = told.model_copy(
        update={
            "unit": b.column.unit,
            "decimals": b.column.decimals,
            "columns": b.groups,
            "rows": tuple(_row(pair, b) for pair in found),
            "factors": (*told.factors, *_units(a, b)),
        }
    )
    try:
        row = chosen(found, b.groups, at)
    except (NoSuchRow, NoValue) as refusal:
        return told.model_copy(update={"refusal": refusal.render()})
    return _shared(case, told, row, (a, b))


def _shared(case: Case, told: ReceiptDifference, row: Row, numbers: tuple[Numbers, Numbers]) -> ReceiptDifference:
    a, b = numbers
    first, between, last = row.a, _levels(case, row, b), row.b
    if "float" in {a.column.type, b.column.type}:
        first, between, last = settled(first, between, last)
    from_a, to_b = permission.ends(case.actor, case.a, case.b, (first, between[0]), (between[-1], last), case.names)
    climbing = [rung for rung in case.ladder.rungs if rung.climb is not None]
    factors = [_ids(from_a), *((rung.factor.id,) for rung in climbing), _ids(to_b)]
    found = [
        step if step.factors else replace(step, factors=(permission.UNKNOWN.id,))
        for step in steps(first, list(zip(factors, (*between, last), strict=True)))
        if step.factors or step.amount
    ]
    quiet = {rung.factor.id for rung in climbing if rung.quiet}
    shown = [step for step in found if step.amount or not quiet.issuperset(step.factors)]
    unknown = [permission.UNKNOWN] if any(permission.UNKNOWN.id in step.factors for step in found) else []
    dropped = quiet - {id_ for step in shown for id_ in step.factors}
    return told.model_copy(
        update={
            "a": told.a.model_copy(update={"value": _text(first)}),
            "b": told.b.model_copy(update={"value": _text(last)}),
            "at": written(row.keys, b.groups),
            "amount": _text(less(last, first)),
            "factors": _merged(
                from_a,
                [each for each in told.factors if each.kind not in {"permission", "engine"} and each.id not in dropped],
                to_b,
                unknown,
            ),
            "shares": tuple(map(_share, shown)),
        }
    )


def _levels(case: Case, row: Row, b: Numbers) -> tuple[Level, ...]:
    """Return the number in the state of A, and after each rung, all as the reader may see it now."""
    place = Place(case.a.request, row.keys, tuple(column.name for column in b.groups), b.column.unit)
    state = case.ladder.start
    found = [level(case.actor, state, place, case.cancel)]
    for rung in case.ladder.rungs:
        if rung.climb is not None:
            state = rung.climb(state)
            found.append(level(case.actor, state, place, case.cancel))
    return tuple(found)


def _merged(*parts: Sequence[Factor]) -> tuple[Factor, ...]:
    """Return all factors in their order, each once."""
    return tuple({factor.id: factor for part in parts for factor in part}.values())


def _ids(factors: Sequence[Factor]) -> tuple[str, ...]:
    return tuple(factor.id for factor in factors)


def _units(a: Numbers, b: Numbers) -> tuple[Factor, ...]:
    if a.column.unit == b.column.unit:
        return ()
    detail = FactorDetail(label=words.UNIT, a=words.code(a.column.unit or "-"), b=words.code(b.column.unit or "-"))
    return (Factor(id="unit", kind="unit", title=words.UNIT, details=(detail,), note=words.UNIT_NOTE, counts=False),)


def _row(pair: Pair, b: Numbers) -> ComparedRow:
    texts = [None if value is None else _text(value) for value in (pair.a, pair.b, pair.amount)]
    return ComparedRow(keys=pair.keys, at=written(pair.keys, b.groups), a=texts[0], b=texts[1], amount=texts[2])


def _share(step: Step) -> FactorShare:
    return FactorShare(
        factors=step.factors,
        amount=_text(step.amount),
        after=_text(step.after),
        refusal=step.refusal.render() if step.refusal else None,
    )


def _text(value: Decimal) -> str:
    return format(value, "f")
