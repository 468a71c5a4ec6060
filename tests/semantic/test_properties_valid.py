"""What validates can be asked: definitions without faults give rows on DuckDB, or a refusal with a code."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.grounds import examples
from tests.semantic.six_orders import six_orders
from tests.semantic.world import atomic, dataset, dimension, metric, modifier, relationship

from metrion.semantic import compile as compiling
from metrion.semantic.catalogue import Catalogue
from metrion.semantic.compile import compile_query
from metrion.semantic.condition import Compare
from metrion.semantic.errors import SemanticError
from metrion.semantic.model import MetricDef, SemiAdditive
from metrion.semantic.request import MetricQuery
from metrion.semantic.scope import DataScope, TimeContext
from metrion.semantic.validate import check_definition

if TYPE_CHECKING:
    from tests.semantic.world import Row

    from metrion.semantic.model import Definition

_TABLES = """
create table s.balances as select * from (values
  (1, date '2024-01-30', 100), (2, date '2024-01-30', 40), (1, date '2024-02-29', 10), (3, date '2024-02-29', NULL))
  t(account, day, balance);
create table s.days as select day::date as day, day_of_year % 7 not in (0, 6) as works, strftime(day, '%Y-P%m') as fm,
  strftime(date_trunc('year', day), '%Y') as fy, day(day) as place
  from (select unnest(generate_series(date '2023-01-01', date '2024-12-31', interval 1 day)) as day),
  lateral (select dayofyear(day) as day_of_year);
create table s.clicks as select * from (values
  (1, 1, timestamp '2024-01-31 23:59:59'), (2, 1, timestamp '2024-02-01 00:00:00'), (3, NULL, NULL))
  t(id, customer_id, clicked);
