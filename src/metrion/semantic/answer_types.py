"""The types of an answer's values, read off its plan.

The catalogue knows the type of a metric, but a question may change it: a count shared out over the groups of a bridge
is no whole number, nor is the average of running totals within a month.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.semantic.formula.check import inspect_metric_formula
from metrion.semantic.formula.types import Typed
from metrion.semantic.plan import Aggregate, Ranking
from metrion.semantic.units import RATIO
from metrion.semantic.value_type import data_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.semantic.model import DataType
    from metrion.semantic.plan import Computed, Project

Types = dict[str, "DataType"]


def answer_types(project: Project, told: Mapping[str, DataType]) -> Types:
    """Return the type of each value of an answer; `told` are those of the metrics, by the names of the values."""
    known = _below(project)
    for stage in project.stages:
        known |= {value.name: _type_of(value, known, None) for value in stage}
    return {value.name: _type_of(value, known, told.get(value.name)) for value in project.values}


def _below(project: Project) -> Types:
    """Return the types of the columns that the values are computed from."""
    below = project.input
    parts = (below,) if isinstance(below, Aggregate) else below.inputs
    known = {one.name: one.type for part in parts if isinstance(part, Aggregate) for one in part.measures}
    for broadcast in project.broadcasts:
        source = broadcast.source
        if isinstance(source, Aggregate):
            found: Types = {one.name: one.type for one in source.measures}
        else:
            found = answer_types(source, {})
        known[broadcast.name] = found[broadcast.name]
    return known


def _type_of(value: Computed, known: Types, told: DataType | None) -> DataType:
    """Return the type of a value. A formula is read again only where another type of an input could change it."""
    if isinstance(value.over, Ranking):
        return "integer"
    kinds = {name: known[of.column] for name, of in value.inputs}
    if value.formula is None:
        return next(iter(kinds.values()))
    if told is not None and (told not in {"integer", "decimal"} or "float" not in kinds.values()):
        return told
    return data_type(
        inspect_metric_formula(value.formula, {name: Typed(kind, RATIO) for name, kind in kinds.items()})[0]
    )
