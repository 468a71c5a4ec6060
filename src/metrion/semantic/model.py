"""Definitions: what a company writes down about its data and its metrics. Immutable contents.

Each published thing is a `Definition` of one kind with a `code` that is unique in its kind. The same
pydantic model is the YAML, the API body, the stored version and the compiler's input; its canonical
digest (`metrion.base.canonical.digest`) is what an approval is bound to.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from metrion.base.text import Text
from metrion.semantic.condition import Condition

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
DataType = Literal["string", "integer", "decimal", "float", "boolean", "date", "timestamp"]
Grain = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "year"]
Level = Code
"""A grain, or the code of a level of a calendar (`fiscal_year`, `retail_week`)."""
DatePart = Literal["year", "quarter", "month", "week", "day", "day_of_year", "weekday", "hour"]
"""A number read off a moment: `weekday` is 1 (Monday) to 7, `week` the ISO week."""
Aggregation = Literal[
    "sum",
    "count",
    "count_distinct",
    "approx_distinct",
    "min",
    "max",
    "avg",
    "weighted_avg",
    "median",
    "percentile",
    "stddev",
    "variance",
    "first",
    "last",
]
METRIC_TIME: Final = "metric_time"
"""The field by which a condition names the time axis of whatever metric it is applied to."""


class Frozen(BaseModel):
    """Base of all definition parts."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- data -----------------------------------------------------------------------------------------


class Column(Frozen):
    """One column of a dataset, as the engine reads it."""

    name: str
    type: DataType
    label: Text = Text()
    description: Text = Text()
    sensitive: bool = False
    expression: str | None = None
    """A row expression over other columns of the dataset; None: the table has the column."""


class LakeTable(Frozen):
    """The dataset's rows are a Delta table of the lake."""

    kind: Literal["lake"] = "lake"
    table: Code


class DatabaseTable(Frozen):
    """The dataset's rows stay in a database: questions are run there, under a role that can only read."""

    kind: Literal["database"] = "database"
    connection: Code
    table: str
    """Name of the table, with its schema where it has one: `sales.orders`."""


class SqlQuery(Frozen):
    """The dataset's rows are what one SELECT over other datasets gives, each named by its code."""

    kind: Literal["sql"] = "sql"
    sql: str


class MetricsTable(Frozen):
    """The dataset's rows are an answer: one row for each combination of dimensions, one column for each metric."""

    kind: Literal["metrics"] = "metrics"
    metrics: Annotated[tuple[Code, ...], Field(min_length=1)]
    dimensions: tuple[str, ...] = ()
    grain: Level | None = None
    """With a grain, the period is the column `time`."""
    filters: Condition | None = None


Source = Annotated[LakeTable | DatabaseTable | SqlQuery | MetricsTable, Field(discriminator="kind")]


class CalendarLevel(Frozen):
    """Periods of a calendar: the days with equal `column` are one period.

    The column is a date or timestamp (the period's first day) or a whole number that grows by one with each period.
    """

    code: Code
    name: Text
    column: str
    position: str | None = None
    """Column with a day's place in its period, which a shift keeps; None: counted from the first day."""


class Validity(Frozen):
    """When a row of a dimension's history was true: from `start` until before `end`, NULL being open."""

    start: str
    end: str


