"""Receipts kept and read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.base.errors import NotFound
from metrion.query.models import ReceiptRecord
from metrion.query.schemas import KeptReceipt

if TYPE_CHECKING:
    from uuid import UUID

    from metrion.identity.schemas import Actor
    from metrion.query.schemas import Figures, Receipt


def keep(receipt: Receipt, figures: Figures) -> None:
    """Store a receipt and the first rows of its answer. They are durable when this returns."""
    ReceiptRecord.objects.create(
        id=receipt.id,
        created_at=receipt.created_at,
        asker=receipt.asked_by,
        scope_key=receipt.scope_key,
        answer_digest=receipt.answer_digest,
        draft=receipt.draft,
        content={**receipt.model_dump(mode="json"), "figures": figures.model_dump(mode="json")},
    )


def receipt(actor: Actor, receipt_id: UUID) -> KeptReceipt:
    """Return a receipt to the person who asked, or to a reader of the audit trail.

    For anybody else it does not exist: its SQL and row policy are the asker's. The figures are the asker's
    alone: who audits how a number came about need not be allowed to see the rows.
    """
    record = ReceiptRecord.objects.filter(id=receipt_id).first()
    if record is None or not (record.asker == actor.username or actor.may("audit.read")):
        raise NotFound(kind_zh="凭证", kind_en="receipt", key=str(receipt_id))
    kept = KeptReceipt.model_validate(record.content)
    return kept if record.asker == actor.username else kept.model_copy(update={"figures": None})
