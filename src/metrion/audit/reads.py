"""Reading and checking the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson
from django.db.models import Max

from metrion.audit import checkpoints
from metrion.audit.chain import hash_of
from metrion.audit.models import GENESIS, Entry, Head
from metrion.audit.schemas import Break, CheckpointView, EntryView, Filters, Flaw, Source, Target, Verdict
from metrion.base.clock import now
from metrion.base.paging import MAX_PAGE, Page, decode_cursor, encode_cursor
from metrion.base.text import Text
from metrion.identity.reads import person_cards

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from metrion.identity.schemas import Actor, PersonCard

_CHUNK: Final = 2000
_SOURCES: Final[dict[str, Source]] = {
    "session": "session",
    "token": "token",
    "cli": "cli",
    "job": "job",
    "system": "system",
}
_FLAWS: Final[dict[Flaw, Text]] = {
    "gap": Text(zh="编号不连续：此处缺少记录。", en="The numbers have a gap: entries are missing here."),
    "unlinked": Text(zh="与前一条记录不衔接。", en="It does not continue the entry before it."),
    "altered": Text(zh="内容与写入时不同。", en="Its content is not what was written."),
    "head": Text(zh="链尾与登记的末条记录不符。", en="The end of the chain is not the registered last entry."),
    "truncated": Text(
        zh="检查点之后的记录被截去或数据库被回滚。",
        en="Entries that a checkpoint covers are gone: the tail was cut or the database rolled back.",
    ),
    "rewritten": Text(zh="与已签名的检查点不符：链被整体改写。", en="It contradicts a signed checkpoint: rewritten."),
    "checkpoint_unreadable": Text(zh="检查点文件中有无法读取的行。", en="The checkpoint file has an unreadable line."),
    "checkpoint_forged": Text(zh="检查点签名无效。", en="A checkpoint is not signed by this installation's key."),
}


def entries(actor: Actor, filters: Filters, cursor: str | None = None, limit: int = 50) -> Page[EntryView]:
    """Return entries, newest first. For `audit.read`. Three queries."""
    actor.require("audit.read")
    found = _matching(filters)
    total = found.count()
    if cursor is not None:
        found = found.filter(seq__lt=decode_cursor(cursor, int)[0])
    size = max(1, min(limit, MAX_PAGE))
    rows = list(found.order_by("-seq")[: size + 1])
    shown = rows[:size]
    cards = person_cards(row.actor for row in shown if row.actor)
    return Page[EntryView](
        items=[_view(row, cards) for row in shown],
        next_cursor=encode_cursor([shown[-1].seq]) if len(rows) > size else None,
        total=total,
    )


def _matching(filters: Filters) -> QuerySet[Entry]:
    found = Entry.objects.all()
    if filters.actor is not None:
        found = found.filter(actor=filters.actor)
    if filters.action is not None:
        family = filters.action.endswith(".")
        found = found.filter(action__startswith=filters.action) if family else found.filter(action=filters.action)
    if filters.target_kind is not None:
        found = found.filter(target_kind=filters.target_kind)
    if filters.target_id is not None:
        found = found.filter(target_id=filters.target_id)
    if filters.since is not None:
        found = found.filter(at__gte=filters.since)
    return found if filters.until is None else found.filter(at__lt=filters.until)


def _view(row: Entry, cards: Mapping[str, PersonCard]) -> EntryView:
    return EntryView(
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        person=cards.get(row.actor),
        source=_SOURCES[row.source],
        request_id=row.request_id,
        action=row.action,
        target=Target(kind=row.target_kind, id=row.target_id, label=row.target_label),
        detail=orjson.loads(row.detail),
        reason=row.reason,
        hash=row.hash,
    )


# --- verification ---------------------------------------------------------------------------------


def verify() -> Verdict:
    """Check the whole trail against itself and against the signed checkpoints; report the first break.

    Streams: memory does not grow with the trail. Entries written meanwhile are left for the next run.
    """
    sealed, flaw = _sealed()
    newest = Entry.objects.aggregate(seq=Max("seq"))["seq"] or 0
    # Read after `newest`: an entry and the head are committed together, so the head cannot be behind.
    head = Head.objects.filter(pk=1).first() or Head()
    checked = _Walk({one.seq: one.hash for one in sealed})
    found = checked.walk(Entry.objects.filter(seq__lte=head.seq).order_by("seq").iterator(_CHUNK))
    if found is None and (checked.seq != head.seq or checked.hash != head.hash or newest > head.seq):
        found = _break("head", checked.seq)
    last = sealed[-1] if sealed else None
    if found is None and last is not None and last.seq > checked.seq:
        found = _break("truncated", last.seq)
    first = found or flaw
    return Verdict(
        intact=first is None,
        entries=checked.seq,
        last_hash=checked.hash,
        first_break=first,
        checkpoint=last,
        checked_at=now(),
    )


def _break(flaw: Flaw, seq: int) -> Break:
    return Break(flaw=flaw, seq=seq, text=_FLAWS[flaw])


def _sealed() -> tuple[list[CheckpointView], Break | None]:
    """Return the good checkpoints up to the first bad line, and that line's flaw."""
    good: list[CheckpointView] = []
    try:
        good.extend(checkpoints.read_all())
    except checkpoints.Forged as forged:
        return good, _break("checkpoint_forged", forged.claimed.seq)
    except checkpoints.Unreadable:
        return good, _break("checkpoint_unreadable", good[-1].seq if good else 0)
    return good, None


class _Walk:
    """Goes along the chain and stops at the first entry that does not fit."""

    def __init__(self, sealed: Mapping[int, str]) -> None:
        self.sealed = sealed
        self.seq = 0
        self.hash = GENESIS

    def walk(self, rows: Iterable[Entry]) -> Break | None:
        """Return the first break, or None at the end."""
        for row in rows:
            flaw = self._flaw(row)
            if flaw is not None:
                return _break(flaw, row.seq if flaw != "gap" else self.seq + 1)
            self.seq, self.hash = row.seq, row.hash
        return None

    def _flaw(self, row: Entry) -> Flaw | None:
        if row.seq != self.seq + 1:
            return "gap"
        if row.prev_hash != self.hash:
            return "unlinked"
        if row.hash != hash_of(row):
            return "altered"
        return "rewritten" if self.sealed.get(row.seq, row.hash) != row.hash else None
