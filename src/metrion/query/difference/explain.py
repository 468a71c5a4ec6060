"""Two receipts, or two questions, and why their numbers differ: for the one who reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.base.errors import MetrionError
from metrion.engines.errors import QueryCancelled
from metrion.query import receipts
from metrion.query.difference import permission
from metrion.query.difference.counting import Case, counted
from metrion.query.difference.errors import FiguresNotYours, NoCommonNumber
from metrion.query.difference.numbers import compared_metrics, metrics_of
from metrion.query.difference.rungs import ladder_of
from metrion.query.difference.schemas import ComparedSide, ReceiptDifference
from metrion.query.difference.words import Names
from metrion.query.service import ask

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from metrion.engines.cancel import CancelToken
    from metrion.identity.schemas import Actor
    from metrion.query.difference.schemas import DifferenceRequest
    from metrion.query.schemas import KeptReceipt
    from metrion.semantic.model import Code


def explain(
    actor: Actor,
    a_id: UUID,
    b_id: UUID,
    *,
    metric: Code | None = None,
    at: Sequence[str] = (),
    cancel: CancelToken | None = None,
) -> ReceiptDifference:
    """Say what differs between two receipts and how much each factor explains of B less A.

    Whoever may read both receipts is told what differs; the numbers only who asked for both. Where there are
    no numbers the difference says why. Raises `NotFound`.
    """
    a, b = receipts.receipt(actor, a_id), receipts.receipt(actor, b_id)
    names = Names(actor, (a, b))
    refusal: MetrionError | None = None
    try:
        metrics = metrics_of(a, b, metric)
    except NoCommonNumber as none:
        if not a.request.metrics or not b.request.metrics:  # members only: there is no number to follow
            raise
        refusal, metrics = none, (a.request.metrics[0], b.request.metrics[0])
    ladder = ladder_of(actor, a, b, metrics, names)
    told = ReceiptDifference(
        a=_side(a, metrics[0], names),
        b=_side(b, metrics[1], names),
        metrics=compared_metrics(a, b),
        factors=(*(rung.factor for rung in ladder.rungs), *permission.factors(a, b, names)),
    )
    if not a.asked_by == b.asked_by == actor.username:
        refusal = FiguresNotYours()
    if refusal is not None:
        return told.model_copy(update={"refusal": refusal.render()})
    try:
        return counted(Case(actor, a, b, metrics, names, ladder, cancel), told, at)
    except QueryCancelled:
        raise
    except MetrionError as fault:
        return told.model_copy(update={"refusal": fault.render()})


def explain_questions(
    actor: Actor, asked: DifferenceRequest, *, cancel: CancelToken | None = None
) -> ReceiptDifference:
    """Ask two questions as the actor, and explain the difference of their receipts."""
    a, b = (ask(actor, question, cancel=cancel).receipt.id for question in (asked.a, asked.b))
    return explain(actor, a, b, metric=asked.metric, at=asked.at, cancel=cancel)


def _side(receipt: KeptReceipt, metric: Code, names: Names) -> ComparedSide:
    return ComparedSide(
        receipt=receipt.id,
        created_at=receipt.created_at,
        asked_by=receipt.asked_by,
        metric=metric,
        label=names.of(("metric", metric)),
        time_start=receipt.time_start,
        time_end=receipt.time_end,
        draft=receipt.draft,
    )
