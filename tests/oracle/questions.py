"""Random questions to a manifest, the same ones every time."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tests.oracle.data import FIRST, LAST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SEED: Final = 213
_GRAINS: Final = ("day", "week", "month", "quarter", "year")
_AXIS: Final = "metric_time"
_TIMES: Final = ("__ds", "__paid_on", "__joined", "__created", "__since", "__until")
_TIMED: Final = frozenset({
    "growth_in_a_week", "growth_in_a_month", "amount_5_days_ago", "orders_at_start_of_month", "growth_or_zero",
    "buyers_before", "month_to_date", "buyers_of_2_days", "trailing_two_weeks", "trailing_month",
})  # fmt: skip
"""Metrics that MetricFlow answers by time only."""
_CONDITIONS: Final[Mapping[str, Sequence[str]]] = {
    "order__channel": (
        "{{ Dimension('order__channel') }} = 'web'",
        "{{ Dimension('order__channel') }} <> 'web'",
        "{{ Dimension('order__channel') }} IS NULL",
    ),
    "order__is_gift": (
        "{{ Dimension('order__is_gift') }}",
        "NOT {{ Dimension('order__is_gift') }}",
        "{{ Dimension('order__is_gift') }} IS NULL OR {{ Dimension('order__is_gift') }}",
    ),
    "order__size": ("{{ Dimension('order__size') }} = 'large'",),
    "order__paid_on": ("{{ TimeDimension('order__paid_on', 'month') }} = '2024-02-01'",),
    "customer": ("{{ Entity('customer') }} IS NOT NULL", "{{ Entity('customer') }} IN (1, 2, 3, 5, 8, 13)"),
    "customer__state": (
        "{{ Dimension('customer__state') }} IN ('Ohio', 'Utah')",
        "{{ Dimension('customer__state') }} IS NULL",
        "{{ Dimension('customer__state') }} <> 'Iowa' OR {{ Dimension('customer__tier') }} = 'gold'",
    ),
    "customer__tier": ("{{ Dimension('customer__tier') }} = 'gold'",),
    "customer__joined": ("{{ TimeDimension('customer__joined', 'day') }} >= '2024-02-01'",),
    "listing": ("{{ Entity('listing') }} IS NULL", "{{ Entity('listing') }} > 6"),
    "listing__country": (
        "{{ Dimension('listing__country') }} = 'fr'",
        "{{ Dimension('listing__country') }} IN ('it', 'jp')",
        "NOT ({{ Dimension('listing__country') }} = 'fr')",
    ),
    "listing__capacity": ("{{ Dimension('listing__capacity') }} BETWEEN 2 AND 4",),
    "listing__is_lux": ("{{ Dimension('listing__is_lux') }}", "{{ Dimension('listing__is_lux') }} IS NOT TRUE"),
    "listing__seller__region": ("{{ Dimension('seller__region', entity_path=['listing']) }} = 'north'",),
    "seller__region": ("{{ Dimension('seller__region') }} = 'north'",),
    "visit__page": ("{{ Dimension('visit__page') }} = 'home'", "{{ Dimension('visit__page') }} IS NULL"),
    "balance__kind": ("{{ Dimension('balance__kind') }} = 'cash'",),
    "metric_time__day": (
        "{{ TimeDimension('metric_time', 'day') }} >= '2024-02-10'",
        "{{ TimeDimension('metric_time', 'month') }} = '2024-03-01'",
        "{{ TimeDimension('metric_time', 'day') }} BETWEEN '2024-01-15' AND '2024-03-14'",
    ),
}


@dataclass(frozen=True, slots=True)
class Question:
    """One question in MetricFlow's words."""

    name: str
    manifest: str
    metrics: tuple[str, ...]
    group_by: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    order_by: tuple[str, ...] = ()
    limit: int | None = None
    span: tuple[str, str] | None = None

    def said(self) -> dict[str, object]:
        """Return the question as it goes over the line."""
        return {
            "metrics": self.metrics,
            "group_by": self.group_by,
            "where": self.where,
            "order_by": self.order_by,
            "limit": self.limit,
            "span": self.span,
        }


def questions(manifest: str, groups: Mapping[str, Sequence[str]], count: int) -> Iterator[Question]:
    """Yield different questions; `groups`: what each metric can be grouped by."""
    dice = random.Random(f"{_SEED} {manifest}")
    seen: set[Question] = set()
    while len(seen) < count:
        question = _Thrown(dice, manifest, groups).question()
        if question not in seen:
            seen.add(question)
            yield replace(question, name=f"{manifest}-{len(seen):03}")


class _Thrown:
    """One throw of the dice."""

    def __init__(self, dice: random.Random, manifest: str, groups: Mapping[str, Sequence[str]]) -> None:
        self.dice = dice
        self.manifest = manifest
        self.metrics = self._metrics(groups)
        can = set.intersection(*(set(groups[name]) for name in self.metrics))
        self.can = sorted(can if "seller__region" in can else can - {"seller"})
        """What all of the metrics can be grouped by; an entity is listed without the way to it."""
        self.metrics_need_time = not _TIMED.isdisjoint(self.metrics)

    def question(self) -> Question:
        """Return a question about the metrics."""
        group_by = self._groups()
        where = self._where()
        order_by, limit = self._order(group_by)
        return Question("", self.manifest, self.metrics, group_by, where, order_by, limit, self._span())

    def _metrics(self, groups: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
        several = self.dice.choices((1, 2, 3), (6, 3, 1))[0]
        return tuple(self.dice.sample(sorted(groups), several))

    def _groups(self) -> tuple[str, ...]:
        chosen = []
        needed = 0.98 if self.metrics_need_time else 0.6
        if self.dice.random() < needed:
            chosen.append(f"{_AXIS}__{self.dice.choice((*_GRAINS, 'day', 'month', 'season'))}")
        others = [name for name in self.can if not name.startswith(_AXIS)]
        some = self.dice.sample(others, min(len(others), self.dice.choices((0, 1, 2), (3, 4, 2))[0]))
        return (*chosen, *(f"{name}__{self.dice.choice(_GRAINS)}" if name.endswith(_TIMES) else name for name in some))

    def _where(self) -> tuple[str, ...]:
        can = [name for name in self.can if name in _CONDITIONS]
        chosen = self.dice.sample(can, min(len(can), self.dice.choices((0, 1, 2), (5, 4, 1))[0]))
        return tuple(self.dice.choice(_CONDITIONS[name]) for name in chosen)

    def _order(self, group_by: tuple[str, ...]) -> tuple[tuple[str, ...], int | None]:
        """Return an order that leaves no two rows equal, and with it at times a limit."""
        if not group_by or self.dice.random() < 0.6:
            return (), None
        names = list(group_by)
        self.dice.shuffle(names)
        order = tuple(f"-{name}" if self.dice.random() < 0.4 else name for name in names)
        return order, self.dice.choice((None, 1, 3, 10))

    def _span(self) -> tuple[str, str] | None:
        if self.dice.random() < 0.75:
            return None
        days = (LAST - FIRST).days
        start = FIRST + timedelta(days=self.dice.randrange(days - 10))
        end = start + timedelta(days=self.dice.randrange((LAST - start).days))
        return start.isoformat(), end.isoformat()
