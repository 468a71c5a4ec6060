"""Every part of a MetricFlow project as a definition of ours, and everything that is lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest
from tests.interchange.metricflow.shop import FILES, METRICS, MODELS, TABLES, shop

from metrion.base.errors import Faults
from metrion.interchange.foreign.landing import landed
from metrion.interchange.foreign.report import Surroundings
from metrion.interchange.metricflow.importer import import_metricflow
from metrion.semantic.catalogue import Catalogue
from metrion.semantic.condition import And, Compare, Formula, IsNull, OneOf
from metrion.semantic.model import (
    Atomic,
    Calculation,
    ColumnPair,
    Composite,
    Conversion,
    DatasetDef,
    Derived,
    DimensionDef,
    Duration,
    Input,
    Measure,
    MetricDef,
    MetricsTable,
    Operand,
    Period,
    Ratio,
    RelationshipDef,
    SemiAdditive,
    Shift,
    Validity,
)
from metrion.semantic.request import DimensionRef, MetricQuery, OrderBy
from metrion.semantic.validate import check_definition

if TYPE_CHECKING:
    from metrion.interchange.foreign.report import Imported

T = TypeVar("T", DatasetDef, RelationshipDef, DimensionDef, MetricDef)


@pytest.fixture(scope="module")
def whole() -> Imported:
    """Return the shop as imported."""
    return shop()


def of(imported: Imported, kind: type[T]) -> dict[str, T]:
    return {each.code: each for each in imported.definitions if isinstance(each, kind)}


def metric(imported: Imported, code: str) -> MetricDef:
    return of(imported, MetricDef)[code]


def definition(imported: Imported, code: str) -> Calculation:
    return metric(imported, code).definition


# --- data -----------------------------------------------------------------------------------------


def test_a_semantic_model_is_a_dataset_with_its_table_key_and_time_axes(whole: Imported) -> None:
    orders = of(whole, DatasetDef)["orders"]
    assert (orders.shape, orders.primary_key, orders.time_columns) == ("fact", ("order_id",), ("day", "paid_at"))
    assert orders.time_grain == "day"
    assert orders.description.en == "One row for each order."
    computed = {column.name: column for column in orders.columns if column.expression}
    assert computed["size"].expression == "case when amount >= 100 then 'large' else 'small' end"
    assert computed["size"].type == "string"


def test_text_that_is_used_as_a_time_is_read_as_one(whole: Imported) -> None:
    born = of(whole, DatasetDef)["people"].column("born_value")
    assert born is not None
    assert (born.type, born.expression) == ("date", "to_date(born)")


def test_a_natural_entity_with_validity_is_a_history(whole: Imported) -> None:
    shops = of(whole, DatasetDef)["shops"]
    assert shops.validity == Validity(start="since", end="until")
    assert (shops.shape, shops.primary_key) == ("dimension", ("shop_id",))


def test_entities_are_joins_and_shared_partitions_belong_to_them(whole: Imported) -> None:
    joins = {(each.from_dataset, each.to_dataset): each for each in of(whole, RelationshipDef).values()}
    to_people = joins["orders", "people"]
    assert to_people.role == "buyer"
    assert to_people.columns == (ColumnPair(many="buyer_id", one="person_id"), ColumnPair(many="part", one="part"))
    assert joins["visits", "people"].columns == (ColumnPair(many="person_id", one="person_id"),)
    assert ("orders", "visits") not in joins


def test_dimensions_have_the_codes_by_which_they_are_asked_for(whole: Imported) -> None:
    dimensions = of(whole, DimensionDef)
    assert {"order__is_gift", "order__size", "buyer__city", "shop__level", "visit__page", "buyer"} <= set(dimensions)
    assert {each.dataset for each in dimensions["buyer"].bindings} == {"orders", "people", "visits"}


def test_a_time_spine_is_a_calendar_with_its_custom_periods(whole: Imported) -> None:
    days = of(whole, DatasetDef)["days"]
    assert (days.shape, days.time_columns, days.time_grain) == ("calendar", ("day",), "day")
    assert [(level.code, level.column) for level in days.levels] == [("season", "season")]


def test_a_second_key_by_which_others_join_makes_a_second_dataset() -> None:
    extra = """
semantic_models:
  - name: members
    model: ref('members')
    entities:
      - {name: member, type: primary, expr: member_id}
      - {name: buyer, type: unique, expr: person_id}
    dimensions: [{name: tier, type: categorical}]
  - name: points
    model: ref('points')
    entities: [{name: member, type: foreign, expr: member_id}]
    dimensions: [{name: kind, type: categorical}]
