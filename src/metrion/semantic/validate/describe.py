"""What follows from a metric's definition: unit, type, additivity, time axis, datasets, dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from metrion.base.errors import MetrionError
from metrion.base.text import Text
from metrion.semantic.errors import AmbiguousPath
from metrion.semantic.expand import Circumstances, Expander, leaves, parsed
from metrion.semantic.formula.ast import Binary, Name, Number, Unary
from metrion.semantic.model import Atomic, Composite, DataType, Derived, Kind
from metrion.semantic.paths import locate
from metrion.semantic.units import RATIO
from metrion.semantic.value_type import data_type, value_of

if TYPE_CHECKING:
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.expand import Leaf
    from metrion.semantic.formula.ast import Expression
    from metrion.semantic.model import Code, MetricDef

Additivity = Literal["additive", "semi_additive", "non_additive"]
_STRENGTH: dict[Additivity, int] = {"additive": 0, "semi_additive": 1, "non_additive": 2}


class Described(BaseModel):
    """What follows from a metric. `dimensions` are those it can be split by, the allowed ones only.

    `additivity`: additive values may be added up over everything, semi-additive over everything but
    time, non-additive over nothing. `periodic`: a value belongs to one period (to date, trailing, shifted),
    here or in a metric it uses, so that one value over many periods says nothing. `time_axes` gives the
    column of each dataset, where it has one.
    """

    model_config = ConfigDict(frozen=True)

    unit: str
    unit_label: Text
    type: DataType
    additivity: Additivity
    periodic: bool
    time_axis: str | None
    time_axes: tuple[tuple[str, str], ...]
    datasets: tuple[str, ...]
    dimensions: tuple[str, ...]
    uses: tuple[tuple[Kind, str], ...]


def describe(metric: MetricDef, catalogue: Catalogue) -> Described | None:
    """Return what follows from a metric as if it were in `catalogue`; None when it is too broken to tell."""
    around = catalogue.overlay(metric)
    own: tuple[Kind, str] = ("metric", metric.code)
    expander = Expander(around)
    try:
        found = leaves(expander.value(metric.code, Circumstances()))
        typed = value_of(metric.code, around)
        additivity = _additivity(metric.code, around)
        dimensions = _dimensions(metric, found, around)
    except MetrionError:
        return None
    axes = tuple(dict.fromkeys((leaf.dataset, leaf.axis) for leaf in found if leaf.axis is not None))
    unit = typed.unit or RATIO
    return Described(
        unit=unit.symbol,
        unit_label=unit.label(),
        type=data_type(typed),
        additivity=additivity,
        periodic=any(_has_period(code, around) for kind, code in (*expander.used, own) if kind == "metric"),
        time_axis=axes[0][1] if axes else None,
        time_axes=axes,
        datasets=tuple(dict.fromkeys(leaf.dataset for leaf in found)),
        dimensions=dimensions,
        uses=tuple(key for key in expander.used if key != own),
    )


def _dimensions(metric: MetricDef, found: tuple[Leaf, ...], catalogue: Catalogue) -> tuple[str, ...]:
    wanted = catalogue.codes("dimension") if metric.dimensions is None else metric.dimensions
    datasets = tuple(dict.fromkeys(leaf.dataset for leaf in found))
    return tuple(code for code in wanted if all(_reaches(code, dataset, catalogue) for dataset in datasets))


def _reaches(code: Code, dataset: Code, catalogue: Catalogue) -> bool:
    try:
        return locate(code, dataset, catalogue) is not None
    except AmbiguousPath:
        return False


def _additivity(code: Code, catalogue: Catalogue) -> Additivity:
    definition = catalogue.metric(code).definition
    match definition:
        case Atomic(measure=measure):
            if measure.aggregation not in {"sum", "count"}:
                return "non_additive"
            return "semi_additive" if measure.semi_additive else "additive"
        case Derived(base=base, period=period):
            below = _additivity(base, catalogue)
            window = period is not None and (period.to_date is not None or period.trailing is not None)
            return _weaker(below, "semi_additive") if window else below
        case Composite(formula=formula):
            return _of_formula(parsed(formula, catalogue), catalogue)


def _has_period(code: Code, catalogue: Catalogue) -> bool:
    definition = catalogue.metric(code).definition
    return isinstance(definition, Derived) and definition.period is not None


def _of_formula(expression: Expression, catalogue: Catalogue) -> Additivity:
    """Return the additivity of a formula: sums and multiples keep it, nothing else does."""
    match expression:
        case Name(value=name):
            return _additivity(name, catalogue)
        case Unary(operator="-", operand=operand):
            return _of_formula(operand, catalogue)
        case Binary(operator="+" | "-", left=left, right=right):
            return _weaker(_of_formula(left, catalogue), _of_formula(right, catalogue))
        case Binary(operator="*", left=Number(), right=right):
            return _of_formula(right, catalogue)
        case Binary(operator="*" | "/", left=left, right=Number()):
            return _of_formula(left, catalogue)
        case _:
            return "non_additive"


def _weaker(left: Additivity, right: Additivity) -> Additivity:
    return max(left, right, key=_STRENGTH.__getitem__)
