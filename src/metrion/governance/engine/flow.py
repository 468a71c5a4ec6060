"""Flow definitions: levels, who approves, what happens when nobody can. A change pins one version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from metrion.base.text import Text

Mode = Literal["all", "any", "in_turn", "quorum"]
"""会签, 或签, 依次, 票签."""
DepartmentRef = str
"""`domain` (that answers for the content), `requester` (the asker's own), or a department path."""


class Frozen(BaseModel):
    """Base of all engine values."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- who approves -----------------------------------------------------------------------------------


class PersonSelector(Frozen):
    """One named person."""

    kind: Literal["person"] = "person"
    username: str


class RoleSelector(Frozen):
    """Everybody with a role in a department."""

    kind: Literal["role"] = "role"
    role: str
    department: DepartmentRef = "domain"


class PermissionSelector(Frozen):
    """Everybody who holds a permission over a department."""

    kind: Literal["permission"] = "permission"
    permission: str
    department: DepartmentRef = "domain"


class OwnerSelector(Frozen):
    """The owners of the changed definitions."""

    kind: Literal["owner"] = "owner"


class HeadSelector(Frozen):
    """The head of a department."""

    kind: Literal["head"] = "head"
    department: DepartmentRef = "domain"


class ManagerSelector(Frozen):
    """The requester's n-th manager: 1 is the direct one."""

    kind: Literal["manager"] = "manager"
    distance: Annotated[int, Field(ge=1, le=10)] = 1


class ChoiceSelector(Frozen):
    """The people whom the requester named under `key`."""

    kind: Literal["choice"] = "choice"
    key: str


Selector = Annotated[
    PersonSelector
    | RoleSelector
    | PermissionSelector
    | OwnerSelector
    | HeadSelector
    | ManagerSelector
    | ChoiceSelector,
    Field(discriminator="kind"),
]


# --- levels -----------------------------------------------------------------------------------------


class Quorum(Frozen):
    """How many members must approve: a count, or a share of the members in percent (rounded up)."""

    count: Annotated[int, Field(ge=1)] | None = None
    percent: Annotated[int, Field(ge=1, le=100)] | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.count is None) == (self.percent is None):
            reason = "a quorum has either a count or a percentage"
            raise ValueError(reason)
        return self

    def needed(self, members: int) -> int:
        """Return the number of approvals needed among `members` people, at least one."""
        if self.count is not None:
            return self.count
        return max(1, -(-members * (self.percent or 100) // 100))


class TimeOut(Frozen):
    """What happens to a level that waits: remind its people, then let superiors decide. Hours."""

    remind_after: Annotated[int, Field(ge=1)] | None = None
    escalate_after: Annotated[int, Field(ge=1)] | None = None


class Level(Frozen):
    """One step of the approval."""

    key: str
    name: Text
    mode: Mode
    approvers: Annotated[tuple[Selector, ...], Field(min_length=1)]
    quorum: Quorum | None = None
    empty: Literal["escalate", "block"] = "escalate"
    """When too few can decide: ask the superiors, or stand still. It never passes by itself."""
    time_out: TimeOut = TimeOut()

    @model_validator(mode="after")
    def _quorum_fits(self) -> Self:
        if (self.mode == "quorum") != (self.quorum is not None):
            reason = "a quorum belongs to the mode quorum and to no other"
            raise ValueError(reason)
        return self


class Flow(Frozen):
    """An approval flow. `version` grows with each edit; running approvals keep theirs."""

    code: str
    version: int
    name: Text
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    copies: tuple[Selector, ...] = ()
    """抄送: people who are told when it starts."""
    duplicates: Literal["once", "every_level"] = "once"
    """`once`: who approved in an earlier level of the same round need not approve again."""

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Self:
        keys = [level.key for level in self.levels]
        if len(set(keys)) != len(keys):
            reason = "two levels have the same key"
            raise ValueError(reason)
        return self


class FlowRule(Frozen):
    """A condition that chooses a flow: each named fact must have one of the listed values."""

    when: Mapping[str, tuple[str, ...]] = {}
    flow: Flow


def choose_flow(rules: Sequence[FlowRule], facts: Mapping[str, str], otherwise: Flow) -> Flow:
    """Return the flow of the first rule that holds for the facts."""
    for rule in rules:
        if all(facts.get(name) in values for name, values in rule.when.items()):
            return rule.flow
    return otherwise


# --- resolution -------------------------------------------------------------------------------------


class Candidates(Frozen):
    """Who may decide a level, as resolved at one moment."""

    members: tuple[str, ...] = ()
    superiors: tuple[tuple[str, ...], ...] = ()
    """Groups to escalate to, the nearest first."""


class Resolver(Protocol):
    """Finds the people behind selectors; lives outside the engine."""

    def people(self, selector: Selector) -> Sequence[str]:
        """Return the user names that a selector means, in a stable order."""
        ...

    def superiors(self, level: Level) -> Sequence[Sequence[str]]:
        """Return the groups to escalate a level to, the nearest first."""
        ...


def resolve(flow: Flow, resolver: Resolver) -> dict[str, Candidates]:
    """Return the candidates of each level by its key."""
    return {
        level.key: Candidates(
            members=tuple(dict.fromkeys(name for selector in level.approvers for name in resolver.people(selector))),
            superiors=tuple(tuple(group) for group in resolver.superiors(level)),
        )
        for level in flow.levels
    }