"""
    found = shop(**{"more.yml": extra})
    keys = {code: each.primary_key for code, each in of(found, DatasetDef).items() if code.startswith("members")}
    assert keys == {"members": ("member_id",), "members_by_buyer": ("person_id",)}
    ends = {(each.from_dataset, each.to_dataset) for each in of(found, RelationshipDef).values()}
    assert {("points", "members"), ("orders", "members_by_buyer")} <= ends
    assert ("points", "members_by_buyer") not in ends


# --- metrics --------------------------------------------------------------------------------------


def atomic(aggregation: str, expression: str, **more: object) -> Atomic:
    measure = {"aggregation": aggregation, "expression": expression, **more}
    return Atomic(dataset="orders", measure=Measure.model_validate(measure), time_column="day")


def test_measures_with_each_aggregation(whole: Imported) -> None:
    assert definition(whole, "amount") == atomic("sum", "amount")
    assert definition(whole, "orders") == atomic("count", "*")
    assert definition(whole, "gifts") == atomic("sum", "if(is_gift, 1, 0)")
    assert definition(whole, "p90") == atomic("percentile", "amount", percentile=0.9, discrete=True)
    assert definition(whole, "buyers") == atomic("count_distinct", "buyer_id")
    assert definition(whole, "own_aggregation") == atomic("max", "amount")
    paid = metric(whole, "paid_amount")
    assert isinstance(paid.definition, Atomic)
    assert (paid.definition.time_column, paid.smallest_grain) == ("paid_at", "hour")


def test_words_and_emptiness(whole: Imported) -> None:
    amount = metric(whole, "amount")
    assert (amount.name.zh, amount.caliber.zh, amount.fill, amount.row_set) == ("销售额", "全部订单", "keep", "facts")
    gifts = metric(whole, "gift_amount")
    assert (gifts.fill, gifts.row_set) == ("zero", "calendar")


def test_filters_of_measure_and_metric_hold_both(whole: Imported) -> None:
    found = definition(whole, "gift_amount")
    assert isinstance(found, Atomic)
    assert found.measure.filter == And(
        items=(
            Compare(field="order__is_gift", op="eq", value=True),
            Compare(field="buyer.buyer__city", op="eq", value="Paris"),
            Formula(formula="date_trunc('month', metric_time) >= to_date('2024-01-01')"),
        )
    )


def test_a_stock_takes_one_snapshot_for_each_entity(whole: Imported) -> None:
    found = definition(whole, "balance")
    assert isinstance(found, Atomic)
    assert found.measure.semi_additive == SemiAdditive(take="last", entity=("account_id",))


def test_a_ratio_keeps_the_filter_of_each_side(whole: Imported) -> None:
    levels = OneOf(field="shop.shop__level", values=("A", "B"))
    assert definition(whole, "amount_per_buyer") == Ratio(
        numerator=Operand(metric="amount", filter=levels), denominator=Operand(metric="buyers")
    )


def test_a_derived_metric_is_a_formula_over_inputs_that_look_back(whole: Imported) -> None:
    known = IsNull(field="buyer", negated=True)
    shift = Shift(count=2, unit="week", match="look_back")
    assert definition(whole, "growth") == Composite(
        formula="(amount - before) / nullif(before, 0)",
        inputs=(
            Input(name="amount", metric="amount", filter=known),
            Input(name="before", metric="amount", filter=known, period=Period(shift=shift)),
        ),
    )


def test_an_offset_alone_is_a_period(whole: Imported) -> None:
    assert definition(whole, "at_start_of_month") == Derived(base="amount", period=Period(point="month"))
    season = Shift(count=1, unit="season", match="look_back")
    assert definition(whole, "season_ago") == Derived(base="amount", period=Period(shift=season))


def test_cumulative_metrics_are_windows(whole: Imported) -> None:
    two = Duration(count=2, unit="month")
    assert definition(whole, "trailing") == Derived(base="amount", period=Period(trailing=two, within="avg"))
    assert definition(whole, "month_to_date") == Derived(base="amount", period=Period(to_date="month", within="first"))
    assert definition(whole, "so_far") == Derived(base="amount", period=Period(cumulative=True, within="last"))


def test_a_conversion_counts_the_events_of_both_sides(whole: Imported) -> None:
    found = definition(whole, "bought_after_visit")
    assert isinstance(found, Conversion)
    assert found.steps == ("orders",)
    assert found.entity == found.constants == (ColumnPair(many="person_id", one="buyer_id"),)
    assert (found.window, found.result) == (Duration(count=7, unit="day"), "rate")
    base = definition(whole, found.base)
    assert isinstance(base, Atomic)
    assert base.measure.filter == Compare(field="visit__page", op="eq", value="home")


def test_a_filter_by_a_metric_is_a_table_of_it_by_the_entity(whole: Imported) -> None:
    table = of(whole, DatasetDef)["visits_by_buyer"]
    assert table.source == MetricsTable(metrics=("visits",), dimensions=("buyer",))
    assert table.primary_key == ("buyer",)
    joins = {(each.from_dataset, each.to_dataset): each for each in of(whole, RelationshipDef).values()}
    assert joins["orders", "visits_by_buyer"].columns == (ColumnPair(many="buyer_id", one="buyer"),)
    found = definition(whole, "regulars")
    assert isinstance(found, Atomic)
    assert found.measure.filter == Compare(field="buyer.buyer__visits", op="gt", value=2)


def test_saved_queries_are_questions(whole: Imported) -> None:
    assert whole.questions["by_city"] == MetricQuery(
        metrics=("amount", "growth"),
        dimensions=(DimensionRef(field="buyer.buyer__city"),),
        grain="month",
        filters=Compare(field="order__is_gift", op="eq", value=True),
        order=(OrderBy(by="amount", descending=True),),
        limit=5,
    )


def test_what_comes_over_is_sound_but_for_the_words_that_only_people_have(whole: Imported) -> None:
    definitions = landed(whole.definitions, "dana")
    catalogue = Catalogue.of(definitions)
    faults = {fault.code for each in definitions for fault in check_definition(each, catalogue)}
    assert faults == {"caliber_missing"}


def test_names_lead_to_codes(whole: Imported) -> None:
    assert whole.names["metrics.orders"] == "orders"
    assert whole.names["semantic_models.shops"] == "shops"


# --- losses and faults ----------------------------------------------------------------------------


def test_an_approximate_percentile_is_told(whole: Imported) -> None:
    (loss,) = whole.losses
    assert (loss.kind, loss.path) == ("changed", "models.yml: semantic_models.orders.measures.p90")


def test_a_table_that_is_not_there_is_told_and_its_types_are_guessed() -> None:
    found = import_metricflow(FILES, Surroundings("retail"))
    told = [loss for loss in found.losses if loss.text.en.startswith("There is no table")]
    assert len(told) == len(TABLES) - 1
    types = {column.name: column.type for column in of(found, DatasetDef)["orders"].columns}
    assert types["is_gift"] == "boolean"
    assert types["paid_at"] == "timestamp"
    assert types["amount"] == "decimal"


def test_what_cannot_be_expressed_is_refused_with_its_place_and_the_rest_comes() -> None:
    extra = """
