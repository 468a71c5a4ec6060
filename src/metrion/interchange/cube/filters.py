"""Filters on members (`equals`, `afterDate`, ...) as conditions, with Cube's way with NULL."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from metrion.interchange.foreign.errors import NotExpressible
from metrion.semantic.condition import And, Compare, IsNull, Match, OneOf, Or

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from metrion.interchange.cube.model import MemberFilter
    from metrion.semantic.condition import Condition, Scalar
    from metrion.semantic.model import DataType

Operator = Literal["lt", "le", "gt", "ge"]
_COMPARED: Final[Mapping[str, Operator]] = {"gt": "gt", "gte": "ge", "lt": "lt", "lte": "le"}
_SEARCHED: Final[Mapping[str, Literal["contains", "starts", "ends"]]] = {
    "contains": "contains",
    "starts_with": "starts",
    "ends_with": "ends",
}
_DAY_LENGTH: Final = 10


def to_condition(
    written: MemberFilter, field_of: Callable[[str], str], type_of: Callable[[str], DataType | None]
) -> Condition:
    """Return a filter as a condition on the fields that members become; raises `NotExpressible`."""
    if written.all_of:
        return And(items=tuple(to_condition(each, field_of, type_of) for each in written.all_of))
    if written.any_of:
        return Or(items=tuple(to_condition(each, field_of, type_of) for each in written.any_of))
    field = field_of(written.member)
    return test(field, written.operator, written.values, type_of(field))


def test(field: str, operator: str, values: Sequence[str | None], kind: DataType | None) -> Condition:
    """Return one test of a field; raises `NotExpressible` for an operator that is not known."""
    if operator == "set":
        return IsNull(field=field, negated=True)
    if operator == "not_set":
        return IsNull(field=field)
    if operator in {"equals", "not_equals", "in", "not_in"}:
        return _equal(field, values, kind, negated=operator.startswith("not"))
    present = [value for value in values if value is not None]
    if operator.removeprefix("not_") in _SEARCHED:
        return _search(field, operator, present)
    if operator in _COMPARED and present:
        return _any([Compare(field=field, op=_COMPARED[operator], value=_typed(value, kind)) for value in present])
    if present and (found := _dated(field, operator, present)) is not None:
        return found
    raise NotExpressible(zh=f"筛选运算“{operator}”", en=f"the operator “{operator}”")


def _equal(field: str, values: Sequence[str | None], kind: DataType | None, *, negated: bool) -> Condition:
    """Return a test for equality: SQL leaves NULL out of `<>`; Cube keeps it, unless NULL is what is excluded."""
    present = tuple(_typed(value, kind) for value in values if value is not None)
    empty = len(present) < len(values)
    tests: list[Condition] = []
    if present:
        tests.append(
            OneOf(field=field, values=present, negated=negated)
            if len(present) > 1
            else Compare(field=field, op="ne" if negated else "eq", value=present[0])
        )
    if empty or negated:
        tests.append(IsNull(field=field, negated=negated and empty))
    if negated and empty and len(tests) > 1:
        return And(items=tuple(tests))
    return _any(tests)


def _search(field: str, operator: str, values: Sequence[str]) -> Condition:
    negated = operator.startswith("not_")
    how = _SEARCHED[operator.removeprefix("not_")]
    tests = [Match(field=field, how=how, text=value, negated=negated) for value in values]
    if not negated:
        return _any(tests)
    return Or(items=(And(items=tuple(tests)), IsNull(field=field)))


def _dated(field: str, operator: str, values: Sequence[str]) -> Condition | None:
    first, last = values[0], values[-1]
    tests: Mapping[str, Callable[[], Condition]] = {
        "in_date_range": lambda: And(items=(_from(field, first), _until(field, last))),
        "not_in_date_range": lambda: Or(items=(_before(field, first), _after(field, last))),
        "before_date": lambda: _before(field, first),
        "before_or_on_date": lambda: _until(field, first),
        "after_date": lambda: _after(field, last),
        "after_or_on_date": lambda: _from(field, first),
        "on_the_date": lambda: And(items=(_from(field, first), _until(field, first))),
    }
    return tests[operator]() if operator in tests else None


def _from(field: str, written: str) -> Condition:
    return Compare(field=field, op="ge", value=written)


def _before(field: str, written: str) -> Condition:
    return Compare(field=field, op="lt", value=written)


def _until(field: str, written: str) -> Condition:
    """Return what holds until a moment; a day means all of it."""
    if len(written) > _DAY_LENGTH:
        return Compare(field=field, op="le", value=written)
    return Compare(field=field, op="lt", value=_next_day(written))


def _after(field: str, written: str) -> Condition:
    if len(written) > _DAY_LENGTH:
        return Compare(field=field, op="gt", value=written)
    return Compare(field=field, op="ge", value=_next_day(written))


def _next_day(written: str) -> str:
    try:
        return (date.fromisoformat(written) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError) as refusal:
        raise NotExpressible(zh=f"日期“{written}”", en=f"the date “{written}”") from refusal


def _typed(value: str, kind: DataType | None) -> Scalar:
    if kind in {"integer", "decimal", "float"}:
        try:
            number = float(value)
        except ValueError as refusal:
            raise NotExpressible(zh=f"数字“{value}”", en=f"the number “{value}”") from refusal
        return int(number) if number.is_integer() else number
    if kind == "boolean":
        return value.lower() in {"true", "1"}
    if kind == "timestamp":
        return datetime.fromisoformat(value).isoformat(sep=" ") if len(value) > _DAY_LENGTH else value
    return value


def _any(tests: Sequence[Condition]) -> Condition:
    return tests[0] if len(tests) == 1 else Or(items=tuple(tests))
