"""Filters: SQL with references inside, as conditions over our fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.interchange.foreign.build import call, string
from metrion.interchange.foreign.conditions import all_of, to_condition
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.expressions import parsed, to_expression
from metrion.interchange.metricflow.references import reference_of_column, references_in
from metrion.interchange.metricflow.words import our_grain
from metrion.semantic.formula.ast import Expression, Name, Span
from metrion.semantic.model import METRIC_TIME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from metrion.interchange.metricflow.references import Reference
    from metrion.semantic.condition import Condition
    from metrion.semantic.model import DataType

_PARTS: Final[Mapping[str, str]] = {
    "year": "year",
    "quarter": "quarter",
    "month": "month",
    "week": "iso_week",
    "day": "day",
    "dow": "weekday",
    "doy": "day_of_year",
}


class FilterReader:
    """Reads filters where the names of a manifest are known."""

    def __init__(
        self,
        resolve: Callable[[Reference], str],
        type_of: Callable[[str], DataType | None],
        grain_of: Callable[[Reference], str | None],
        grains: frozenset[str],
    ) -> None:
        self._resolve = resolve
        """Reference -> field."""
        self._type_of = type_of
        """Field -> type."""
        self._grain_of = grain_of
        """Time reference without a grain -> the grain that it has by itself."""
        self._grains = grains

    def all(self, filters: Iterable[str]) -> Condition | None:
        """Return several filters as one condition; raises `NotExpressible`."""
        return all_of([self.one(text) for text in filters])

    def one(self, text: str) -> Condition:
        """Return a filter as a condition; raises `NotExpressible`."""
        sql, references = references_in(text)

        def name(written: str) -> str | Expression:
            reference = references.get(written) or reference_of_column(written, self._grains)
            return self.expression(reference)

        return to_condition(to_expression(parsed(sql), name, type_of=self._type_of), self._type_of)

    def expression(self, reference: Reference) -> Expression:
        """Return what a reference reads; raises `NotExpressible`."""
        field = self._resolve(reference)
        plain = Name(field, Span(0, 0))
        if reference.part is not None:
            if reference.part not in _PARTS:
                raise NotExpressible(zh=f"日期部分 {reference.part}", en=f"the date part {reference.part}")
            return call(_PARTS[reference.part], plain)
        kind = self._type_of(field)
        grain = reference.grain
        if grain is None and (field == METRIC_TIME or kind in {"date", "timestamp"}):
            grain = self._grain_of(reference)
        if grain is None or (our_grain(grain) == "day" and kind == "date"):
            return plain
        return call("date_trunc", string(our_grain(grain)), plain)
