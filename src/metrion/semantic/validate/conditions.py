"""Conditions inside definitions: their fields exist and can be reached, their values and formulas fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.base.errors import MetrionError
from metrion.semantic.calendar import is_grain
from metrion.semantic.condition import (
    And,
    Compare,
    Condition,
    Formula,
    IsNull,
    Match,
    Not,
    OneOf,
    Or,
    PersonValue,
    RelativeDay,
)
from metrion.semantic.errors import BadFilterValue, GrainOfNoDate, MissingTimeAxis, UnreachableFilter, UnresolvedPerson
from metrion.semantic.formula.check import inspect_row_condition
from metrion.semantic.formula.errors import FormulaError
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.types import TYPE_NAMES
from metrion.semantic.formula.walk import names
from metrion.semantic.frame import fields_of, parsed_condition, parsed_formula
from metrion.semantic.given import is_day
from metrion.semantic.model import METRIC_TIME, DatasetDef
from metrion.semantic.paths import locate, locate_own
from metrion.semantic.sql.conditions import typed_value
from metrion.semantic.validate.formulas import check_translation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.condition import Scalar
    from metrion.semantic.formula.types import ValueType
    from metrion.semantic.model import Code, DataType, Level
    from metrion.semantic.validate.fault import Findings

    TypeOf = Callable[[str], ValueType]
    """Gives the type of a field, or raises why it has none here."""

Leaf = Compare | OneOf | IsNull | Match | Formula
DAYS = frozenset({"date", "timestamp"})


def tests_of(condition: Condition, path: str) -> Iterator[tuple[str, Leaf]]:
    """Yield the single tests of a condition with the path of each in the definition."""
    match condition:
        case And(items=items) | Or(items=items):
            for position, item in enumerate(items):
                yield from tests_of(item, f"{path}.items.{position}")
        case Not(item=item):
            yield from tests_of(item, f"{path}.item")
        case _:
            yield path, condition


def check_condition(condition: Condition, path: str, type_of: TypeOf, catalogue: Catalogue, findings: Findings) -> None:
    """Check the fields, values and formulas of a condition."""
    for place, test in tests_of(condition, path):
        if isinstance(test, Formula):
            _check_formula(test.formula, f"{place}.formula", type_of, catalogue, findings)
            continue
        try:
            kind = type_of(test.field)
        except MetrionError as refusal:
            findings.add_refusal(f"{place}.field", refusal)
        else:
            _check_values(test, place, kind, findings)


def fields_on(dataset: DatasetDef, catalogue: Catalogue, *, metric: Code, axis: str | None, own: bool = True) -> TypeOf:
    """Return the types of what a condition over one dataset may name: dimensions, its columns (`own`), its time."""
    find = locate_own if own else locate

    def type_of(field: str) -> ValueType:
        if field == METRIC_TIME:
            column = dataset.column(axis) if axis else None
            if column is None:
                raise MissingTimeAxis(metric=metric, dataset=dataset.code)
            return column.type
        located = find(field, dataset.code, catalogue)
        if located is None:
            raise UnreachableFilter(field=field, dataset=dataset.code, metric=metric)
        return located.column.type

    return type_of


def dimension_fields(catalogue: Catalogue) -> TypeOf:
    """Return the types of what a condition may name that belongs to no dataset: dimensions, the time of any metric."""

    def type_of(field: str) -> ValueType:
        if field == METRIC_TIME:
            return "timestamp"
        return dimension_type(field.rpartition(".")[2], catalogue)

    return type_of


def dimension_type(code: Code, catalogue: Catalogue) -> ValueType:
    """Return the type of a dimension's values. Raises `UnknownName`."""
    for binding in catalogue.dimension(code).bindings:
        dataset = catalogue.find("dataset", binding.dataset)
        column = dataset.column(binding.column) if isinstance(dataset, DatasetDef) else None
        if column is not None:
            return column.type
    return "unknown"


def check_reach(
    condition: Condition,
    path: str,
    type_of: TypeOf,
    findings: Findings,
) -> None:
    """Check that each field of a condition defined elsewhere can be reached."""
    try:
        fields = tuple(fields_of(condition))
    except FormulaError as refusal:
        findings.add_refusal(path, refusal)
        return
    for field in fields:
        try:
            type_of(field)
        except MetrionError as refusal:
            findings.add_refusal(path, refusal)


def _check_formula(text: str, field: str, type_of: TypeOf, catalogue: Catalogue, findings: Findings) -> None:
    try:
        parse_expression(text)
    except FormulaError as refusal:
        findings.add_refusal(field, refusal)
        return
    expression, cuts = parsed_condition(text)
    kinds: dict[str, ValueType] = {}
    for name in dict.fromkeys((*names(parsed_formula(text)), *(cut.field for cut in cuts))):
        kinds[name] = "unknown"
        try:
            kinds[name] = type_of(name)
        except MetrionError as refusal:
            findings.add_refusal(field, refusal)
    for cut in cuts:
        if kinds[cut.field] not in {*DAYS, "unknown"}:
            findings.add_refusal(field, GrainOfNoDate(field=cut.field))
        try:
            kinds[cut.name] = _period_type(cut.level, catalogue)
        except MetrionError as refusal:
            kinds[cut.name] = "unknown"
            findings.add_refusal(field, refusal)
    faults = inspect_row_condition(expression, kinds)
    findings.add_formula(field, text, faults)
    if not faults:
        check_translation(expression, field, "null", findings)


def _period_type(level: Level, catalogue: Catalogue) -> ValueType:
    """Return the type of a period that the formula language has no function for. Raises `NoSuchLevel`."""
    if is_grain(level):
        return "timestamp"
    calendar, found = catalogue.level(level)
    column = catalogue.dataset(calendar).column(found.column)
    return column.type if column is not None else "unknown"


def _check_values(test: Compare | OneOf | IsNull | Match, place: str, kind: ValueType, findings: Findings) -> None:
    """Check that the values of one test have the type of its field; definitions know no asking person."""
    values: tuple[Scalar | RelativeDay, ...] = ()
    place = f"{place}.value" if isinstance(test, Compare) else f"{place}.values"
    if isinstance(test, Compare):
        if isinstance(test.value, PersonValue):
            findings.add_refusal(place, UnresolvedPerson(attribute=test.value.person))
            return
        values = (test.value,)
    elif isinstance(test, OneOf):
        if isinstance(test.values, PersonValue):
            findings.add_refusal(place, UnresolvedPerson(attribute=test.values.person))
            return
        values = test.values
    for value in values:
        _check_value(value, place, test.field, kind, findings)


def _check_value(value: Scalar | RelativeDay, place: str, field: str, kind: ValueType, findings: Findings) -> None:
    if kind in ("unknown", "null"):
        return
    if isinstance(value, RelativeDay):
        if kind not in DAYS:
            name = TYPE_NAMES[kind]
            findings.add(
                place,
                "relative_day_type",
                f"相对日期只能与日期比较，“{field}”是{name.zh}。",
                f"A relative day is compared with dates only; “{field}” is {name.en}.",
            )
        return
    day = kind == "timestamp" and is_day(value)
    try:
        typed_value(value, "date" if day else _data_type(kind), field)
    except BadFilterValue as refusal:
        findings.add_refusal(place, refusal)


def _data_type(kind: ValueType) -> DataType:
    return "float" if kind == "null" or kind == "unknown" else kind  # noqa: PLR1714 - narrows the type