class DatasetDef(Frozen):
    """A table the engine can read. `primary_key` is unique; `time_columns[0]` is the default time axis."""

    kind: Literal["dataset"] = "dataset"
    code: Code
    name: Text
    description: Text = Text()
    domain: Code
    shape: Literal["fact", "dimension", "bridge", "snapshot", "calendar"]
    source: Source
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    time_columns: tuple[str, ...] = ()
    time_grain: Grain = "day"
    """What the time columns tell apart: `month` for a table with one row a month."""
    validity: Validity | None = None
    """For a history (SCD2): several rows of one key, each true for a while. The key is without the validity."""
    levels: tuple[CalendarLevel, ...] = ()
    """Of a calendar, whose first time column is the day."""
    working_day: str | None = None
    """Of a calendar: the boolean column that tells working days from others."""
    anchor: Literal["today", "latest_data"] = "latest_data"
    """Where relative time ("last 3 months") ends: the calendar's today or the last day that has data."""
    row_access: Literal["open", "policy"] = "policy"
    """`policy`: rows are seen only through a row policy. `open`: everybody who may query sees all rows."""
    real: bool = True
    """False for generated demonstration data; the product says so wherever the data is shown."""
    owner: str = ""

    @property
    def place(self) -> str:
        """Return where the rows lie: a table of the lake, or connection/table; empty where they are calculated."""
        match self.source:
            case LakeTable(table=table):
                return table
            case DatabaseTable(connection=connection, table=table):
                return f"{connection}/{table}"
            case _:
                return ""

    def column(self, name: str) -> Column | None:
        """Return the column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)


class ColumnPair(Frozen):
    """One equality of a join: column of the many side = column of the one side."""

    many: str
    one: str


class RelationshipDef(Frozen):
    """N:1 from `from_dataset` to `to_dataset`; the `one` columns are a key of the target.

    `role` tells two relationships between the same datasets apart (buyer, seller): fields are then
    written `buyer.region`.
    """

    kind: Literal["relationship"] = "relationship"
    code: Code
    name: Text = Text()
    domain: Code
    from_dataset: Code
    to_dataset: Code
    columns: tuple[ColumnPair, ...]
    role: Code | None = None
    valid_at: str | None = None
    """Into a history: the column of the many side that says when; None: the metric's own time."""
    backwards: Literal["refuse", "once", "weighted"] = "refuse"
    """Whether the one side may be split by what its many rows say (a bridge, an order by its lines).

    once: a row counts in full in each group that it has part in, so groups need not add up to the total.
    weighted: it is allocated by `weight`, shares that add up to one.
    """
    weight: str | None = None
    """Column of the many side with a row's share."""


class Binding(Frozen):
    """Where a dimension's value is read: a column of a dataset."""

    dataset: Code
    column: str


class DimensionDef(Frozen):
    """Something metrics can be split by. Several bindings mean the same values in several datasets."""

    kind: Literal["dimension"] = "dimension"
    code: Code
    name: Text
    aliases: tuple[str, ...] = ()
    description: Text = Text()
    domain: Code
    bindings: tuple[Binding, ...]
    parent: Code | None = None
    """The next coarser level of the hierarchy (city -> region): drill-down follows it backwards."""
    owner: str = ""


class ModifierDef(Frozen):
    """A named, reusable filter (修饰词): "members", "effective orders"."""

    kind: Literal["modifier"] = "modifier"
    code: Code
    name: Text
    aliases: tuple[str, ...] = ()
    description: Text = Text()
    domain: Code
    condition: Condition
    exclusive_group: Code | None = None
    """Two modifiers of one group cannot be combined."""
    owner: str = ""


# --- metrics --------------------------------------------------------------------------------------


class Duration(Frozen):
    """A number of calendar units."""

    count: Annotated[int, Field(ge=1, le=3660)]
    unit: Level


class Shift(Frozen):
    """A look at another time: `count` units earlier, or later where it is negative."""

    count: Annotated[int, Field(ge=-3660, le=3660)]
    unit: Level
    match: Literal["rows", "look_back", "weekday", "working_day"] = "rows"
    """Which day stands for which.

    rows: every row moves to exactly one day (the 31st to the last of the month), so that totals stay what they were.
    look_back: every day shows the day so many units earlier, which at the end of a month may be shown twice.
    weekday: whole weeks, so that Mondays meet Mondays (a year is 52 weeks, a quarter 13, a month 4).
    working_day: the n-th working day of a period meets the n-th of the other, by the company's calendar.
    """


class SemiAdditive(Frozen):
    """A stock (balance): over time it is not summed, one snapshot per entity and period is taken."""

    take: Literal["last", "first", "min", "max", "avg"] = "last"
    entity: tuple[str, ...] = ()
    """Columns that identify what is counted (account); empty: the last day of the whole period."""


