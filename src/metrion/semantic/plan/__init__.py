"""The logical plan: immutable nodes, each of which states what one of its rows is.

`keys` are the columns that are unique in a node's rows, `grain` says it in words. The nodes check
each other when they are made: a join must meet a key of its right side, aligned inputs must have the
same keys. So a plan that counts a row twice cannot be built.
"""

from __future__ import annotations

from metrion.semantic.plan.answer import Aggregate, Align, Computed, Input, Members, Periods, Project, Sort
from metrion.semantic.plan.rows import Filter, Join, Link, Rows, Scan, Shift, Snapshot, Span, Spread, Visible, Window
from metrion.semantic.plan.terms import (
    SHIFTED,
    SNAPSHOT_DAYS,
    SNAPSHOT_PERIOD,
    SPANS,
    Aggregated,
    AnyOf,
    BoundCondition,
    Column,
    DayBounds,
    Moment,
    Predicate,
    RowExpression,
    Term,
    ZeroDivision,
)

__all__ = [
    "SHIFTED",
    "SNAPSHOT_DAYS",
    "SNAPSHOT_PERIOD",
    "SPANS",
    "Aggregate",
    "Aggregated",
    "Align",
    "AnyOf",
    "BoundCondition",
    "Column",
    "Computed",
    "DayBounds",
    "Filter",
    "Input",
    "Join",
    "Link",
    "Members",
    "Moment",
    "Periods",
    "Predicate",
    "Project",
    "RowExpression",
    "Rows",
    "Scan",
    "Shift",
    "Snapshot",
    "Sort",
    "Span",
    "Spread",
    "Term",
    "Visible",
    "Window",
    "ZeroDivision",
]
