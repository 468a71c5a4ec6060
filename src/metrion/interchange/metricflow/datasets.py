"""Semantic models as datasets: their columns, keys, time axes, and the columns that are computed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from metrion.base.errors import MetrionError
from metrion.interchange.foreign.codes import code_of
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.expressions import to_formula
from metrion.interchange.metricflow.words import grain_named, name_of, our_grain, text_of
from metrion.semantic.formula.check import inspect_row_expression
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.model import Column, DatasetDef, LakeTable, Validity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.base.text import Text
    from metrion.interchange.foreign.report import Losses, Surroundings
    from metrion.interchange.metricflow.manifest import Dimension, Entity, Measure, SemanticModel
    from metrion.semantic.model import Code, DataType, Grain

_NAME: Final = re.compile(r'^\s*"?([A-Za-z_]\w*)"?\s*$')
_TEXTS: Final = frozenset({"count", "count_distinct"})
_KEYWORDS: Final = frozenset({"true", "false", "null", "current_date", "current_timestamp"})
_PREFERRED: Final = ("primary", "natural", "unique")


def column_named(expression: str | None) -> str | None:
    """Return the column that an expression is, or None where it is more than a name."""
    found = _NAME.match(expression or "")
    return found.group(1) if found and found.group(1).lower() not in _KEYWORDS else None


@dataclass(slots=True)
class ModelData:
    """One semantic model while its dataset is put together."""

    model: SemanticModel
    code: Code
    path: str
    losses: Losses
    physical: Mapping[str, DataType] | None
    """Columns of the table in the lake; None: there is no such table, and types are guessed."""
    columns: dict[str, Column] = field(default_factory=dict)
    entities: dict[str, str] = field(default_factory=dict)
    """Entity -> its column."""
    dimensions: dict[str, str] = field(default_factory=dict)
    """Dimension -> its column."""

    @property
    def table(self) -> Code:
        """Return the table of the lake."""
        return code_of(self.model.node_relation.alias)

    @property
    def keys(self) -> tuple[Entity, ...]:
        """Return the entities that tell rows apart, the best first, as far as they have a column."""
        found = [each for each in self.model.entities if each.type != "foreign" and each.name in self.entities]
        return tuple(sorted(found, key=lambda each: _PREFERRED.index(each.type)))

    @property
    def own_names(self) -> tuple[str, ...]:
        """Return the entities by which the model's own dimensions are addressed."""
        primary = self.model.primary_entity
        return tuple(dict.fromkeys((*([primary] if primary else []), *(each.name for each in self.keys))))

    @property
    def prefix(self) -> str:
        """Return the entity that the codes of its dimensions begin with."""
        keys = self.keys
        return keys[0].name if keys else self.model.primary_entity or self.model.name

    @property
    def validity(self) -> Validity | None:
        """Return from when to when a row is true, for a history."""
        marked = {True: "", False: ""}
        for dimension in self.model.dimensions:
            if dimension.validity is not None and dimension.name in self.dimensions:
                marked[dimension.validity.is_start] = self.dimensions[dimension.name]
        return Validity(start=marked[True], end=marked[False]) if all(marked.values()) else None

    def dimension(self, name: str) -> Dimension | None:
        """Return a dimension of the model."""
        return next((each for each in self.model.dimensions if each.name == name), None)

    def type_of(self, column: str) -> DataType | None:
        """Return the type of a column of the dataset."""
        known = self.columns.get(column)
        return known.type if known else None

    def axis_of(self, measure: Measure) -> str | None:
        """Return the time dimension that a measure is aggregated by."""
        return measure.agg_time_dimension or self.model.defaults.agg_time_dimension

    # --- columns ---

    def read(self) -> None:
        """Read entities and dimensions into columns."""
        for name, kind in (self.physical or {}).items():
            self.columns[name] = Column(name=name, type=kind)
        self._guess()
        for entity in self.model.entities:
            found = self.column(entity.name, entity.expr, "string", f"entities.{entity.name}")
            if found is not None:
                self.entities[entity.name] = found
        for dimension in self.model.dimensions:
            place = f"dimensions.{dimension.name}"
            found = self.column(dimension.name, dimension.expr, _guessed(dimension), place)
            if found is not None and dimension.type == "time":
                found = self._as_time(dimension, found)
            if found is not None:
                self.dimensions[dimension.name] = found
                self._describe(found, name_of(dimension), text_of(dimension.description))
        if self.physical is None:
            self.losses.changed(
                self.path,
                f"数据湖中没有表“{self.table}”，列的类型是推测的，请核对。",
                f"There is no table “{self.table}” in the lake: the types of its columns are guesses to be checked.",
            )

    def _guess(self) -> None:
        """Give each plain column the type of its own use, before expressions name it."""
        if self.physical is not None:
            return
        uses: list[tuple[str, DataType]] = [
            *((each.expr or each.name, "string") for each in self.model.entities),
            *((each.expr or each.name, _guessed(each)) for each in self.model.dimensions),
            *((each.expr or each.name, guessed_measure(each)) for each in self.model.measures),
        ]
        for expression, kind in uses:
            if (plain := column_named(expression)) is not None:
                self.plain(plain, kind)

    def column(self, name: str, expression: str | None, guess: DataType, place: str) -> str | None:
        """Return the column of an entity or dimension, computed where it is more than a column; None: a loss."""
        plain = column_named(expression or name)
        try:
            if plain is not None:
                return self.plain(plain, guess)
            return self._computed(name, self.formula(expression or name), guess)
        except NotExpressible as refusal:
            self.losses.refused(f"{self.path}.{place}", refusal.reason)
            return None

    def formula(self, expression: str) -> str:
        """Return an expression over the model's table as a formula; raises `NotExpressible`."""
        return to_formula(expression, lambda name: self.plain(name.split(".")[-1], "string"), type_of=self.type_of)

    def plain(self, name: str, guess: DataType) -> str:
        """Return a column of the table under its exact name; raises `NotExpressible` where the table lacks it."""
        known = next((each for each in self.columns if each.lower() == name.lower()), None)
        if known is not None:
            return known
        if self.physical is not None:
            raise NotExpressible(
                zh=f"表“{self.table}”没有列“{name}”", en=f"the table “{self.table}” has no column “{name}”"
            )
        self.columns[name] = Column(name=name, type=guess)
        return name

    def _computed(self, name: str, formula: str, guess: DataType) -> str:
        free = name if name not in self.columns else f"{name}_value"
        found = self._yields(formula) or guess
        self.columns[free] = Column(name=free, type=found, expression=formula)
        return free

    def _as_time(self, dimension: Dimension, column: str) -> str:
        """Return a column that is a date or timestamp; text is read as one."""
        if self.type_of(column) in {"date", "timestamp"}:
            return column
        reader = "to_timestamp" if our_grain(dimension.grain) in {"second", "minute", "hour"} else "to_date"
        return self._computed(dimension.name, self.formula(f"{reader}({column})"), "date")

    def _yields(self, formula: str) -> DataType | None:
        types = {name: column.type for name, column in self.columns.items()}
        try:
            typed, _ = inspect_row_expression(parse_expression(formula), types)
        except MetrionError:
            return None
        return None if typed.type == "null" or typed.type == "unknown" else typed.type  # noqa: PLR1714 - narrows the type

    def _describe(self, column: str, label: Text, description: Text) -> None:
        self.columns[column] = self.columns[column].model_copy(update={"label": label, "description": description})

    # --- the dataset ---

    def dataset(self, domain: Code, code: Code, key: Entity | None) -> DatasetDef:
        """Return the dataset, told apart by a key."""
        axes = [axis for axis in self._axes() if axis in self.dimensions]
        measured = bool(self.model.measures)
        history = key is not None and key.type == "natural" and self.validity is not None
        return DatasetDef(
            code=code,
            name=name_of(self.model),
            description=text_of(self.model.description),
            domain=domain,
            shape="dimension" if key is not None and (history or not measured) else "fact",
            source=LakeTable(table=self.table),
            columns=tuple(self.columns.values()),
            primary_key=(self.entities[key.name],) if key is not None else (),
            time_columns=tuple(dict.fromkeys(self.dimensions[axis] for axis in axes)),
            time_grain=self._grain(axes),
            validity=self.validity if history else None,
        )

    def _axes(self) -> tuple[str, ...]:
        """Return the time dimensions that something is aggregated by, the default first."""
        named = (self.model.defaults.agg_time_dimension, *map(self.axis_of, self.model.measures))
        return tuple(dict.fromkeys(axis for axis in named if axis))

    def _grain(self, axes: list[str]) -> Grain:
        """Return what the default time axis tells apart."""
        found = self.dimension(axes[0]) if axes else None
        return grain_named(found.grain) if found is not None else "day"


def _guessed(dimension: Dimension) -> DataType:
    """Return a likely type where the table is not there to be looked at."""
    if dimension.type == "time":
        return "timestamp" if our_grain(dimension.grain) in {"second", "minute", "hour"} else "date"
    return "boolean" if dimension.name.startswith(("is_", "has_")) else "string"


def guessed_measure(measure: Measure) -> DataType:
    """Return a likely type of what a measure aggregates."""
    if measure.agg == "sum_boolean":
        return "boolean"
    return "string" if measure.agg in _TEXTS else "decimal"


def model_data(model: SemanticModel, path: str, code: Code, losses: Losses, around: Surroundings) -> ModelData:
    """Return a semantic model with its columns read."""
    found = ModelData(model, code, path, losses, around.columns_of(code_of(model.node_relation.alias)))
    found.read()
    return found
