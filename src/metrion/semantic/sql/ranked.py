"""Aggregates of rows in an order, for engines whose aggregates take none: the rows are numbered first.

Percentiles, medians, first and last become the value at a place. All measures of an aggregate still share one scan.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.semantic.formula.nodes import Type, binary, both, case, cast, divide, null, number, tight
from metrion.semantic.plan import Aggregated, Column
from metrion.semantic.sql.nodes import column, named, quoted
from metrion.semantic.sql.rows import Clauses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from metrion.semantic.plan import Aggregate, Term
    from metrion.semantic.sql.conditions import Conditions
    from metrion.semantic.sql.nodes import Node
    from metrion.semantic.sql.terms import Terms

ORDERED: Final = frozenset({"median", "percentile", "first", "last"})
_MEDIAN: Final = 0.5


def is_ordered(measure: Aggregated) -> bool:
    """Tell whether a measure needs its rows in an order."""
    return measure.function in ORDERED


class RankedWriter:
    """Writes aggregates with ordered measures. `plain` writes any other measure."""

    def __init__(self, terms: Terms, conditions: Conditions, plain: Callable[[Aggregated], Node]) -> None:
        self._terms = terms
        self._conditions = conditions
        self._plain = plain

    def select(self, aggregate: Aggregate, clauses: Clauses) -> exp.Select:
        """Return the SELECT of an aggregate whose rows the clauses read."""
        rows = f"{aggregate.name} rows"
        keys = [(name, self._terms.of(of)) for name, of in aggregate.by]
        inner: list[Node] = [named(node, name) for name, node in keys]
        values: list[Node] = []
        for measure in aggregate.measures:
            if is_ordered(measure):
                inner += self._placed(measure, [node for _, node in keys])
                node = _found(measure, rows)
            else:
                handed, outer = self._handed(measure, rows)
                inner += handed
                node = self._plain(outer)
            values.append(named(node, measure.name))
        source = exp.Subquery(this=clauses.select(inner or [number(1)]), alias=exp.TableAlias(this=quoted(rows)))
        shown: list[Node] = [named(column(rows, name), name) for name, _ in keys]
        return Clauses(source).select([*shown, *values], group=len(keys))

    def _where(self, measure: Aggregated) -> Node | None:
        return self._conditions.all_of(measure.where) if measure.where else None

    def _handed(self, measure: Aggregated, rows: str) -> tuple[list[Node], Aggregated]:
        """Return the columns that a plain measure needs, and the measure over them."""
        where = self._where(measure)
        columns: list[Node] = []

        def handed(term: Term | None, role: str) -> Column | None:
            if term is None:
                return None
            name = f"{measure.name} {role}"
            node = self._terms.of(term)
            columns.append(named(node if role != "of" or where is None else case([(where.copy(), node)]), name))
            return Column(rows, name, term.type)

        of = handed(measure.of, "of")
        if of is None and where is not None:
            of = Column(rows, f"{measure.name} of", "integer")
            columns.append(named(case([(where.copy(), number(1))]), of.name))
        outer = replace(
            measure,
            of=of,
            where=(),
            weight=handed(measure.weight, "weight"),
            share=handed(measure.share, "share"),
            per=handed(measure.per, "per"),
        )
        return columns, outer

    def _placed(self, measure: Aggregated, keys: list[Node]) -> list[Node]:
        """Return the value of an ordered measure, its place in the group, and how many there are."""
        if measure.of is None:
            message = "an ordered measure has an operand"
            raise AssertionError(message)
        value, where = self._terms.of(measure.of), self._where(measure)
        if measure.function in {"first", "last"} and measure.by is not None:
            by = self._terms.of(measure.by)
            present: Node = exp.Not(this=exp.Is(this=tight(by), expression=null()))
            where = present if where is None else both(where, present)
            order: Iterable[Node] = (by.copy(), value.copy())
        else:
            order = (value.copy(),)
        counts = value if where is None else case([(where, value)])
        without = exp.Is(this=tight(counts.copy()), expression=null())
        last = measure.function == "last"
        ordered = [exp.Ordered(this=without)]
        ordered += [exp.Ordered(this=one, desc=last, nulls_first=not last) for one in order]
        place = exp.Window(
            this=exp.RowNumber(),
            partition_by=[key.copy() for key in keys],
            order=exp.Order(expressions=ordered),
            over="OVER",
        )
        many = exp.Window(this=exp.Count(this=counts.copy()), partition_by=[key.copy() for key in keys], over="OVER")
        return [
            named(node, f"{measure.name} {role}")
            for node, role in ((counts, "value"), (place, "place"), (many, "many"))
        ]


def _found(measure: Aggregated, rows: str) -> Node:
    """Return the value at the place that is meant; a place past the values holds NULL."""
    if measure.function in {"first", "last"}:
        return _at(measure, rows, number(1))
    many = column(rows, f"{measure.name} many")
    share = Fraction(str(_MEDIAN if measure.percentile is None else measure.percentile))
    if measure.discrete:
        raised = binary(exp.Add, binary(exp.Mul, many, number(share.numerator)), number(share.denominator - 1))
        place: Node = exp.IntDiv(this=tight(raised), expression=number(share.denominator))
        return _at(measure, rows, exp.Greatest(this=number(1), expressions=[place]))
    # The place among n values is (n - 1) * share: a whole number, and a part of the way to the next value.
    way = binary(exp.Mul, binary(exp.Sub, many, number(1)), number(share.numerator))
    whole = exp.IntDiv(this=tight(way), expression=number(share.denominator))
    lower = cast(_at(measure, rows, binary(exp.Add, whole, number(1))), Type.DOUBLE)
    after = _at(measure, rows, exp.Least(this=binary(exp.Add, whole.copy(), number(2)), expressions=[many.copy()]))
    # As doubles: MySQL divides whole numbers to four places.
    rest = divide(
        cast(exp.Mod(this=tight(way.copy()), expression=number(share.denominator)), Type.DOUBLE),
        number(share.denominator),
    )
    step = binary(exp.Mul, binary(exp.Sub, cast(after, Type.DOUBLE), lower.copy()), exp.Max(this=rest))
    return binary(exp.Add, lower, step)


def _at(measure: Aggregated, rows: str, place: Node) -> Node:
    """Return the value of the row at a place of its group."""
    here = exp.EQ(this=column(rows, f"{measure.name} place"), expression=place)
    return exp.Max(this=case([(here, column(rows, f"{measure.name} value"))]))
