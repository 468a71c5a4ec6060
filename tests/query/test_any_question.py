"""Any question that the API can read is answered, or refused in words: never an internal error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.identity.organisation import Browser

if TYPE_CHECKING:
    from tests.query.shop import Shop

METRICS = ("revenue", "orders_count", "average", "nothing")
FIELDS = ("region", "status", "phone", "time", "metric_time", "revenue", "nothing")
LEVELS = ("second", "hour", "day", "week", "month", "quarter", "year", "retail_week", "nothing")
PARTS = ("year", "quarter", "month", "week", "day", "day_of_year", "weekday", "hour")
VALUES = ("EAST", "", "2024-01-31", "2024-13-01", "2024-01-31T08:00:00", "O'Brien", "9" * 40, 0, -1, 1.5, 1e300, True)
DAYS = ("0001-01-01", "1970-01-01", "2024-01-31", "2024-04-11T12:30:00", "9999-12-31", None)
FORMULAS = (
    "1 = 1",
    "{} = 'x'",
    "{} > 1",
    "year({}) = 2024",
    "date_trunc('month', {}) = '2024-01-01'",
    "date_trunc('retail_week', {}) = 1",
    "lower({}) = 'x'",
    "{} / 0 > 1",
    "sum({}) > 1",
    "((",
    "null",
)

fields, levels = st.sampled_from(FIELDS), st.sampled_from(LEVELS)
values = st.sampled_from([*VALUES, {"today": -3}, {"today": 10**9}, {"person": "regions"}])
tests = st.one_of(
    st.fixed_dictionaries(
        {
            "kind": st.just("compare"),
            "field": fields,
            "op": st.sampled_from(("eq", "ne", "lt", "le", "gt", "ge")),
            "value": values,
        }
    ),
    st.fixed_dictionaries(
        {"kind": st.just("in"), "field": fields, "values": st.lists(st.sampled_from(VALUES), max_size=3)}
    ),
    st.fixed_dictionaries({"kind": st.just("null"), "field": fields, "negated": st.booleans()}),
    st.fixed_dictionaries(
        {
            "kind": st.just("match"),
            "field": fields,
            "how": st.sampled_from(("contains", "starts", "ends")),
            "text": st.sampled_from(("", "%", "_", "中", "\\")),
        }
    ),
    st.builds(
        lambda text, field: {"kind": "formula", "formula": text.format(field)}, st.sampled_from(FORMULAS), fields
    ),
)
conditions = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"kind": st.sampled_from(("and", "or")), "items": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"kind": st.just("not"), "item": inner}),
    ),
    max_leaves=4,
)
times = st.one_of(
    st.fixed_dictionaries(
        {"kind": st.just("absolute"), "start": st.sampled_from(DAYS), "end": st.sampled_from(DAYS)},
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("last"),
            "count": st.sampled_from((1, 12, 3660)),
            "unit": levels,
            "complete": st.booleans(),
        }
    ),
    st.fixed_dictionaries({"kind": st.just("to_date"), "unit": levels}),
)
shifts = st.fixed_dictionaries(
    {
        "count": st.sampled_from((-3660, -1, 1, 12, 3660)),
        "unit": levels,
        "match": st.sampled_from(("rows", "look_back", "weekday", "working_day")),
    }
)
questions = st.fixed_dictionaries(
    {
        "metrics": st.lists(st.sampled_from(METRICS), max_size=3, unique=True),
        "dimensions": st.lists(
            st.fixed_dictionaries({"field": fields}, optional={"grain": levels, "part": st.sampled_from(PARTS)}),
            max_size=2,
            unique_by=lambda one: one["field"],
        ),
    },
    optional={
        "grain": levels,
        "times": st.lists(
            st.one_of(
                st.fixed_dictionaries({"grain": levels}), st.fixed_dictionaries({"part": st.sampled_from(PARTS)})
            ),
            max_size=2,
        ),
        "time": times,
        "filters": conditions,
        "having": conditions,
        "comparison": st.fixed_dictionaries(
            {"kind": st.sampled_from(("previous", "shift"))}, optional={"shift": shifts}
        ),
        "order": st.lists(st.fixed_dictionaries({"by": st.sampled_from((*METRICS, *FIELDS))}), max_size=2),
        "limit": st.sampled_from((1, 10**9)),
        "totals": st.booleans(),
        "subtotals": st.lists(st.lists(st.sampled_from(("region", "status", "time")), max_size=2), max_size=2),
        "rows": st.booleans(),
    },
)


@pytest.fixture
def boss(shop: Shop, own_caches: None) -> Browser:
    """Return a browser of the boss."""
    del shop, own_caches
    browser = Browser()
    assert browser.sign_in("boss").status_code == 200
    return browser


@given(question=questions)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_question_is_answered_or_refused(boss: Browser, question: dict[str, object]) -> None:
    found = boss.post("/api/v1/query", question)
    assert found.status_code < 500, found.content.decode()
    if found.status_code != 200:
        assert found.json()["code"] not in ("", "internal", "engine_fault")
