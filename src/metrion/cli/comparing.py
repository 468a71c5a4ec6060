"""`why`: what makes two numbers differ, and how much each reason explains."""

from __future__ import annotations

import sys
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Final, Literal
from uuid import UUID

import orjson
from cyclopts import Parameter
from pydantic import TypeAdapter, ValidationError

from metrion.base.errors import Faults, Invalid
from metrion.base.text import Text
from metrion.cli.acting import acting
from metrion.cli.asking import filters_of, time_of
from metrion.cli.output import say, table
from metrion.query.difference import explain, explain_questions
from metrion.query.difference.schemas import DifferenceRequest
from metrion.semantic.condition import Condition
from metrion.semantic.condition_words import in_words
from metrion.semantic.request import MetricQuery
from metrion.semantic.units import UnknownUnit, parse_unit
from metrion.server.validation import faults_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import JsonValue

    from metrion.query.difference.schemas import Factor, ReceiptDifference

_CONDITION: Final[TypeAdapter[Condition]] = TypeAdapter(Condition)
_Words = Annotated[list[str], Parameter(consume_multiple=False)]


def why(  # noqa: PLR0913 - each is an option of the command
    receipts: Annotated[tuple[UUID, UUID] | None, Parameter(show_default=False)] = None,
    /,
    *,
    as_: Annotated[str, Parameter(name="--as")] = "",
    metric: str = "",
    at: _Words = [],  # noqa: B006 - cyclopts copies it
    last: str = "",
    from_: Annotated[date | None, Parameter(name="--from")] = None,
    to: date | None = None,
    where: _Words = [],  # noqa: B006 - cyclopts copies it
    as_of: datetime | None = None,
    b_metric: str = "",
    b_last: str = "",
    b_from: date | None = None,
    b_to: date | None = None,
    b_where: _Words = [],  # noqa: B006 - cyclopts copies it
    b_as_of: datetime | None = None,
    format: Literal["table", "json"] = "table",  # noqa: A002 - the name of the option
) -> None:
    """Say why two numbers differ: those of two receipts, or of two questions (--metric, and what is different for B).

    Parameters
    ----------
    receipts
        Two receipts, A and B: the difference is B less A.
    as_
        User name of the person who compares (default: the setting METRION_CLI_PERSON).
    metric
        With receipts: the metric to compare. Without: the metric to ask for.
    at
        The row to compare: region=EAST; repeat it for each group.
    last
        Question A: the last 7d, 4w, 3m, 2q or 1y.
    from_
        Question A: first day.
    to
        Question A: last day.
    where
        Question A: keep only these: region=EAST,SOUTH; repeat it for more.
    as_of
        Question A: by the definitions in force at this instant.
    b_metric
        Question B: another metric. Whatever is not said of B is as for A.
    b_last
        Question B: as --last.
    b_from
        Question B: first day.
    b_to
        Question B: last day.
    b_where
        Question B: as --where.
    b_as_of
        Question B: as --as-of.
    format
        How to print it.
    """
    actor = acting(as_)
    if receipts is not None:
        found = explain(actor, *receipts, metric=metric or None, at=tuple(at))
    elif metric:
        a = _question(metric, last, from_, to, where, as_of)
        same_time = not (b_last or b_from or b_to)
        b = _question(
            b_metric or metric,
            last if same_time else b_last,
            from_ if same_time else b_from,
            to if same_time else b_to,
            b_where or where,
            b_as_of or as_of,
        )
        found = explain_questions(actor, DifferenceRequest(a=a, b=b))
    else:
        raise Invalid(
            reason_zh="请给出两份凭证，或用 --metric 给出指标。",
            reason_en="Give two receipts, or a metric with --metric.",
        )
    if format == "json":
        sys.stdout.buffer.write(orjson.dumps(found.model_dump(mode="json"), option=orjson.OPT_INDENT_2) + b"\n")
    else:
        _print(found)


def _question(
    metric: str, last: str, start: date | None, end: date | None, where: list[str], as_of: datetime | None
) -> MetricQuery:
    try:
        return MetricQuery(metrics=(metric,), time=time_of(last, start, end), filters=filters_of(where), as_of=as_of)
    except ValidationError as fault:
        raise Faults(faults_of(fault.errors())) from fault


def _print(found: ReceiptDifference) -> None:
    titles = {factor.id: factor.title.pick() for factor in found.factors}
    if found.amount is not None:
        rows: list[list[object]] = [["A", "", _number(found.a.value)]]
        rows += [
            [" + ".join(titles[each] for each in share.factors), _signed(share.amount), _number(share.after)]
            for share in found.shares
        ]
        rows.append(["B", _signed(found.amount), _number(found.b.value)])
        header = [_headed(found), "+/-", "="]
        print(table(header, rows, right=frozenset({1, 2})))
        print()
    for factor in found.factors:
        print(factor.title.pick())
        for line in _lines(factor):
            print(f"  {line}")
    for share in found.shares:
        if share.refusal is not None:
            say(f"{' + '.join(titles[each] for each in share.factors)}: {share.refusal['title']}")
    if found.refusal is not None:
        say(f"{found.refusal['code']}: {found.refusal['title']}")


def _headed(found: ReceiptDifference) -> str:
    try:
        unit = parse_unit(found.unit).label().pick()
    except UnknownUnit:
        unit = found.unit
    return f"{found.b.label.pick()} ({unit})" if unit else found.b.label.pick()


def _signed(amount: str) -> str:
    return f"{Decimal(amount):+,f}"


def _number(value: str | None) -> str:
    return "" if value is None else f"{Decimal(value):,f}"


def _lines(factor: Factor) -> Iterator[str]:
    for detail in factor.details:
        yield f"{detail.label.pick()}: {_shown(detail.a)} -> {_shown(detail.b)}"
    for change in factor.fields:
        yield f"{change.label.pick() or change.path}: {_plain(change.old)} -> {_plain(change.new)}"
    if factor.note.pick():
        yield factor.note.pick()


def _shown(text: Text | None) -> str:
    return "-" if text is None else text.pick()


def _plain(value: JsonValue) -> str:
    """Return a field of a definition as a person writes it: names in one language, conditions in words."""
    match value:
        case None:
            return "-"
        case str():
            return value
        case {"zh": _, "en": _}:
            return Text.model_validate(value).pick()
        case {"kind": _}:
            return in_words(_CONDITION.validate_python(value)).pick()
        case _:
            return orjson.dumps(value).decode()
