"""The numbers of two receipts that can be compared: which rows both hold, and in which unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Final

from metrion.query.difference.errors import NoCommonNumber, NoSuchRow, NoValue, UnitsDiffer
from metrion.query.difference.ladder import EXACT, less
from metrion.semantic.units import UnknownUnit, fraction_between, parse_unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metrion.query.schemas import Cell, Figures, KeptReceipt, ResultColumn

_CONVERTED: Final = Context(prec=40)
"""A second is no finite decimal of a minute; more digits than any number of the engine has."""

Keys = tuple["Cell", ...]
"""The values of a row's groups; none: the whole."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one metric in a receipt, by the groups of their rows."""

    column: ResultColumn
    groups: tuple[ResultColumn, ...]
    values: Mapping[Keys, Cell]
    whole: bool
    """The number over everything is among them."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One row as both receipts have it, in one unit; None where one has no number."""

    keys: Keys
    a: Decimal | None
    b: Decimal | None

    @property
    def amount(self) -> Decimal | None:
        """Return B less A."""
        return None if self.a is None or self.b is None else less(self.b, self.a)


@dataclass(frozen=True, slots=True)
class Row:
    """The row that is looked at: both receipts have a number in it."""

    keys: Keys
    a: Decimal
    b: Decimal


def compared_metrics(a: KeptReceipt, b: KeptReceipt) -> tuple[str, ...]:
    """Return the metrics that both asked for, in the order of B."""
    return tuple(code for code in b.request.metrics if code in a.request.metrics)


def metrics_of(a: KeptReceipt, b: KeptReceipt, wanted: str | None) -> tuple[str, str]:
    """Return which metric of A is compared with which of B.

    Two receipts of one metric each can be compared also when the metrics differ. Raises `NoCommonNumber`.
    """
    common = compared_metrics(a, b)
    if wanted is None and common:
        return common[0], common[0]
    if wanted is not None and wanted in common:
        return wanted, wanted
    if wanted is None and len(a.request.metrics) == len(b.request.metrics) == 1:
        return a.request.metrics[0], b.request.metrics[0]
    raise NoCommonNumber(field="metric")


def numbers_of(figures: Figures, metric: str) -> Numbers:
    """Return the numbers that a receipt keeps of a metric. Raises `NoCommonNumber` where it keeps none."""
    place = next(
        (at for at, each in enumerate(figures.columns) if each.role == "metric" and each.metric == metric), None
    )
    if place is None:
        raise NoCommonNumber
    at = [index for index, column in enumerate(figures.columns) if column.role in {"time", "dimension"}]
    values: dict[Keys, Cell] = {tuple(row[index] for index in at): row[place] for row in figures.rows}
    if at and figures.totals is not None:
        values[()] = figures.totals[place]
    return Numbers(figures.columns[place], tuple(figures.columns[index] for index in at), values, () in values)


def pairs(a: Numbers, b: Numbers) -> tuple[Pair, ...]:
    """Return the rows that can be compared, the largest difference first. Raises `UnitsDiffer`, `NoCommonNumber`."""
    require_one_unit(a.column.unit, b.column.unit)
    keys: list[Keys] = [()] if a.whole and b.whole else []
    if a.groups and _same_groups(a.groups, b.groups):
        order = [[column.name for column in a.groups].index(column.name) for column in b.groups]
        theirs = {tuple(row[place] for place in order): value for row, value in a.values.items() if row}
        keys += [row for row in dict.fromkeys((*b.values, *theirs)) if row]
    else:
        theirs = {}
    if not keys:
        raise NoCommonNumber
    theirs[()] = a.values.get(())
    found = [
        Pair(row, in_unit(theirs.get(row), a.column.unit, b.column.unit), number(b.values.get(row))) for row in keys
    ]
    return tuple(sorted(found, key=_by_weight))


def _by_weight(pair: Pair) -> tuple[bool, bool, Decimal]:
    """Order the whole first, then the rows, the largest difference first, those without one last."""
    amount = pair.amount
    return bool(pair.keys), amount is None, Decimal(0) if amount is None else -abs(amount)


def chosen(found: Sequence[Pair], groups: Sequence[ResultColumn], at: Sequence[str]) -> Row:
    """Return the row that is asked for, else the whole, else the row with the largest difference.

    Raises `NoSuchRow`, and `NoValue` where one of the two has no number in it.
    """
    wanted = set(at)
    pair = next((pair for pair in found if set(written(pair.keys, groups)) == wanted), None) if at else found[0]
    if pair is None:
        raise NoSuchRow(field="at", at=", ".join(at))
    if pair.a is None or pair.b is None:
        raise NoValue
    return Row(pair.keys, pair.a, pair.b)


def written(keys: Keys, groups: Sequence[ResultColumn]) -> tuple[str, ...]:
    """Return how a row is asked for: `region=EAST`, and nothing after the sign where the group is empty."""
    return tuple(f"{column.name}={_text(key)}" for column, key in zip(groups, keys, strict=bool(keys)))


def _text(key: Cell) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return "" if key is None else str(key)


def _same_groups(a: Sequence[ResultColumn], b: Sequence[ResultColumn]) -> bool:
    return {(column.name, column.grain) for column in a} == {(column.name, column.grain) for column in b}


def number(cell: object) -> Decimal | None:
    """Return a cell as an exact decimal: of a binary float, the shortest text that reads back as it."""
    if cell is None or isinstance(cell, bool):
        return None
    if isinstance(cell, Decimal):
        return cell
    if isinstance(cell, (int, float, str)):
        return Decimal(repr(cell) if isinstance(cell, float) else cell)
    return None


def in_unit(cell: object, source: str, target: str) -> Decimal | None:
    """Return a cell in another scale of its unit. Raises `UnitsDiffer`."""
    value = number(cell)
    if value is None or source == target:
        return value
    above, below = _fraction(source, target)
    return _CONVERTED.divide(EXACT.multiply(value, above), below)


def require_one_unit(a: str, b: str) -> None:
    """Raise `UnitsDiffer` unless numbers in the two units can be subtracted."""
    if a != b:
        _fraction(a, b)


def _fraction(source: str, target: str) -> tuple[Decimal, Decimal]:
    try:
        found = fraction_between(parse_unit(source), parse_unit(target))
    except UnknownUnit:
        found = None
    if found is None:
        raise UnitsDiffer(a=source or "-", b=target or "-")
    return found
