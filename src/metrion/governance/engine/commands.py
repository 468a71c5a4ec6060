"""What can be asked of an approval. `by` is a user name, empty for the system."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from metrion.governance.engine.flow import Candidates, Flow
from metrion.governance.engine.state import Delegation


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    command_id: Annotated[str, Field(min_length=1)]
    """Idempotency: a command whose id was already taken changes nothing."""
    by: str


class Submit(_Command):
    """Start: `by` is the requester."""

    co_authors: tuple[str, ...] = ()
    flow: Flow
    digest: str
    candidates: Mapping[str, Candidates]
    delegations: tuple[Delegation, ...] = ()
    copies: tuple[str, ...] = ()


class Resubmit(_Command):
    """Start a new round after a return to the requester, with new content."""

    digest: str
    candidates: Mapping[str, Candidates]
    comment: str = ""


class Decide(_Command):
    """Approve or reject the content with `digest`."""

    digest: str
    decision: Literal["approve", "reject"]
    comment: str = ""


class Return(_Command):
    """退回: to an earlier level by key, or to the requester (None)."""

    digest: str
    to: str | None = None
    comment: str = ""


class Withdraw(_Command):
    """撤回 by the requester or a co-author."""

    comment: str = ""


class AddSign(_Command):
    """加签: more people must approve, before, after or in parallel to the open level."""

    people: Annotated[tuple[str, ...], Field(min_length=1)]
    where: Literal["before", "after", "parallel"]
    eligible: frozenset[str]
    """Those of `people` who hold the permission to decide here, as resolved by the caller."""
    comment: str = ""


class Transfer(_Command):
    """转交: give one's seat to another person."""

    to: str
    eligible: frozenset[str]
    comment: str = ""


class Delegate(_Command):
    """代理: let another person decide in one's place for a while. Both ends included."""

    to: str
    start: datetime
    end: datetime
    eligible: frozenset[str]


class Remind(_Command):
    """催办 by the requester or a co-author."""

    comment: str = ""


class Copy(_Command):
    """抄送: tell people, without any power to decide."""

    people: Annotated[tuple[str, ...], Field(min_length=1)]


class Comment(_Command):
    """A remark."""

    comment: Annotated[str, Field(min_length=1)]


class Refresh(_Command):
    """The organisation changed: these are the candidates now."""

    candidates: Mapping[str, Candidates]


class Tick(_Command):
    """Time passed: apply time-outs."""


Command = (
    Submit
    | Resubmit
    | Decide
    | Return
    | Withdraw
    | AddSign
    | Transfer
    | Delegate
    | Remind
    | Copy
    | Comment
    | Refresh
    | Tick
)
