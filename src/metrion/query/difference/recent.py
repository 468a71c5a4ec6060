"""The numbers that a person has asked for lately: what another one can be compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.query.difference.errors import NoCommonNumber
from metrion.query.difference.numbers import number, numbers_of
from metrion.query.difference.schemas import ReceiptCard
from metrion.query.models import ReceiptRecord
from metrion.query.schemas import KeptReceipt

if TYPE_CHECKING:
    from metrion.identity.schemas import Actor

_LOOKED_THROUGH: Final = 500
"""Only so many of the newest receipts are read."""


def recent(actor: Actor, metric: str, limit: int) -> list[ReceiptCard]:
    """Return the person's own receipts of a metric, newest first; of equal answers to one question the last.

    Previews are left out: their numbers are no governed ones.
    """
    rows = ReceiptRecord.objects.filter(asker=actor.username, draft=False).order_by("-created_at")
    found: dict[tuple[str, str], ReceiptCard] = {}
    for content in rows.values_list("content", flat=True)[:_LOOKED_THROUGH]:
        if metric in content["request"]["metrics"]:
            receipt = KeptReceipt.model_validate(content)
            found.setdefault((receipt.request.model_dump_json(), receipt.answer_digest), _card(receipt, metric))
            if len(found) == limit:
                break
    return list(found.values())


def _card(receipt: KeptReceipt, metric: str) -> ReceiptCard:
    card = ReceiptCard(
        id=receipt.id,
        created_at=receipt.created_at,
        request=receipt.request,
        time_start=receipt.time_start,
        time_end=receipt.time_end,
    )
    if receipt.figures is None:
        return card
    try:
        kept = numbers_of(receipt.figures, metric)
    except NoCommonNumber:
        return card
    whole = number(kept.values.get(()))
    return card.model_copy(
        update={
            "value": None if whole is None else format(whole, "f"),
            "unit": kept.column.unit,
            "decimals": kept.column.decimals,
        }
    )
