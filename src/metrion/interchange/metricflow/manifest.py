"""What a MetricFlow file says, typed. Every short form that its readers accept is brought to one long form here."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

_WINDOW: Final = re.compile(r"^\s*(\d+)\s+([A-Za-z_]\w*)\s*$")
_REF: Final = re.compile(r"^\s*(?:\{\{\s*)?(?:ref|source)\((.*)\)\s*(?:\}\})?\s*$")
_STANDARD: Final = (
    "nanosecond",
    "microsecond",
    "millisecond",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
)
EntityKind = Literal["primary", "unique", "foreign", "natural"]
DimensionKind = Literal["categorical", "time"]
MetricKind = Literal["simple", "ratio", "derived", "cumulative", "conversion"]
Agg = Literal["sum", "min", "max", "count", "count_distinct", "sum_boolean", "average", "median", "percentile"]


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _written(value: object) -> object:
    """Return an expression as text: YAML reads `expr: 1` as a number."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (int, float)) else value


def _as_list(value: object) -> object:
    """Return a filter in any of its forms as a list of texts."""
    if value is None:
        return []
    if isinstance(value, dict):
        return _as_list(value.get("where_filters", value.get("where_sql_template")))
    items = value if isinstance(value, list) else [value]
    return [item["where_sql_template"] if isinstance(item, dict) and "where_sql_template" in item else _written(item)
            for item in items]  # fmt: skip


def _named(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


def _window(value: object) -> object:
    """Return `2 days` as count and unit; units are written in the singular."""
    if isinstance(value, str) and (found := _WINDOW.match(value)):
        return {"count": int(found.group(1)), "granularity": found.group(2)}
    return value


def singular(unit: str) -> str:
    """Return a unit of time as one: `days` is `day`; a custom grain stays what it is."""
    plain = unit.lower()
    return plain[:-1] if plain.endswith("s") and plain[:-1] in _STANDARD else plain


Name = Annotated[str, Field(min_length=1)]
Sql = Annotated[str, BeforeValidator(_written)]
Filters = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
Unit = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9_]{0,62}$"),
    BeforeValidator(lambda value: singular(value) if isinstance(value, str) else value),
]