"""
_WORDS = {"zh": "口径", "en": "Caliber"}
_LEVELS = [
    {"code": "fiscal_month", "name": {"zh": "财月", "en": "Fiscal month"}, "column": "fm", "position": "place"},
    {"code": "fiscal_year", "name": {"zh": "财年", "en": "Fiscal year"}, "column": "fy"},
]
FIRM = six_orders()
FIRM.connection.execute(_TABLES)
FIRM = FIRM.with_(
    dataset(
        "balances", {"account": "integer", "day": "date", "balance": "integer"}, key=("account", "day"), time="day"
    ),
    dataset(
        "days",
        {"day": "date", "works": "boolean", "fm": "string", "fy": "string", "place": "integer"},
        key="day",
        time="day",
        shape="calendar",
        levels=_LEVELS,
        working_day="works",
    ),
    dataset("clicks", {"id": "integer", "customer_id": "integer", "clicked": "timestamp"}, time="clicked"),
    relationship("balances", "customers", ("account", "id")),
    relationship("clicks", "customers", ("customer_id", "id")),
    modifier("done", Compare(field="status", op="eq", value="done")),
    modifier("east", Compare(field="region", op="eq", value="EAST")),
    dimension("day", ("balances", "day")),
    atomic("stock", "balances", "sum", "balance", stock=SemiAdditive(entity=("account",))),
    atomic("mean_stock", "balances", "sum", "balance", stock=SemiAdditive(take="avg")),
    atomic("clicks_count", "clicks", "count", "*"),
    atomic("middle", "orders", "median", "amount"),
    atomic("mean", "orders", "avg", "amount"),
    atomic("latest", "orders", "last", "amount"),
)
BASES = (
    *("revenue", "orders_count", "buyers", "returned", "credit", "stock", "mean_stock", "clicks_count", "middle"),
    *("mean", "latest", "net", "return_rate", "revenue_last_month", "revenue_ytd", "revenue_3m"),
)
GRAINS = ("second", "hour", "day", "week", "month", "quarter", "year", "fiscal_month", "fiscal_year")
DIALECTS = ("postgres", "mysql", "clickhouse", "spark")

grains = st.sampled_from(GRAINS)
codes = st.sampled_from((*BASES, "one", "two", "three"))
fields = st.sampled_from(("region", "status", "order_date", "joined", "day", "metric_time"))
durations = st.fixed_dictionaries({"count": st.sampled_from([1, 2, 30]), "unit": st.sampled_from(GRAINS[2:7])})
shifts = st.fixed_dictionaries(
    {"count": st.sampled_from([1, 1, 12, -1, 0]), "unit": grains},
    optional={"match": st.sampled_from(["rows", "look_back", "weekday", "working_day"])},
)
filters = st.one_of(
    st.fixed_dictionaries(
        {
            "kind": st.just("compare"),
            "field": fields,
            "op": st.sampled_from(["eq", "ne", "gt", "le"]),
            "value": st.sampled_from(["EAST", "done", "2024-02-01", 5]),
        }
    ),
    st.fixed_dictionaries({"kind": st.just("is_null"), "field": fields}),
)
having = st.fixed_dictionaries(
    {"kind": st.just("compare"), "field": st.just("value"), "op": st.just("gt"), "value": st.sampled_from([0, 50])}
)
periods = st.one_of(
    st.fixed_dictionaries({"shift": shifts}),
    st.fixed_dictionaries({"to_date": grains}, optional={"shift": shifts}),
    st.fixed_dictionaries({"trailing": durations}, optional={"shift": shifts, "leading": durations}),
    st.fixed_dictionaries({"cumulative": st.just(True)}, optional={"shift": shifts}),
    st.fixed_dictionaries({"point": grains}),
    st.fixed_dictionaries({"remaining": st.just(True)}, optional={"seen_from": st.just("start")}),
    st.fixed_dictionaries({"to_date": grains, "within": st.sampled_from(["first", "avg", "min", "max"])}),
)
operands = st.fixed_dictionaries(
    {"metric": codes},
    optional={"modifiers": st.sampled_from([["done"], ["east"]]), "filter": filters, "period": periods},
)
calculations = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("derived"), "base": codes, "period": periods},
        optional={"modifiers": st.sampled_from([["done"], ["east"]]), "filter": filters},
    ),
    st.builds(
        lambda formula, left, right: {"type": "composite", "formula": formula.format(left, right)},
        st.sampled_from(["[{}] - [{}]", "[{}] / [{}]", "if([{}] > 0, [{}], null)", "-[{}] * 2 + 1"]),
        codes,
        codes,
    ),
    st.fixed_dictionaries({"type": st.just("ratio"), "numerator": operands, "denominator": operands}),
    st.fixed_dictionaries({"type": st.just("growth"), "metric": codes, "shift": shifts}),
    st.fixed_dictionaries(
        {"type": st.just("share"), "metric": codes}, optional={"of": st.lists(fields, max_size=2, unique=True)}
    ),
    st.fixed_dictionaries({"type": st.just("index"), "metric": codes, "base": periods}),
    st.fixed_dictionaries({"type": st.just("difference"), "metric": codes, "target": codes}),
    st.fixed_dictionaries(
        {"type": st.just("conversion"), "base": codes, "steps": st.lists(codes, min_size=1, max_size=2)},
        optional={"window": durations, "result": st.sampled_from(["rate", "count", "value"])},
    ).map(lambda raw: {**raw, "entity": [{"many": "customer_id", "one": "customer_id"}]}),
    st.fixed_dictionaries(
        {
            "type": st.just("nested"),
            "base": codes,
            "aggregation": st.sampled_from(["recomputed", "sum", "avg", "max", "median", "count", "first", "last"]),
        },
        optional={
            "per": st.lists(fields, max_size=2, unique=True),
            "grain": grains,
            "without": st.lists(fields, max_size=2, unique=True),
            "unfiltered": st.sampled_from([["*"], ["region"], ["metric_time"]]),
            "having": having,
        },
    ),
    st.fixed_dictionaries(
        {"type": st.just("rank"), "base": codes},
        optional={"within": st.lists(fields, max_size=1), "ties": st.sampled_from(["gap", "dense", "distinct"])},
    ),
)
metrics = st.fixed_dictionaries(
    {"definition": calculations},
    optional={
        "fill": st.sampled_from(["null", "zero", "forward"]),
        "row_set": st.sampled_from(["facts", "spine", "covered", "calendar"]),
        "zero_division": st.sampled_from(["null", "zero"]),
    },
)
ranges = st.sampled_from(
    [
        {"kind": "absolute", "start": "2024-01-31", "end": "2024-03-15"},
        {"kind": "absolute", "start": "2024-02-01"},
        {"kind": "absolute", "end": "2024-02-29"},
        {"kind": "last", "count": 2, "unit": "month"},
        {"kind": "to_date", "unit": "year"},
    ]
)
questions = st.fixed_dictionaries(
    {
        "metrics": st.lists(
            st.sampled_from(("one", "two", "three", "revenue", "stock")), min_size=1, max_size=3, unique=True
        )
    },
    optional={
        "grain": grains,
        "dimensions": st.lists(
            st.sampled_from([{"field": "region"}, {"field": "status"}, {"field": "order_date", "grain": "month"}]),
            max_size=2,
            unique_by=lambda one: one["field"],
        ),
        "time": ranges,
        "filters": filters,
        "comparison": st.one_of(
            st.just({"kind": "previous"}), st.fixed_dictionaries({"kind": st.just("shift"), "shift": shifts})
        ),
        "totals": st.booleans(),
        "limit": st.just(3),
    },
)


def _valid(code: str, raw: dict[str, Any], known: tuple[Definition, ...]) -> MetricDef | None:
    """Return the metric where it has no fault."""
    more = {"owner": "li.na", "caliber": _WORDS, **raw}
    del more["definition"]
    try:
        found = metric(code, raw["definition"], **more)
    except ValidationError:  # the form of a definition is wrong: nothing was made
        return None
    return None if check_definition(found, Catalogue.of(known)) else found


def _close(rows: list[Row], others: list[Row]) -> bool:
    """Tell whether rows are equal, floats nearly."""
    pairs = [
        (left, right) for one, other in zip(rows, others, strict=True) for left, right in zip(one, other, strict=True)
    ]
    return all(
        math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
        if isinstance(left, float) and isinstance(right, float)
        else left == right
        for left, right in pairs
    )


def _require_told(refusal: SemanticError) -> None:
    assert refusal.code != SemanticError.code
    assert str(refusal)


@settings(
    max_examples=examples(600), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(drawn=st.tuples(metrics, metrics, metrics), question=questions)
def test_what_validates_is_answered_or_refused_with_a_code(
    drawn: tuple[dict[str, Any], ...], question: dict[str, Any]
) -> None:
    firm = FIRM
    for code, raw in zip(("one", "two", "three"), drawn, strict=True):
        found = _valid(code, raw, firm.definitions)
        if found is not None:
            firm = firm.with_(found)
    asked = [code for code in question["metrics"] if firm.catalogue.has("metric", code)]
    try:
        request = MetricQuery.model_validate({**question, "metrics": asked or ["revenue"]})
    except ValidationError:
        return
    time = TimeContext(zone="Asia/Shanghai", today=date(2024, 5, 31), anchors={"orders": date(2024, 4, 11)})
    tables = {one.code: f's."{one.place}"' for one in firm.definitions if one.kind == "dataset" and one.place}
    try:
        compiled = compile_query(request, firm.catalogue, DataScope(), time, tables)
    except SemanticError as refusal:
        _require_told(refusal)
        return
    rows = firm.connection.execute(compiled.sql, list(compiled.parameters)).fetchall()
    # What shares a scan is what it would be with a scan of its own.
    with patch.object(compiling, "shared", lambda plan: plan):
        alone = compile_query(request, firm.catalogue, DataScope(), time, tables)
    assert _close(rows, firm.connection.execute(alone.sql, list(alone.parameters)).fetchall())
    keys = [place for place, column in enumerate(compiled.columns) if column.role in {"dimension", "time"}]
    assert len({tuple(row[place] for place in keys) for row in rows}) == len(rows)
    if compiled.totals_sql is not None:
        firm.connection.execute(compiled.totals_sql, list(compiled.totals_parameters)).fetchall()
    for dialect in DIALECTS:
        try:
            compile_query(request, firm.catalogue, DataScope(), time, tables, dialect)
        except SemanticError as refusal:
            _require_told(refusal)


def test_a_stock_by_fiscal_month_beside_the_one_before() -> None:
    rows = FIRM.ask(metrics=["stock"], grain="fiscal_month", comparison={"kind": "previous"})
    assert rows == [("2024-P01", 140, None), ("2024-P02", 10, 140), ("2024-P03", None, 10)]