metrics:
  - name: wild
    type: simple
    type_params: {measure: amount}
    filter: "REGEXP_MATCHES({{ Dimension('buyer__city') }}, 'x')"
  - {name: lost, type: simple, type_params: {measure: nowhere}}
  - {name: above_wild, type: derived, type_params: {expr: wild * 2, metrics: [wild]}}
  - {name: astray, type: simple, type_params: {measure: amount}, filter: "{{ Dimension('moon__side') }} = 'dark'"}
"""
    found = shop(**{"more.yml": extra})
    refused = {loss.path: loss.text.en for loss in found.losses if loss.kind == "refused"}
    assert set(refused) == {f"more.yml: metrics.{name}" for name in ("wild", "lost", "above_wild", "astray")}
    assert "REGEXP_LIKE" in refused["more.yml: metrics.wild"]
    assert "there is no measure “nowhere”" in refused["more.yml: metrics.lost"]
    assert "“moon__side” cannot be reached" in refused["more.yml: metrics.astray"]
    assert len(of(found, MetricDef)) == len(of(shop(), MetricDef))


def test_a_column_that_the_table_lacks_is_told() -> None:
    files = {
        **FILES,
        "models.yml": MODELS.replace("{name: city, type: categorical}", "{name: town, type: categorical}"),
    }
    found = import_metricflow({**files, "metrics.yml": METRICS.replace("buyer__city", "order__size")},
                              Surroundings("retail", TABLES.get))  # fmt: skip
    assert any("no column “town”" in loss.text.en for loss in found.losses)


def test_every_fault_of_every_file_is_told_at_once_with_its_line() -> None:
    files = {
        "a.yml": "semantic_models:\n  - name: x\n    model: ref('t')\n    measures:\n      - {name: m, agg: sums}\n",
        "b.yml": "metrics:\n  - {name: y, type: simple}\n  - {name: z, type: odd, type_params: {}}\n",
        "c.yml": "a: [\n",
    }
    with pytest.raises(Faults) as refusal:
        import_metricflow(files, Surroundings("retail"))
    places = {(each["params"]["file"], each["params"]["line"]) for each in refusal.value.render("en")["errors"]}
    assert places == {("a.yml", 5), ("b.yml", 2), ("b.yml", 3), ("c.yml", 2)}


def test_both_layouts_say_the_same() -> None:
    single = """
