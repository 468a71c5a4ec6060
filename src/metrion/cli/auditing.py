"""`audit`: the audit trail."""

from __future__ import annotations

from cyclopts import App

from metrion.audit import reads
from metrion.base.text import Text

audit = App(name="audit", help="The audit trail.", help_format="plaintext")


@audit.command
def verify() -> int:
    """Check the whole trail: every entry against the one before it, and all against the signed checkpoints."""
    verdict = reads.verify()
    if verdict.first_break is not None:
        where = f"{verdict.first_break.flaw} @ {verdict.first_break.seq}"
        print(f"BROKEN  {where}: {verdict.first_break.text.pick()}")
        return 1
    sealed = verdict.checkpoint.seq if verdict.checkpoint else 0
    words = Text(
        zh=f"完整：{verdict.entries} 条记录，已签名至第 {sealed} 条，末条哈希 {verdict.last_hash}",
        en=f"intact: {verdict.entries} entries, signed up to {sealed}, last hash {verdict.last_hash}",
    )
    print(words.pick())
    return 0
