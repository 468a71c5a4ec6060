"""What validates also compiles, or is refused by a typed error: over random definitions of every kind."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.grounds import examples
from tests.semantic.company import WIDE, metric

from metrion.base.errors import MetrionError
from metrion.semantic.catalogue import Catalogue
from metrion.semantic.compile import compile_query
from metrion.semantic.condition import And, Compare, Condition, Formula, IsNull, Not, OneOf, RelativeDay
from metrion.semantic.model import (
    Aggregation,
    Atomic,
    ColumnPair,
    Composite,
    Conversion,
    DatasetDef,
    Derived,
    Difference,
    Duration,
    Extends,
    Growth,
    Index,
    Inherited,
    Input,
    Measure,
    MetricDef,
    Nested,
    Operand,
    Period,
    Rank,
    Ratio,
    SemiAdditive,
    Share,
    Shift,
)
from metrion.semantic.request import MetricQuery
from metrion.semantic.scope import DataScope, TimeContext
from metrion.semantic.validate import check_definition, describe

if TYPE_CHECKING:
    from metrion.semantic.model import Calculation

TABLES = {one.code: one.code for one in WIDE if isinstance(one, DatasetDef)}
TIME = TimeContext(zone="Asia/Shanghai", today=date(2024, 5, 31))
BELOW = ("first_random", "second_random")
KNOWN = ("sales", "sales", "order_count", "order_count", "online_sales", "visit_count", "balance", "last_channel")
METRICS = st.sampled_from((*KNOWN, "nothing", "first_random"))
FIELDS = st.sampled_from(("channel", "region", "buyer.region", "size", "page", "order_day", "tier", "nothing"))
GROUPS = st.lists(FIELDS | st.just("metric_time"), max_size=2).map(tuple)
LEVELS = st.sampled_from(("hour", "day", "week", "month", "year", "fiscal_year", "no_level"))
EXPRESSIONS = st.sampled_from(
    ("amount", "*", "1", "id", "渠道", "odate", "net", "amount / id", "if(paid, 1)", "nothing")
)

conditions: st.SearchStrategy[Condition] = st.recursive(
    st.builds(
        Compare,
        field=FIELDS | st.sampled_from(("metric_time", "amount", "value", "sales")),
        op=st.sampled_from(["eq", "lt"]),
        value=st.sampled_from(["web", 3, "2024-01-01", True, RelativeDay(today=-7)]),
    )
    | st.builds(OneOf, field=FIELDS, values=st.sampled_from([(), ("E",), (1, 2)]))
    | st.builds(IsNull, field=FIELDS)
    | st.builds(
        Formula,
        formula=st.sampled_from(
            (
                "channel = 'web'",
                "[buyer.region] = channel",
                "metric_time > to_date('2024-01-01')",
                "date_trunc('fiscal_year', metric_time) = 3",
                "size + 1 > 2 and value > 3",
                "channel",
                "1 >",
            )
        ),
    ),
    lambda inner: st.builds(Not, item=inner) | st.lists(inner, max_size=2).map(lambda items: And(items=tuple(items))),
    max_leaves=3,
)
durations = st.builds(Duration, count=st.integers(1, 3), unit=LEVELS)
shifts = st.builds(
    Shift,
    count=st.integers(-2, 2),
    unit=LEVELS,
    match=st.sampled_from(["rows", "look_back", "weekday", "working_day"]),
)
periods = st.builds(
    Period,
    to_date=st.none() | st.none() | LEVELS,
    trailing=st.none() | st.none() | durations,
    leading=st.none() | st.none() | durations,
    cumulative=st.sampled_from([False, False, True]),
    remaining=st.sampled_from([False, False, True]),
    seen_from=st.sampled_from(["end", "end", "start"]),
    point=st.none() | st.none() | LEVELS,
    shift=st.none() | shifts,
    within=st.sampled_from(["last", "last", "first", "avg"]),
)
modifiers = st.sampled_from([(), (), ("online",), ("east",), ("online", "offline"), ("recent",), ("web",)])
maybe = st.none() | conditions
operands = st.builds(Operand, metric=METRICS, modifiers=modifiers, filter=maybe, period=st.none() | periods)
inputs = st.builds(
    Input,
    name=st.sampled_from(("a", "b")),
    metric=METRICS,
    modifiers=modifiers,
    filter=maybe,
    period=st.none() | periods,
)
pairs = st.builds(
    ColumnPair, many=st.sampled_from(("buyer_id", "who", "渠道")), one=st.sampled_from(("buyer_id", "who", "odate"))
)
measures = st.builds(
    Measure,
    expression=EXPRESSIONS,
    aggregation=st.sampled_from(get_args(Aggregation)),
    filter=maybe,
    semi_additive=st.none()
    | st.none()
    | st.builds(
        SemiAdditive, take=st.sampled_from(["last", "max", "avg"]), entity=st.sampled_from([(), ("buyer_id",)])
    ),
    percentile=st.sampled_from([None, None, 0.9]),
    discrete=st.booleans(),
    weight=st.sampled_from([None, None, "id", "渠道"]),
    by=st.sampled_from([None, None, "id", "nothing"]),
)
calculations: st.SearchStrategy[Calculation] = st.one_of(
    st.builds(
        Atomic,
        dataset=st.sampled_from(("orders", "visits", "stock", "spend", "paid_orders")),
        measure=measures,
        time_column=st.sampled_from([None, None, "odate", "at"]),
    ),
    st.builds(Derived, base=METRICS, modifiers=modifiers, filter=maybe, period=st.none() | periods),
    st.builds(
        Composite,
        formula=st.sampled_from(("[a] / [b]", "[a] - [sales]", "[first_random] + [second_random]", "[sales] * 2", "1")),
        inputs=st.lists(inputs, max_size=2).map(tuple),
    ),
    st.builds(Ratio, numerator=operands, denominator=operands),
    st.builds(Growth, metric=METRICS, shift=shifts, result=st.sampled_from(["rate", "difference"])),
    st.builds(Share, metric=METRICS, of=GROUPS),
    st.builds(Index, metric=METRICS, base=periods),
    st.builds(Difference, metric=METRICS, target=METRICS, result=st.sampled_from(["rate", "difference"])),
    st.builds(
        Conversion,
        base=METRICS,
        steps=st.lists(METRICS, min_size=1, max_size=2).map(tuple),
        entity=st.lists(pairs, max_size=1).map(tuple),
        window=st.none() | durations,
        constants=st.lists(pairs, max_size=1).map(tuple),
        result=st.sampled_from(["rate", "count", "value"]),
        counts=st.sampled_from(["base", "steps"]),
    ),
    st.builds(
        Nested,
        base=METRICS,
        aggregation=st.sampled_from(["recomputed", "sum", "avg", "max", "median", "count"]),
        per=st.lists(FIELDS, max_size=1).map(tuple),
        grain=st.none() | LEVELS,
        without=GROUPS,
        only=st.none() | st.none() | GROUPS,
        unfiltered=GROUPS,
        having=maybe,
    ),
    st.builds(Rank, base=METRICS, within=GROUPS, without=st.none() | GROUPS),
    st.just(Inherited()),
)
metrics = st.builds(
    lambda definition, extends, level: (definition, extends, level),
    calculations,
    st.none()
    | st.none()
    | st.builds(Extends, metric=METRICS, fields=st.sampled_from([("unit",), ("caliber", "owner"), ("code",)])),
    st.sampled_from(["day", "day", "fiscal_year", "month"]),
)
questions = st.sampled_from(
    [
        {},
        {"grain": "day"},
        {"grain": "month", "dimensions": ({"field": "channel"},)},
        {"grain": "fiscal_year", "time": {"kind": "absolute", "start": "2024-01-01", "end": "2024-03-31"}},
        {"dimensions": ({"field": "region"},), "time": {"kind": "last", "count": 3, "unit": "month"}},
        {"times": ({"grain": "day"}, {"part": "weekday"}), "totals": True},
        {"comparison": {"kind": "previous"}, "time": {"kind": "to_date", "unit": "year"}},
    ]
)


def made(code: str, parts: tuple[Calculation, Extends | None, str]) -> MetricDef:
    """Return a metric of random parts."""
    definition, extends, level = parts
    return metric(code, definition, extends=extends, smallest_grain=level)


@settings(max_examples=examples(400), deadline=None, suppress_health_check=list(HealthCheck))
@given(metrics, metrics, questions)
def test_what_validates_compiles_or_is_refused(
    first: tuple[Calculation, Extends | None, str],
    second: tuple[Calculation, Extends | None, str],
    question: dict[str, object],
) -> None:
    own = [made(code, parts) for code, parts in zip(BELOW, (first, second), strict=True)]
    catalogue = Catalogue.of((*WIDE, *own))
    sound = []
    for one in own:
        faults = check_definition(one, catalogue)
        assert all(fault.text.zh and fault.text.en for fault in faults)
        if not faults:
            sound.append(one)
        described = describe(one, catalogue)
        assert described is not None or faults
    for one in sound if len(sound) == len(own) else ():
        request = MetricQuery.model_validate({"metrics": (one.code,), **question})
        with suppress(MetrionError):
            assert compile_query(request, catalogue, DataScope(), TIME, TABLES).sql