class Part(BaseModel):
    """Base of all parts. What is not known here is kept in `model_extra`, to be reported."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)


class Window(Part):
    """A number of units of time."""

    count: int = Field(ge=1)
    granularity: Unit


WindowText = Annotated[Window, BeforeValidator(_window)]


class Worded(Part):
    """Something with a name and words about it."""

    name: Name
    label: str | None = None
    description: str | None = None


class ValidityParams(Part):
    """Whether a time dimension begins or ends the validity of a row."""

    is_start: bool = False
    is_end: bool = False


class DimensionParams(Part):
    """What a time dimension tells apart."""

    time_granularity: Unit = "day"
    validity_params: ValidityParams | None = None


class Dimension(Worded):
    """Something to split by."""

    type: Annotated[DimensionKind, BeforeValidator(_lower)]
    expr: Sql | None = None
    is_partition: bool = False
    type_params: DimensionParams | None = None

    @property
    def grain(self) -> str:
        """Return what a time dimension tells apart."""
        return self.type_params.time_granularity if self.type_params else "day"

    @property
    def validity(self) -> ValidityParams | None:
        """Return the part that it has in the validity of a row."""
        return self.type_params.validity_params if self.type_params else None


class Entity(Worded):
    """A key, or a reference to one."""

    type: Annotated[EntityKind, BeforeValidator(_lower)]
    expr: Sql | None = None


class NonAdditive(Part):
    """By which time a measure may not be summed."""

    name: Name
    window_choice: Annotated[Literal["min", "max"], BeforeValidator(_lower)] = "min"
    window_groupings: tuple[str, ...] = ()


class AggParams(Part):
    """How a percentile is taken."""

    percentile: float | None = None
    use_discrete_percentile: bool = False
    use_approximate_percentile: bool = False


class Measure(Worded):
    """An aggregated expression."""

    agg: Annotated[Agg, BeforeValidator(_lower)]
    expr: Sql | None = None
    create_metric: bool = False
    agg_params: AggParams = AggParams()
    agg_time_dimension: str | None = None
    non_additive_dimension: NonAdditive | None = None

    @field_validator("agg_params", mode="before")
    @classmethod
    def _none(cls, value: object) -> object:
        return {} if value is None else value


class NodeRelation(Part):
    """The table."""

    alias: str
    schema_name: str | None = None
    database: str | None = None
    relation_name: str | None = None


class Defaults(Part):
    """What measures have where they say nothing."""

    agg_time_dimension: str | None = None


class SemanticModel(Worded):
    """A table with its entities, dimensions and measures."""

    node_relation: NodeRelation
    defaults: Defaults = Defaults()
    primary_entity: str | None = None
    entities: tuple[Entity, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    measures: tuple[Measure, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _long(cls, value: object) -> object:
        """Read `model: ref('orders')` as the table and absent lists as empty ones."""
        if not isinstance(value, dict):
            return value
        raw = {key: part for key, part in value.items() if part is not None}
        model = raw.pop("model", None)
        if isinstance(model, str) and "node_relation" not in raw:
            found = _REF.match(model)
            parts = [part.strip().strip("'\"") for part in (found.group(1) if found else model).split(",")]
            raw["node_relation"] = {"alias": parts[-1].split(".")[-1]}
        return raw


class MeasureInput(Part):
    """A measure as a metric takes it."""

    name: Name
    filter: Filters = ()
    alias: str | None = None
    join_to_timespine: bool = False
    fill_nulls_with: int | None = None


class MetricInput(Part):
    """A metric as another one takes it."""

    name: Name
    filter: Filters = ()
    alias: str | None = None
    offset_window: WindowText | None = None
    offset_to_grain: Unit | None = None


MeasureRef = Annotated[MeasureInput, BeforeValidator(_named)]
MetricRef = Annotated[MetricInput, BeforeValidator(_named)]


class ConstantProperty(Part):
    """What must be equal in both events of a conversion."""

    base_property: str
    conversion_property: str


class ConversionParams(Part):
    """A conversion."""

    base_measure: MeasureRef | None = None
    conversion_measure: MeasureRef | None = None
    base_metric: MetricRef | None = None
    conversion_metric: MetricRef | None = None
    entity: Name
    calculation: Annotated[Literal["conversions", "conversion_rate"], BeforeValidator(_lower)] = "conversion_rate"
    window: WindowText | None = None
    constant_properties: tuple[ConstantProperty, ...] = ()

    @field_validator("constant_properties", mode="before")
    @classmethod
    def _none(cls, value: object) -> object:
        return () if value is None else value


class CumulativeParams(Part):
    """A window that looks back."""

    window: WindowText | None = None
    grain_to_date: Unit | None = None
    period_agg: Annotated[Literal["first", "last", "average"], BeforeValidator(_lower)] = "first"
    metric: MetricRef | None = None


class AggregationParams(Part):
    """The aggregation of a simple metric that has no measure."""

    semantic_model: str
    agg: Annotated[Agg, BeforeValidator(_lower)]
    expr: Sql | None = None
    agg_params: AggParams | None = None
    agg_time_dimension: str | None = None
    non_additive_dimension: NonAdditive | None = None


class MetricParams(Part):
    """What a metric is made of."""

    measure: MeasureRef | None = None
    metric_aggregation_params: AggregationParams | None = None
    join_to_timespine: bool = False
    fill_nulls_with: int | None = None
    numerator: MetricRef | None = None
    denominator: MetricRef | None = None
    expr: Sql | None = None
    metrics: tuple[MetricRef, ...] = ()
    window: WindowText | None = None
    grain_to_date: Unit | None = None
    cumulative_type_params: CumulativeParams | None = None
    conversion_type_params: ConversionParams | None = None

    @model_validator(mode="before")
    @classmethod
    def _present(cls, value: object) -> object:
        return {key: part for key, part in value.items() if part is not None} if isinstance(value, dict) else value


class Metric(Worded):
    """A metric."""

    type: Annotated[MetricKind, BeforeValidator(_lower)]
    type_params: MetricParams
    filter: Filters = ()
    time_granularity: Unit | None = None


class QueryParams(Part):
    """The question of a saved query."""

    metrics: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ()
    where: Filters = ()
    order_by: tuple[str, ...] = ()
    limit: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _present(cls, value: object) -> object:
        return {key: part for key, part in value.items() if part is not None} if isinstance(value, dict) else value


class SavedQuery(Worded):
    """A question with a name."""

    query_params: QueryParams


class CustomGranularity(Part):
    """A period of a time spine."""

    name: Name
    column_name: str | None = None

    @property
    def column(self) -> str:
        """Return the column that tells the periods apart."""
        return self.column_name or self.name


class SpineColumn(Part):
    """The column of a time spine with its finest period."""

    name: Name
    time_granularity: Unit


class TimeSpine(Part):
    """A table with every period."""

    node_relation: NodeRelation
    primary_column: SpineColumn
    custom_granularities: tuple[CustomGranularity, ...] = ()
