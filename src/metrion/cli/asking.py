"""`query`: ask for metrics as a person."""

from __future__ import annotations

import re
import sys
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, Literal, cast

from cyclopts import Parameter
from pydantic import ValidationError

from metrion.base.errors import Faults, Invalid
from metrion.cli.acting import acting
from metrion.cli.output import say, table
from metrion.query.api import json_bytes
from metrion.query.formats import csv_lines
from metrion.query.service import Answer, ask
from metrion.semantic.condition import And, Condition, OneOf
from metrion.semantic.model import Grain
from metrion.semantic.request import AbsoluteTime, DimensionRef, LastTime, MetricQuery, OrderBy, TimeRange
from metrion.server.validation import faults_of

_UNITS: Final[dict[str, Grain]] = {"d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"}
_LAST: Final = re.compile(r"([1-9]\d{0,3})([dwmqy])")


def last_time(text: str) -> LastTime:
    """Read `3m` (d, w, m, q, y)."""
    found = _LAST.fullmatch(text)
    if found is None:
        raise Invalid(
            field="last",
            reason_zh=f"无法识别“{text}”，应形如 7d、4w、3m、2q、1y。",
            reason_en=f"“{text}” is not a length of time such as 7d, 4w, 3m, 2q or 1y.",
        )
    return LastTime(count=int(found[1]), unit=_UNITS[found[2]])


def filter_of(text: str) -> OneOf:
    """Read `region=EAST,SOUTH`."""
    field, separator, values = text.partition("=")
    if not separator or not field:
        raise Invalid(
            field="where",
            reason_zh=f"无法识别“{text}”，应形如 region=EAST,SOUTH。",
            reason_en=f"“{text}” is not a filter such as region=EAST,SOUTH.",
        )
    return OneOf(field=field.strip(), values=tuple(value.strip() for value in values.split(",")))


def time_of(last: str, start: date | None, end: date | None) -> TimeRange | None:
    """Read a range of time: the last so much, or from a day to a day."""
    if last and (start or end):
        raise Invalid(
            field="last",
            reason_zh="--last 不能与 --from、--to 同时使用。",
            reason_en="--last excludes --from and --to.",
        )
    if last:
        return last_time(last)
    return AbsoluteTime(start=start, end=end) if start or end else None


def filters_of(where: list[str]) -> Condition | None:
    """Read filters that all hold."""
    return And(items=tuple(filter_of(text) for text in where)) if where else None


def query(  # noqa: PLR0913 - each is an option of the command
    *metrics: str,
    as_: Annotated[str, Parameter(name="--as")] = "",
    by: Annotated[list[str], Parameter(consume_multiple=False)] = [],  # noqa: B006 - cyclopts copies it
    grain: Grain | None = None,
    last: str = "",
    from_: Annotated[date | None, Parameter(name="--from")] = None,
    to: date | None = None,
    where: Annotated[list[str], Parameter(consume_multiple=False)] = [],  # noqa: B006 - cyclopts copies it
    order: str = "",
    limit: int | None = None,
    totals: bool = False,
    format: Literal["table", "json", "csv"] = "table",  # noqa: A002 - the name of the option
) -> None:
    """Ask for metrics, as a person: the answer is what that person would get on the page.

    Parameters
    ----------
    metrics
        Codes of metrics.
    as_
        User name of the person who asks (default: the setting METRION_CLI_PERSON).
    by
        Dimension to split by; repeat it for more.
    grain
        Split by day, week, month, quarter or year.
    last
        The last 7d, 4w, 3m, 2q or 1y.
    from_
        First day.
    to
        Last day.
    where
        Keep only these: region=EAST,SOUTH; repeat it for more.
    order
        Column to sort by; from high to low as --order=-sales_value.
    limit
        Most rows.
    totals
        Add a row over everything, computed at its own grain.
    format
        How to print the answer.
    """
    actor = acting(as_)
    try:
        question = MetricQuery(
            metrics=metrics,
            dimensions=tuple(DimensionRef(field=name) for part in by for name in part.split(",")),
            grain=grain,
            time=time_of(last, from_, to),
            filters=filters_of(where),
            order=(OrderBy(by=order.lstrip("-"), descending=order.startswith("-")),) if order else (),
            limit=limit,
            totals=totals,
        )
    except ValidationError as fault:
        raise Faults(faults_of(fault.errors())) from fault
    _print(ask(actor, question), format)


def _print(answer: Answer, form: Literal["table", "json", "csv"]) -> None:
    if form == "json":
        sys.stdout.buffer.write(json_bytes(answer) + b"\n")
    elif form == "csv":
        for block in csv_lines([column.label.pick() or column.name for column in answer.columns], answer.table):
            sys.stdout.buffer.write(block)
    else:
        _print_table(answer)
        say(f"receipt {answer.receipt.id}")


def _print_table(answer: Answer) -> None:
    header = [column.label.pick() or column.name for column in answer.columns]
    cells = [column.to_pylist() for column in answer.table.columns]
    rows: list[list[object]] = [list(row) for row in zip(*cells, strict=True)]
    if answer.totals is not None:
        rows.append([cell if place or cell is not None else "=" for place, cell in enumerate(answer.totals)])
    numbers = frozenset(place for place, column in enumerate(answer.columns) if column.role in {"metric", "comparison"})
    print(table(header, [[_shown(cell) for cell in row] for row in rows], right=numbers))


def _shown(cell: object) -> object:
    if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        return f"{cast('float', cell):,}"
    return cell