class Measure(Frozen):
    """An aggregation of a row expression over one dataset, with its own filter."""

    expression: str
    """Row expression in the formula language over the dataset's columns; `*` only with count."""
    aggregation: Aggregation
    filter: Condition | None = None
    semi_additive: SemiAdditive | None = None
    percentile: Annotated[float, Field(gt=0, lt=1)] | None = None
    discrete: bool = False
    """A percentile that is one of the values, instead of one interpolated between two."""
    weight: str | None = None
    """Row expression by which a weighted average weighs."""
    by: str | None = None
    """Row expression that orders rows for first and last; None: the time axis."""


class Atomic(Frozen):
    """One measure with business meaning."""

    type: Literal["atomic"] = "atomic"
    dataset: Code
    measure: Measure
    time_column: str | None = None
    """The time axis; None means the dataset's first time column."""


class Period(Frozen):
    """When a derived metric looks: at most one window, seen at the end of each period of the answer, then shifted."""

    to_date: Level | None = None
    """From the start of the running unit."""
    trailing: Duration | None = None
    """The units that end there."""
    leading: Duration | None = None
    """The units that begin after it; with `trailing` both sides."""
    cumulative: bool = False
    """Everything until then."""
    remaining: bool = False
    """Everything after it; with `trailing` or `leading` that side is open."""
    seen_from: Literal["end", "start"] = "end"
    """A window hangs on the period's last day, or on the day before its first."""
    point: Level | None = None
    """Only the first period (of the answer's grain) within each of these units: the value at the month's start."""
    shift: Shift | None = None
    within: Literal["last", "first", "avg", "min", "max"] = "last"
    """What a period shows of a window's daily values; `first` is the first day that has one."""


class Derived(Frozen):
    """A base metric, restricted by modifiers and moved in time (OneData's meaning of derived)."""

    type: Literal["derived"] = "derived"
    base: Code
    modifiers: tuple[Code, ...] = ()
    filter: Condition | None = None
    period: Period | None = None


class Operand(Frozen):
    """A metric as a formula uses it: restricted and moved as a derived metric would be."""

    metric: Code
    modifiers: tuple[Code, ...] = ()
    filter: Condition | None = None
    period: Period | None = None


class Input(Operand):
    """An operand with the name by which a formula calls it."""

    name: Code


class Composite(Frozen):
    """A formula over metrics, such as `[gross_profit] / [net_sales]`, or over named inputs."""

    type: Literal["composite"] = "composite"
    formula: str
    inputs: tuple[Input, ...] = ()


class Ratio(Frozen):
    """Numerator / denominator, each with its own filter and time."""

    type: Literal["ratio"] = "ratio"
    numerator: Operand
    denominator: Operand


class Growth(Frozen):
    """How much a metric moved against an earlier time: as a share of what it was, or as a difference."""

    type: Literal["growth"] = "growth"
    metric: Code
    shift: Shift
    result: Literal["rate", "difference"] = "rate"


class Share(Frozen):
    """A metric divided by itself over everything that the groups in `of` tell apart; without `of`, over all groups."""

    type: Literal["share"] = "share"
    metric: Code
    of: tuple[str, ...] = ()


class Index(Frozen):
    """A metric as a multiple of itself at a base time, times 100."""

    type: Literal["index"] = "index"
    metric: Code
    base: Period


class Difference(Frozen):
    """A metric against its target: as a difference, or as a share of the target."""

    type: Literal["difference"] = "difference"
    metric: Code
    target: Code
    result: Literal["difference", "rate"] = "difference"


class Conversion(Frozen):
    """Of the events of `base`, those after which the same entity did the further steps in time (a funnel).

    Each step goes to the last base event before it, within `window`, with equal `constants`.
    """

    type: Literal["conversion"] = "conversion"
    base: Code
    """An atomic metric that counts events."""
    steps: Annotated[tuple[Code, ...], Field(min_length=1)]
    """Atomic metrics that count what must follow, in this order."""
    entity: tuple[ColumnPair, ...]
    """What is the same: `many` names a column of the base event's dataset, `one` of the steps' datasets."""
    window: Duration | None = None
    constants: tuple[ColumnPair, ...] = ()
    result: Literal["rate", "count", "value"] = "rate"
    """rate: conversions / base. count: conversions. value: the last step's measure over them."""
    counts: Literal["base", "steps"] = "base"
    """A conversion is a base event that reached the last step (at most as many as base events), or each last event."""


