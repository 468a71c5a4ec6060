"""Every refusal of the engine: raised where it should be, worded in both languages."""

from __future__ import annotations

import string

import pytest
from tests.semantic.six_orders import six_orders
from tests.semantic.world import atomic, composite, dataset, derived, modifier

from metrion.semantic import errors
from metrion.semantic.compile import compile_query
from metrion.semantic.condition import Compare
from metrion.semantic.model import Duration, Period
from metrion.semantic.request import MetricQuery


def refused(refusal: type[errors.SemanticError], **question: object) -> errors.SemanticError:
    done, open_ = (Compare(field="status", op="eq", value=value) for value in ("done", "open"))
    firm = six_orders().with_(
        modifier("done", done, group="state"),
        modifier("open", open_, group="state"),
        derived("done_revenue", "revenue", "done"),
        derived("torn_revenue", "done_revenue", "open"),
        atomic("monthly", "orders", "sum", "amount", smallest_grain="month"),
        composite("monthly_share", "[revenue] / [monthly]"),
        atomic("by_status", "orders", "sum", "amount", dimensions=("status",)),
        derived(
            "both", "revenue", period=Period.model_construct(to_date="month", trailing=Duration(count=1, unit="day"))
        ),
        composite("constant", "1 + 1"),
        dataset("plans", {"id": "integer"}),
        atomic("planned", "plans", "count", "*"),
    )
    with pytest.raises(refusal) as caught:
        firm.compiled(**question)
    return caught.value


def test_unknown_names_come_with_the_nearest() -> None:
    fault = refused(errors.UnknownName, metrics=["revenu"])
    assert fault.params["nearest"][0] == "revenue"  # type: ignore[index]
    assert "revenue" in fault.render("en")["remedy"]
    assert "指标" in fault.render("zh")["title"]
    refused(errors.UnknownName, metrics=["revenue"], dimensions=[{"field": "regio"}])
    refused(errors.UnknownName, metrics=["revenue"], filters={"kind": "compare", "field": "x", "op": "eq", "value": 1})


def test_grain_and_time_axis() -> None:
    refused(errors.NoSuchGrain, metrics=["monthly"], grain="week")
    refused(errors.NoSuchGrain, metrics=["monthly_share"], grain="day")
    refused(errors.NoSuchGrain, metrics=["monthly"], dimensions=[{"field": "order_date", "grain": "day"}])
    refused(errors.MissingTimeAxis, metrics=["credit"], grain="month")
    refused(errors.MissingTimeAxis, metrics=["credit"], time={"kind": "last", "count": 1, "unit": "month"})
    refused(errors.GrainOfNoDate, metrics=["revenue"], dimensions=[{"field": "region", "grain": "month"}])


def test_modifiers_of_one_group_exclude_each_other() -> None:
    fault = refused(errors.ExclusiveModifiers, metrics=["torn_revenue"])
    assert {fault.params["first"], fault.params["second"]} == {"done", "open"}


def test_dimensions_that_the_owner_has_not_allowed() -> None:
    refused(errors.DimensionNotAllowed, metrics=["by_status"], dimensions=[{"field": "region"}])


def test_questions_that_contradict_themselves() -> None:
    refused(errors.RepeatedColumn, metrics=["revenue", "revenue"])
    refused(errors.RepeatedColumn, metrics=["revenue"], dimensions=[{"field": "region"}, {"field": "region"}])
    refused(errors.UnknownOrder, metrics=["revenue"], order=[{"by": "nothing"}])
    refused(errors.NothingToCompare, metrics=["revenue"], comparison={"kind": "previous"})
    refused(errors.NestedPeriods, metrics=["both"])
    refused(errors.NothingToRead, metrics=["constant"])


@pytest.mark.parametrize(
    ("field", "value"),
    [("order_date", "soon"), ("order_date", 5), ("order_date", "2024-02-30"), ("order_date", "x" * 10)],
)
def test_values_that_do_not_fit_their_field(field: str, value: object) -> None:
    refused(
        errors.BadFilterValue,
        metrics=["revenue"],
        filters={"kind": "compare", "field": field, "op": "eq", "value": value},
    )


def test_a_dataset_without_a_table() -> None:
    firm = six_orders()
    catalogue, scope, time = firm.catalogue, firm.scope, firm.time
    with pytest.raises(errors.NoTable):
        compile_query(MetricQuery(metrics=("revenue",)), catalogue, scope, time, {})


def test_the_list_of_refusals_is_complete() -> None:
    found = {
        item
        for item in vars(errors).values()
        if isinstance(item, type) and issubclass(item, errors.SemanticError) and item is not errors.SemanticError
    }
    assert set(errors.REFUSALS) == found
    assert len({refusal.code for refusal in errors.REFUSALS}) == len(errors.REFUSALS)


@pytest.mark.parametrize("refusal", errors.REFUSALS)
def test_every_refusal_speaks_both_languages(refusal: type[errors.SemanticError]) -> None:
    for text in (refusal.text, refusal.remedy):
        assert text.zh
        assert text.en
        names = [{name for _, name, _, _ in string.Formatter().parse(side) if name} for side in (text.zh, text.en)]
        assert {name.removesuffix("_zh") for name in names[0]} == {name.removesuffix("_en") for name in names[1]}
