"""What the compiler must know about the asker and the data, resolved by the caller before compiling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from metrion.base.canonical import digest
from metrion.semantic.condition import Condition
from metrion.semantic.model import Frozen


class DataScope(Frozen):
    """What a person may see: per dataset a row condition (no entry: all rows) and hidden columns.

    All `PersonValue`s are already replaced by values. Two people with equal scopes share a cache entry.
    """

    rows: Mapping[str, Condition] = {}
    hidden_columns: frozenset[tuple[str, str]] = frozenset()
    """(dataset, column) pairs that may be neither shown, grouped, filtered nor aggregated."""

    @property
    def key(self) -> str:
        """Return the digest of the scope: the permission part of cache keys and receipts."""
        return digest(
            {
                "rows": {name: rule.model_dump(mode="json") for name, rule in self.rows.items()},
                "hidden": sorted(map(list, self.hidden_columns)),
            }
        )


class TimeContext(Frozen):
    """The company's calendar facts for one question."""

    zone: str
    week_start: Literal["monday", "sunday"] = "monday"
    today: date
    anchors: Mapping[str, date] = {}
    """Dataset -> the last day with visible data, for datasets whose anchor is `latest_data`."""
