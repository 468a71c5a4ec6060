"""What the compiler says: a question as SQL, for one question, or for all that differ only in their values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from metrion.semantic.sql.conditions import settled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrion.base.text import Text
    from metrion.semantic.calendar import Moment
    from metrion.semantic.catalogue import Key
    from metrion.semantic.condition import Scalar
    from metrion.semantic.model import Code, DataType, DatePart, Level
    from metrion.semantic.plan import Sort
    from metrion.semantic.sql.terms import Later, Parameter
    from metrion.semantic.uniqueness import Promise

Role = Literal["time", "dimension", "metric", "comparison"]


@dataclass(frozen=True, slots=True)
class CompiledColumn:
    """One column of the answer. `metric`, `unit`, `decimals` and `direction` are set for values."""

    name: str
    label: Text
    role: Role
    type: DataType
    metric: Code | None = None
    unit: str = ""
    decimals: int | None = None
    direction: Literal["higher", "lower", "neutral"] = "neutral"
    grain: Level | None = None
    part: DatePart | None = None


@dataclass(frozen=True, slots=True)
class Subtotal:
    """The question once more by some of its keys: those columns, then the values."""

    keys: tuple[str, ...]
    sql: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A question as SQL. Parameters are positional: `$1` is the first.

    The columns of an answer are those of `columns`, by place: an engine may have got a shorter name. The totals
    statement gives exactly one row with the value columns only, in their order.
    """

    sql: str
    parameters: tuple[Parameter, ...]
    totals_sql: str | None
    totals_parameters: tuple[Parameter, ...]
    subtotals: tuple[Subtotal, ...]
    columns: tuple[CompiledColumn, ...]
    datasets: tuple[Code, ...]
    """Every dataset that is read, row policies included."""
    definitions: tuple[Key, ...]
    """Every definition that the answer rests on."""
    time_start: Moment | None
    time_end: Moment | None
    promises: tuple[Promise, ...]
    """Columns that must be unique for the answer to be right."""
    plan: Sort
    totals_plan: Sort | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement some of whose values are given when it is run. `keys` are the columns before the values."""

    sql: str
    parameters: tuple[Parameter | Later, ...]
    keys: tuple[str, ...] = ()

    def with_values(self, values: Sequence[Scalar]) -> tuple[Parameter, ...]:
        """Return its parameters; raises `BadFilterValue` where a value does not fit its field."""
        return settled(self.parameters, values)


@dataclass(frozen=True, slots=True)
class Prepared:
    """All questions that differ only in the values of their conditions. See `Compiled`."""

    rows: Statement
    totals: Statement | None
    subtotals: tuple[Statement, ...]
    columns: tuple[CompiledColumn, ...]
    datasets: tuple[Code, ...]
    definitions: tuple[Key, ...]
    time_start: Moment | None
    time_end: Moment | None
    promises: tuple[Promise, ...]
    plan: Sort
    totals_plan: Sort | None

    def with_values(self, values: Sequence[Scalar]) -> Compiled:
        """Return the question with these values, by place. Raises `BadFilterValue`."""
        totals = self.totals
        return Compiled(
            sql=self.rows.sql,
            parameters=self.rows.with_values(values),
            totals_sql=None if totals is None else totals.sql,
            totals_parameters=() if totals is None else totals.with_values(values),
            subtotals=tuple(Subtotal(one.keys, one.sql, one.with_values(values)) for one in self.subtotals),
            columns=self.columns,
            datasets=self.datasets,
            definitions=self.definitions,
            time_start=self.time_start,
            time_end=self.time_end,
            promises=self.promises,
            plan=self.plan,
            totals_plan=self.totals_plan,
        )
