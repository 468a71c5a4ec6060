"""The parts of members: cases, filters, grains, shifts, windows."""

from __future__ import annotations

from typing import Final

from metrion.interchange.cube.model import FilterDirective, Grain, Granularity, MemberFilter, Rolling, Shift
from metrion.interchange.cube.nodes import Fields, keyword, named, spelled, text, texts

_OPERATOR_WORDS: Final = {"not_equal": "not_equals", "equal": "equals"}


def case_sql(value: object) -> tuple[str, str]:
    """Return the SQL of a `case` and what it switches on; both empty where there is none."""
    if not isinstance(value, Fields):
        return "", ""
    case = spelled(value)
    switch = text(case.get("switch"))
    pieces = ["CASE"]
    branches = case.get("when")
    for branch in branches if isinstance(branches, list) else []:
        if isinstance(branch, Fields):
            test = f"({switch}) = {quoted(text(branch.get('value')))}" if switch else f"({text(branch.get('sql'))})"
            pieces.append(f"WHEN {test} THEN {_result(branch, switch)}")
    otherwise = case.get("else")
    if isinstance(otherwise, Fields):
        pieces.append(f"ELSE {_result(otherwise, switch)}")
    return " ".join([*pieces, "END"]), switch


def _result(branch: Fields, switch: str) -> str:
    label = branch.get("label")
    if label is not None:
        return f"({text(label.get('sql'))})" if isinstance(label, Fields) else quoted(text(label))
    return f"({text(branch.get('sql'))})" if switch else "NULL"


def choices_of(value: object) -> tuple[tuple[str | None, str], ...]:
    """Return the values of a `case` that is a switch, and the SQL that each leads to."""
    if not isinstance(value, Fields) or "switch" not in (case := spelled(value)):
        return ()
    branches, otherwise = case.get("when"), case.get("else")
    found: list[tuple[str | None, str]] = [
        (text(branch.get("value")), text(branch.get("sql")))
        for branch in (branches if isinstance(branches, list) else [])
        if isinstance(branch, Fields)
    ]
    return (*found, (None, text(otherwise.get("sql")))) if isinstance(otherwise, Fields) else tuple(found)


def quoted(value: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def member_filters(value: object) -> tuple[MemberFilter, ...]:
    """Return a list of filters, all of which must hold."""
    return tuple(member_filter(one) for one in value if isinstance(one, Fields)) if isinstance(value, list) else ()


def member_filter(written: Fields) -> MemberFilter:
    """Return one filter or group of filters."""
    fields = spelled(written)
    for group in ("and", "or"):
        if isinstance(fields.get(group), list):
            items = member_filters(fields[group])
            return MemberFilter(all_of=items) if group == "and" else MemberFilter(any_of=items)
    values = fields.get("values")
    listed = values if isinstance(values, list) else [] if values is None else [values]
    operator = keyword(text(fields.get("operator")))
    return MemberFilter(
        member=text(fields.get("member") or fields.get("dimension")),
        operator=_OPERATOR_WORDS.get(operator, operator),
        values=tuple(None if one is None else text(one) for one in listed),
        unless=texts(fields.get("unless")),
    )


def grain_of(fields: Fields) -> Grain:
    """Return the grain of a multi-stage member, from its newer and its older spelling."""
    newer = fields.get("grain")
    told = spelled(newer) if isinstance(newer, Fields) else Fields()
    only = told.get("keep_only", fields.get("group_by"))
    return Grain(
        include=(*texts(fields.get("add_group_by")), *texts(told.get("include"))),
        exclude=(*texts(fields.get("reduce_by")), *texts(told.get("exclude"))),
        keep_only=None if only is None else texts(only),
    )


def directive_of(value: object) -> FilterDirective | None:
    """Return the filter directive of a multi-stage member."""
    if not isinstance(value, Fields):
        return None
    fields = spelled(value)
    only = fields.get("keep_only")
    return FilterDirective(
        fixed=text(fields.get("mode")) == "fixed",
        include=member_filters(fields.get("include")),
        exclude=texts(fields.get("exclude")),
        keep_only=None if only is None else texts(only),
    )


def rolling_of(value: object) -> Rolling | None:
    """Return a rolling window."""
    if not isinstance(value, Fields):
        return None
    fields = spelled(value)
    return Rolling(
        trailing=text(fields.get("trailing")),
        leading=text(fields.get("leading")),
        offset=text(fields.get("offset")) or "end",
        to_date=text(fields.get("granularity")) if text(fields.get("type")) == "to_date" else "",
    )


def shifts_of(value: object) -> tuple[Shift, ...]:
    """Return time shifts."""
    found = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Fields):
            fields = spelled(one)
            found.append(
                Shift(
                    interval=text(fields.get("interval")),
                    type=text(fields.get("type")) or "prior",
                    name=text(fields.get("name")),
                    time_dimension=text(fields.get("time_dimension")),
                    sql=text(fields.get("sql")),
                )
            )
    return tuple(found)


def granularities_of(value: object) -> tuple[Granularity, ...]:
    """Return the granularities of a time dimension."""
    return tuple(
        Granularity(
            name=name,
            interval=text(one.get("interval")),
            origin=text(one.get("origin")),
            offset=text(one.get("offset")),
            sql=text(one.get("sql")),
        )
        for name, one in named(value)
    )


def orders_of(value: object) -> tuple[tuple[str, bool], ...]:
    """Return the expressions of an order, and whether the highest comes first."""
    listed = value if isinstance(value, list) else []
    return tuple(
        (text(one.get("sql")), text(one.get("dir") or "asc").lower() == "desc")
        for one in listed
        if isinstance(one, Fields)
    )


def sqls(value: object) -> tuple[str, ...]:
    """Return the SQL of a list of filters."""
    listed = value if isinstance(value, list) else []
    return tuple(text(one.get("sql")) for one in listed if isinstance(one, Fields))