class Nested(Frozen):
    """An aggregate of an aggregate: the average of a day's orders, the median spent by a customer.

    The base is computed for each group of the question together with `per` and `grain`; those rows are
    aggregated by the groups of the question, less `without` (or those in `only`), and shown in each of its rows.
    """

    type: Literal["nested"] = "nested"
    base: Code
    aggregation: Literal["recomputed", "sum", "avg", "min", "max", "median", "count", "stddev", "first", "last"] = "avg"
    """recomputed: no second aggregation, the base itself over the coarser groups. first, last: by `grain`."""
    per: tuple[str, ...] = ()
    grain: Level | None = None
    without: tuple[str, ...] = ()
    """Groups that are left out; `metric_time` is the time of the question."""
    only: tuple[str, ...] | None = None
    unfiltered: tuple[str, ...] = ()
    """Fields whose filters in the question do not count here; `metric_time` is its range, `*` all of them."""
    having: Condition | None = None
    """Which inner rows count: a condition on `value` and on the inner groups."""


class Rank(Frozen):
    """The place of each row of the answer by a metric: 1 is first."""

    type: Literal["rank"] = "rank"
    base: Code
    within: tuple[str, ...] = ()
    """Groups that each have a ranking of their own; `metric_time` is the time of the question."""
    without: tuple[str, ...] | None = None
    """Instead: every group but these has a ranking of its own."""
    lowest_first: bool = False
    ties: Literal["gap", "dense", "distinct"] = "gap"


class Inherited(Frozen):
    """The definition of the metric that is extended."""

    type: Literal["inherited"] = "inherited"


class Extends(Frozen):
    """The metric that this one is a variant of, and the fields that are taken from it."""

    metric: Code
    fields: tuple[str, ...]


Calculation = (
    Atomic | Derived | Composite | Ratio | Growth | Share | Index | Difference | Conversion | Nested | Rank | Inherited
)


class MetricDef(Frozen):
    """A metric: its meaning for people and its definition for the engine."""

    kind: Literal["metric"] = "metric"
    code: Code
    name: Text
    aliases: tuple[str, ...] = ()
    domain: Code
    subject: Code | None = None
    caliber: Text = Text()
    """口径: the business text that says what is counted."""
    purpose: Text = Text()
    definition: Annotated[Calculation, Field(discriminator="type")]
    extends: Extends | None = None
    unit: str = ""
    """元, 万元, %, 笔 ...; see `metrion.semantic.units`. Empty: derived from the definition."""
    decimals: Annotated[int, Field(ge=0, le=8)] = 2
    direction: Literal["higher", "lower", "neutral"] = "neutral"
    dimensions: tuple[Code, ...] | None = None
    """Allowed dimensions; None: every dimension that can be reached."""
    smallest_grain: Level = "day"
    fill: Literal["null", "zero", "forward", "keep"] = "null"
    """What stands where there is nothing: NULL (a count: 0), zero, the last value before, or NULL even for a count."""
    row_set: Literal["facts", "covered", "spine", "calendar"] = "facts"
    """Which periods have rows: those with facts, those whose window reaches facts, every one of the range (from the
    first to the last facts where it is open), or every one of the company's calendar within the range."""
    zero_division: Literal["null", "zero", "error"] = "null"
    sensitivity: Literal["public", "internal", "restricted"] = "internal"
    owner: str = ""
    steward: str = ""
    tags: tuple[str, ...] = ()
    requirement: str = ""
    """What the business asked for, in its words."""
    effective_from: date | None = None
    effective_to: date | None = None


INHERITABLE: Final = frozenset(MetricDef.model_fields) - {"kind", "code", "extends", "definition"}
"""Fields that a variant may take from the metric that it extends; its calculation is `Inherited` instead."""

Definition = Annotated[
    DatasetDef | RelationshipDef | DimensionDef | ModifierDef | MetricDef, Field(discriminator="kind")
]
Kind = Literal["dataset", "relationship", "dimension", "modifier", "metric"]