semantic_model:
  name: orders
  node_relation: {alias: orders, schema_name: $source_schema}
  defaults: {agg_time_dimension: day}
  entities: [{name: order, type: primary, expr: order_id}]
  dimensions: [{name: day, type: time, type_params: {time_granularity: day}}]
  measures: [{name: amount, agg: sum}]
---
metric:
  name: amount
  type: SIMPLE
  type_params: {measure: {name: amount}}
  filter: {where_filters: [{where_sql_template: "{{ TimeDimension('order__day', 'month') }} >= '2024-01-01'"}]}
"""
    found = import_metricflow({"a.yaml": single}, Surroundings("retail", TABLES.get))
    amount = definition(found, "amount")
    assert isinstance(amount, Atomic)
    assert amount.measure.filter == Formula(formula="date_trunc('month', metric_time) >= to_date('2024-01-01')")


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("semantic_model: []\n", "semantic_model 应为对象", "semantic_model must be an object"),
        ("metric: {name: y, type: odd, type_params: {}}\n", "metric.type 应为以下之一", "metric.type must be one of"),
        ("metric: {type: simple, type_params: {}}\n", "metric.name 必填", "metric.name is required"),
    ],
)
def test_faults_of_a_file_are_told_in_the_readers_language(text: str, zh: str, en: str) -> None:
    with pytest.raises(Faults) as refusal:
        import_metricflow({"a.yml": text}, Surroundings("retail"))
    assert zh in refusal.value.render("zh")["errors"][0]["title"]
    assert en in refusal.value.render("en")["errors"][0]["title"]


@pytest.mark.parametrize(("share", "aggregation"), [("1.0", "max"), ("0", "min"), ("0.5", "percentile")])
def test_the_whole_share_and_none_are_the_greatest_and_the_least(share: str, aggregation: str) -> None:
    found = shop(**{"more.yml": _with_percentile(f"{{percentile: {share}}}")})
    made = next(each for each in of(found, MetricDef) if each == "tall" or each.endswith("tall"))
    definition = of(found, MetricDef)[made].definition
    assert isinstance(definition, Atomic)
    assert definition.measure.aggregation == aggregation


@pytest.mark.parametrize(
    ("params", "said"),
    [("{percentile: 1.5}", "not between 0 and 1"), ("{}", "which one")],
)
def test_what_is_no_percentile_is_refused(params: str, said: str) -> None:
    found = shop(**{"more.yml": _with_percentile(params)})
    (loss,) = (each for each in found.losses if each.path.endswith("metrics.tall"))
    assert said in loss.text.en


_DAYS = """
models:
  - name: days
    time_spine: {{standard_granularity_column: d{more}}}
    columns: [{{name: d, granularity: {grain}}}]
"""


def _with_percentile(params: str) -> str:
    return f"""
semantic_models:
  - name: trees
    model: ref('trees')
    defaults: {{agg_time_dimension: day}}
    entities: [{{name: tree, type: primary, expr: id}}]
    dimensions: [{{name: day, type: time, type_params: {{time_granularity: day}}}}]
    measures: [{{name: height, agg: percentile, expr: height, agg_params: {params}}}]
metrics:
  - {{name: tall, type: simple, type_params: {{measure: height}}}}
"""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (_DAYS.format(more=", custom_granularities: [x]", grain="day"), "models.0.time_spine.custom_granularities.0"),
        (_DAYS.format(more="", grain="年"), "models.0.time_spine.primary_column.time_granularity"),
        ("metric: {name: y, type: simple, time_granularity: a b, type_params: {}}", "metric.time_granularity"),
    ],
)
def test_a_spine_or_a_grain_of_no_form_is_told_with_its_place(text: str, place: str) -> None:
    with pytest.raises(Faults) as refusal:
        import_metricflow({"a.yml": text}, Surroundings("retail"))
    assert place in refusal.value.render("en")["errors"][0]["title"]


def test_a_window_longer_than_any_of_ours_is_refused() -> None:
    extra = "metrics: [{name: ever, type: cumulative, type_params: {measure: amount, window: 99999 days}}]"
    (loss,) = (each for each in shop(**{"more.yml": extra}).losses if each.path == "more.yml: metrics.ever")
    assert loss.text.en == "count 99999, which must be at most 3660"


def test_a_saved_question_for_no_rows_is_told() -> None:
    extra = "saved_queries: [{name: none, query_params: {metrics: [amount], limit: -1}}]"
    found = shop(**{"more.yml": extra})
    assert "none" not in found.questions
    assert any(each.path == "more.yml: saved_queries.none" for each in found.losses)
