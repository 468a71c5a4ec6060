"""How a metric is calculated, in labelled words: every kind of calculation that the language has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.catalog.documents.words import AGGREGATIONS, GRAINS, RESULTS, WORDS
from metrion.semantic.condition_words import in_words
from metrion.semantic.model import (
    Atomic,
    Composite,
    Conversion,
    Derived,
    Difference,
    Growth,
    Index,
    Nested,
    Operand,
    Rank,
    Ratio,
    Share,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from metrion.base.text import Language
    from metrion.semantic.condition import Condition
    from metrion.semantic.model import Calculation, Code, Duration, Measure, Period, Shift

Row = tuple[str, str]


@dataclass(frozen=True)
class Told:
    """Tells calculations in one language; `name` gives kind and code of a definition as a reader knows it."""

    language: Language
    name: Callable[[tuple[str, str]], str]

    def rows(self, calculation: Calculation) -> Iterator[Row]:
        """Yield label and value of everything that the calculation says."""
        match calculation:
            case Atomic(dataset=dataset, measure=measure, time_column=time):
                yield self._row("dataset", self.name(("dataset", dataset)))
                yield from self._measure(measure)
                yield from self._given("time_axis", time or "")
            case Derived(base=base, modifiers=modifiers, period=period):
                yield self._row("base", self._metric(base))
                yield self._row("modifiers", self._modifiers(modifiers))
                yield from self._filter(calculation.filter)
                yield from self._given("period", self.period(period) if period else "")
            case Composite(inputs=inputs):
                for each in inputs:
                    yield each.name, self._operand(each)
            case Ratio(numerator=numerator, denominator=denominator):
                yield self._row("numerator", self._operand(numerator))
                yield self._row("denominator", self._operand(denominator))
            case _:
                yield from self._staged(calculation)

    def _staged(self, calculation: Calculation) -> Iterator[Row]:
        """Yield the rows of a calculation over other metrics' answers."""
        match calculation:
            case Growth(metric=metric, shift=shift, result=result):
                yield self._row("base", self._metric(metric))
                yield self._row("compared", self._shift(shift))
                yield self._row("result", RESULTS[result].pick(self.language))
            case Share(metric=metric, of=groups):
                yield self._row("base", self._metric(metric))
                yield from self._given("share_of", self._dimensions(groups))
            case Index(metric=metric, base=base):
                yield self._row("base", self._metric(metric))
                yield self._row("compared", self.period(base))
            case Difference(metric=metric, target=target, result=result):
                yield self._row("base", self._metric(metric))
                yield self._row("target", self._metric(target))
                yield self._row("result", RESULTS[result].pick(self.language))
            case Conversion():
                yield from self._conversion(calculation)
            case Nested():
                yield from self._nested(calculation)
            case Rank(base=base, within=within, without=without, lowest_first=lowest):
                yield self._row("base", self._metric(base))
                yield from self._given("within", self._dimensions(within))
                yield from self._given("without", self._dimensions(without or ()))
                yield self._row("order", self._word("lowest_first" if lowest else "highest_first"))

    def _measure(self, measure: Measure) -> Iterator[Row]:
        yield self._row("aggregation", AGGREGATIONS[measure.aggregation].pick(self.language))
        yield from self._filter(measure.filter)
        yield from self._given("percentile", "" if measure.percentile is None else f"{measure.percentile:.4g}")
        yield from self._given("weight", measure.weight or "")
        yield from self._given("by", measure.by or "")
        if measure.semi_additive is not None:
            yield self._row("semi_additive", self._word("over_time").format(take=measure.semi_additive.take))

    def _conversion(self, conversion: Conversion) -> Iterator[Row]:
        yield self._row("base", self._metric(conversion.base))
        yield self._row("steps", self._list([self._metric(step) for step in conversion.steps]))
        yield self._row("entity", self._list([f"{pair.many} = {pair.one}" for pair in conversion.entity]))
        yield from self._given("window", self._duration(conversion.window) if conversion.window else "")
        yield from self._given("constants", self._list([f"{pair.many} = {pair.one}" for pair in conversion.constants]))
        yield self._row("result", RESULTS[conversion.result].pick(self.language))

    def _nested(self, nested: Nested) -> Iterator[Row]:
        yield self._row("base", self._metric(nested.base))
        yield self._row("aggregation", AGGREGATIONS[nested.aggregation].pick(self.language))
        yield from self._given("per", self._dimensions(nested.per))
        yield from self._given("grain", self.level(nested.grain) if nested.grain else "")
        yield from self._given("without", self._dimensions(nested.without))
        yield from self._given("only", self._dimensions(nested.only or ()))
        yield from self._given("unfiltered", self._dimensions(nested.unfiltered))
        yield from self._given("having", in_words(nested.having).pick(self.language) if nested.having else "")

    def _operand(self, operand: Operand) -> str:
        parts = [self._metric(operand.metric)]
        if operand.modifiers:
            parts.append(self._modifiers(operand.modifiers))
        if operand.filter is not None:
            parts.append(in_words(operand.filter).pick(self.language))
        if operand.period is not None:
            parts.append(self.period(operand.period))
        return self._list(parts)

    # --- time -----------------------------------------------------------------------------------------

    def period(self, period: Period) -> str:
        """Return a time period in words."""
        found: list[str] = []
        if period.to_date is not None:
            found.append(self._word("to_date").format(unit=self.level(period.to_date)))
        for key, duration in (("trailing", period.trailing), ("leading", period.leading)):
            if duration is not None:
                found.append(self._word(key).format(count=duration.count, unit=self.level(duration.unit)))
        found.extend(self._word(key) for key in ("cumulative", "remaining") if getattr(period, key))
        if period.seen_from == "start":
            found.append(self._word("seen_from_start"))
        if period.point is not None:
            found.append(self._word("point").format(unit=self.level(period.point)))
        if period.shift is not None:
            found.append(self._shift(period.shift))
        return self._list(found)

    def _shift(self, shift: Shift) -> str:
        key = "shift" if shift.count >= 0 else "shift_forward"
        return self._word(key).format(count=abs(shift.count), unit=self.level(shift.unit))

    def _duration(self, duration: Duration) -> str:
        return f"{duration.count} {self.level(duration.unit)}"

    def level(self, level: str) -> str:
        """Return a grain in words; a level of a calendar goes by its code."""
        grain = GRAINS.get(level)
        return grain.pick(self.language) if grain else level

    # --- words ----------------------------------------------------------------------------------------

    def _word(self, key: str) -> str:
        return WORDS[key].pick(self.language)

    def _row(self, key: str, value: str) -> Row:
        return self._word(key), value or "—"

    def _given(self, key: str, value: str) -> Iterator[Row]:
        if value:
            yield self._row(key, value)

    def _filter(self, condition: Condition | None) -> Iterator[Row]:
        if condition is not None:
            yield self._row("filter", in_words(condition).pick(self.language))

    def _metric(self, code: Code) -> str:
        return self.name(("metric", code))

    def _modifiers(self, codes: Sequence[Code]) -> str:
        return self._list([self.name(("modifier", code)) for code in codes])

    def _dimensions(self, fields: Sequence[str]) -> str:
        return self._list(list(fields))

    def _list(self, values: Sequence[str]) -> str:
        return ("、" if self.language == "zh" else ", ").join(values)
