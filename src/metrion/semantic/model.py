"""Definitions: what a company writes down about its data and its metrics. Immutable contents.

Each published thing is a `Definition` of one kind with a `code` that is unique in its kind. The same
pydantic model is the YAML, the API body, the stored version and the compiler's input; its canonical
digest (`metrion.base.canonical.digest`) is what an approval is bound to.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from metrion.base.text import Text
from metrion.semantic.condition import Condition

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
DataType = Literal["string", "integer", "decimal", "float", "boolean", "date", "timestamp"]
Grain = Literal["day", "week", "month", "quarter", "year"]
Aggregation = Literal["sum", "count", "count_distinct", "min", "max", "avg", "median"]


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


class LakeTable(Frozen):
    """The dataset's rows are a Delta table of the lake."""

    kind: Literal["lake"] = "lake"
    table: Code


class DatasetDef(Frozen):
    """A table the engine can read. `primary_key` is unique; `time_columns[0]` is the default time axis."""

    kind: Literal["dataset"] = "dataset"
    code: Code
    name: Text
    description: Text = Text()
    domain: Code
    shape: Literal["fact", "dimension", "bridge", "snapshot"]
    source: LakeTable
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    time_columns: tuple[str, ...] = ()
    anchor: Literal["today", "latest_data"] = "latest_data"
    """Where relative time ("last 3 months") ends: the calendar's today or the last day that has data."""
    row_access: Literal["open", "policy"] = "policy"
    """`policy`: rows are seen only through a row policy. `open`: everybody who may query sees all rows."""
    real: bool = True
    """False for generated demonstration data; the product says so wherever the data is shown."""
    owner: str = ""

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
    unit: Grain


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


class Atomic(Frozen):
    """One measure with business meaning."""

    type: Literal["atomic"] = "atomic"
    dataset: Code
    measure: Measure
    time_column: str | None = None
    """The time axis; None means the dataset's first time column."""


class Period(Frozen):
    """When a derived metric looks: at most one of to_date and trailing, then shifted back."""

    to_date: Grain | None = None
    trailing: Duration | None = None
    shift: Duration | None = None


class Derived(Frozen):
    """A base metric, restricted by modifiers and moved in time (OneData's meaning of derived)."""

    type: Literal["derived"] = "derived"
    base: Code
    modifiers: tuple[Code, ...] = ()
    period: Period | None = None


class Composite(Frozen):
    """A formula over metrics, such as `[gross_profit] / [net_sales]`."""

    type: Literal["composite"] = "composite"
    formula: str


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
    definition: Annotated[Atomic | Derived | Composite, Field(discriminator="type")]
    unit: str = ""
    """元, 万元, %, 笔 ...; see `metrion.semantic.units`. Empty: derived from the definition."""
    decimals: Annotated[int, Field(ge=0, le=8)] = 2
    direction: Literal["higher", "lower", "neutral"] = "neutral"
    dimensions: tuple[Code, ...] | None = None
    """Allowed dimensions; None: every dimension that can be reached."""
    smallest_grain: Grain = "day"
    fill: Literal["null", "zero"] = "null"
    row_set: Literal["facts", "spine"] = "facts"
    zero_division: Literal["null", "zero", "error"] = "null"
    sensitivity: Literal["public", "internal", "restricted"] = "internal"
    owner: str = ""
    steward: str = ""
    tags: tuple[str, ...] = ()
    requirement: str = ""
    """What the business asked for, in its words."""
    effective_from: date | None = None
    effective_to: date | None = None


Definition = Annotated[
    DatasetDef | RelationshipDef | DimensionDef | ModifierDef | MetricDef, Field(discriminator="kind")
]
Kind = Literal["dataset", "relationship", "dimension", "modifier", "metric"]
