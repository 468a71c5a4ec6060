"""The story of an approval in words, from its events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.base.text import Text
from metrion.governance.engine import events as e

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the timeline. `text` may hold user names in `people`, to be shown as names."""

    at: datetime
    by: str
    kind: str
    text: Text
    comment: str
    people: tuple[str, ...] = ()


def timeline(events: Iterable[e.Event]) -> tuple[Step, ...]:
    """Return the steps that a person wants to read; inner steps of the machine are left out."""
    steps = []
    for event in events:
        told = _tell(event)
        if told is not None:
            text, people = told
            steps.append(Step(event.at, event.by, event.kind, text, event.comment, people))
    return tuple(steps)


def _tell(event: e.Event) -> tuple[Text, tuple[str, ...]] | None:  # noqa: C901, PLR0911, PLR0912 - one line for each kind
    match event:
        case e.Submitted():
            return Text(zh="提交变更申请", en="Submitted the change request"), ()
        case e.Resubmitted():
            return Text(zh="修改后重新提交", en="Submitted it again after changes"), ()
        case e.SeatDecided():
            return _decided(event)
        case e.Approved():
            return Text(zh="审批通过", en="Approval complete"), ()
        case e.Rejected():
            return Text(zh="审批未通过", en="Approval refused"), ()
        case e.Returned():
            if event.index is None:
                return Text(zh="退回给申请人", en="Returned to the requester"), ()
            return Text(zh=f"退回到第 {event.index + 1} 级", en=f"Returned to level {event.index + 1}"), ()
        case e.Withdrawn():
            return Text(zh="撤回申请", en="Withdrew the request"), ()
        case e.Blocked():
            return Text(zh="无人可审批，流程停住", en="Nobody can decide; it stands still"), ()
        case e.Unblocked():
            return Text(zh="已有审批人，流程继续", en="Somebody can decide; it goes on"), ()
        case e.SignersAdded():
            return Text(zh="加签", en="Added signers"), event.people
        case e.SeatTransferred():
            return Text(zh="转交", en="Handed over"), (event.to,)
        case e.Delegated():
            return Text(zh="委托代理", en="Delegated"), (event.delegation.delegate,)
        case e.Reminded():
            return Text(zh="催办", en="Reminded"), event.people
        case e.Escalated():
            return Text(zh="升级给上级", en="Escalated"), event.people
        case e.Copied():
            return Text(zh="抄送", en="Sent a copy"), event.people
        case e.Commented():
            return Text(zh="评论", en="Commented"), ()
        case e.LevelOpened() | e.LevelSatisfied() | e.SeatsRefreshed():
            return None


def _decided(event: e.SeatDecided) -> tuple[Text, tuple[str, ...]]:
    if event.carried:
        return Text(zh="同一审批人已在前级通过，自动去重", en="Approved an earlier level already"), ()
    if event.by != event.person:
        verb = (
            Text(zh="代理通过", en="Approved on behalf")
            if event.decision == "approve"
            else Text(zh="代理拒绝", en="Rejected on behalf")
        )
        return verb, (event.person,)
    if event.decision == "approve":
        return Text(zh="通过", en="Approved"), ()
    return Text(zh="拒绝", en="Rejected"), ()
