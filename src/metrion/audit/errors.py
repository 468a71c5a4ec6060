"""Refusals of the audit room."""

from __future__ import annotations

from metrion.base.errors import MetrionError
from metrion.base.text import Text


class NotInTransaction(RuntimeError):
    """A programming fault: an entry must stand or fall with the change that it tells of."""


class ChainBroken(MetrionError):
    """The chain is shorter than a signed checkpoint says: no new checkpoint is made over that."""

    code = "audit_chain_broken"
    status = 409
    text = Text(
        zh="审计链止于第 {seq} 条，但已签名的检查点记录到第 {expected} 条。",
        en="The audit chain ends at entry {seq}, but a signed checkpoint says {expected}.",
    )
    remedy = Text(
        zh="请立即联系安全负责人，并运行 metrion audit verify。",
        en="Tell the security officer at once and run metrion audit verify.",
    )
