"""Old and new version of a change on the same data: the evidence that a decision rests on.

It is run as the person who looks, so an approver sees no number that they could not see elsewhere,
and it is attached to the change as evidence for exactly the digest that was run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from metrion.base.errors import MetrionError
from metrion.governance import actions as governance
from metrion.governance import reads as governance_reads
from metrion.query.errors import NothingToCompare, NothingVisible
from metrion.query.formats import plain_rows
from metrion.query.schemas import Backtest, BacktestPoint, MetricBacktest
from metrion.query.service import Answer, ask
from metrion.semantic.calendar import is_grain
from metrion.semantic.model import Grain
from metrion.semantic.request import LastTime, MetricQuery

if TYPE_CHECKING:
    from uuid import UUID

    from metrion.identity.schemas import Actor
    from metrion.semantic.model import Definition

_PERIODS = 12
_GRAINS: Final[tuple[Grain, ...]] = get_args(Grain)
"""From day to year."""


def backtest(actor: Actor, change_id: UUID) -> Backtest:
    """Return, per metric of the change, both versions over the last twelve periods of data, and the whole.

    A period is a month, or the metric's smallest grain where that is coarser. A side that cannot be
    computed, or of which the reader sees nothing, carries its refusal instead of numbers; evidence is
    attached only when every new side has an answer.
    """
    change = governance_reads.change(actor, change_id)
    candidates = governance_reads.candidate(actor, change_id)
    created = {item.code for item in change.items if item.kind == "metric" and item.operation == "create"}
    metrics = [definition.code for definition in candidates if definition.kind == "metric"]
    if not metrics:
        raise NothingToCompare
    found = tuple(_one(actor, code, candidates, is_new=code in created) for code in metrics)
    result = Backtest(change_id=change_id, digest=change.digest, metrics=found)
    if all(metric.refusal is None for metric in found):
        governance.attach_evidence(
            actor,
            change_id,
            change.digest,
            "preview" if len(created) == len(metrics) else "backtest",
            result.model_dump(mode="json"),
        )
    return result


def _one(actor: Actor, code: str, candidates: tuple[Definition, ...], *, is_new: bool) -> MetricBacktest:
    grain = _grain(code, candidates)
    by_period = MetricQuery(metrics=(code,), grain=grain, time=LastTime(count=_PERIODS, unit=grain))
    whole = MetricQuery(metrics=(code,))
    try:
        new, new_whole = ask(actor, by_period, candidates=candidates), ask(actor, whole, candidates=candidates)
    except MetrionError as refusal:
        return MetricBacktest(metric=code, refusal=refusal.render())
    if all(value is None for value in new.table.column(1).to_pylist()) and _only_value(new_whole) is None:
        return MetricBacktest(metric=code, refusal=NothingVisible(metric=code).render())
    old = old_whole = None
    if not is_new:
        old, old_whole = ask(actor, by_period), ask(actor, whole)
    column = new_whole.columns[0]
    return MetricBacktest(
        metric=code,
        unit=column.unit,
        decimals=column.decimals,
        grain=grain,
        points=_points(old, new),
        old_total=_only_value(old_whole),
        new_total=_only_value(new_whole),
        old_receipt=old_whole.receipt.id if old_whole else None,
        new_receipt=new_whole.receipt.id,
    )


def _grain(code: str, candidates: tuple[Definition, ...]) -> Grain:
    """Return month, or the smallest grain at which the new version may be asked."""
    named = [each.smallest_grain for each in candidates if each.kind == "metric" and each.code == code]
    smallest = [level for level in named if is_grain(level)]
    return max(("month", *smallest), key=_GRAINS.index)


def _points(old: Answer | None, new: Answer) -> tuple[BacktestPoint, ...]:
    before = _series(old) if old else {}
    after = _series(new)
    return tuple(
        BacktestPoint(period=period, old=before.get(period), new=after.get(period))
        for period in sorted({*before, *after})
    )


def _series(answer: Answer) -> dict[str, float | None]:
    return {
        str(period): None if value is None else float(value)
        for period, value in zip(*(column.to_pylist() for column in answer.table.columns[:2]), strict=True)
    }


def _only_value(answer: Answer | None) -> float | None:
    rows = [] if answer is None else plain_rows(answer.table)
    if answer is None or not rows:
        return None
    value = answer.table.column(0)[0].as_py()
    return None if value is None else float(value)
