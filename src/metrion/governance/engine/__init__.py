"""The approval engine: pure `decide(state, command) -> events` and `evolve(state, event) -> state`.

It knows no database, no clock and no organisation: people are user names, who may decide is given to
it as resolved candidates, and time is an argument.
"""

from metrion.governance.engine.commands import (
    AddSign,
    Comment,
    Copy,
    Decide,
    Delegate,
    Refresh,
    Remind,
    Resubmit,
    Return,
    Submit,
    Tick,
    Transfer,
    Withdraw,
)
from metrion.governance.engine.decide import decide, decide_many, may_decide, not_open, simulate
from metrion.governance.engine.events import EVENTS, Event
from metrion.governance.engine.evolve import evolve, fold
from metrion.governance.engine.flow import Candidates, Flow, FlowRule, Level, Quorum, Resolver, choose_flow, resolve
from metrion.governance.engine.state import NEW, TERMINAL, Delegation, State, holders

__all__ = [
    "EVENTS",
    "NEW",
    "TERMINAL",
    "AddSign",
    "Candidates",
    "Comment",
    "Copy",
    "Decide",
    "Delegate",
    "Delegation",
    "Event",
    "Flow",
    "FlowRule",
    "Level",
    "Quorum",
    "Refresh",
    "Remind",
    "Resolver",
    "Resubmit",
    "Return",
    "State",
    "Submit",
    "Tick",
    "Transfer",
    "Withdraw",
    "choose_flow",
    "decide",
    "decide_many",
    "evolve",
    "fold",
    "holders",
    "may_decide",
    "not_open",
    "resolve",
    "simulate",
]
