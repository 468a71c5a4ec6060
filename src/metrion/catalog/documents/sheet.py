"""The content of a metric's document, free of any format."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from metrion.base.settings import get_settings
from metrion.catalog.documents.calculation import Told
from metrion.catalog.documents.words import DIRECTIONS, SENSITIVITIES, STATUSES, TYPES, WORDS
from metrion.catalog.facts import facts_of, ref_of
from metrion.semantic.model import Atomic, Composite, DatasetDef, MetricDef

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from metrion.base.text import Language, Text
    from metrion.catalog import snapshot
    from metrion.catalog.reads.people import People
    from metrion.catalog.visibility import Sight


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part: paragraphs, then labelled values, then a formula, then a table."""

    title: str
    paragraphs: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    code: str = ""
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The document of one metric."""

    title: str
    code: str
    summary: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a version in force."""

    number: int
    digest: str
    author: str
    valid_from: datetime
    valid_to: datetime | None


@dataclass(frozen=True)
class Writer:
    """Writes sheets for one reader in one language; everything it needs was read before."""

    sight: Sight
    held: snapshot.Snapshot
    people: People
    stays: Mapping[str, Sequence[Stay]]
    language: Language
    deprecated: frozenset[str] = field(default=frozenset())

    def sheet(self, head: snapshot.Head) -> Sheet:
        """Return the sheet of a metric."""
        metric = MetricDef.model_validate(head.content)
        sections = (
            self._meaning(metric),
            self._definition(metric),
            self._properties(head, metric),
            self._lineage(head),
            self._answering(head, metric),
            self._history(metric),
            self._permission(head, metric),
        )
        return Sheet(metric.name.pick(self.language), metric.code, self._say(metric.caliber), sections)

    def _word(self, key: str) -> str:
        return WORDS[key].pick(self.language)

    def _say(self, text: Text) -> str:
        return text.pick(self.language)

    def _row(self, key: str, value: str) -> tuple[str, str]:
        return self._word(key), value or "—"

    def _name(self, kind_code: tuple[str, str]) -> str:
        kind = next(
            kind for kind in ("dataset", "relationship", "dimension", "modifier", "metric") if kind == kind_code[0]
        )
        ref = ref_of((kind, kind_code[1]), self.held.catalogue)
        return f"{ref.name.pick(self.language)} ({ref.code})"

    def _meaning(self, metric: MetricDef) -> Section:
        rows = [self._row("code", metric.code), self._row("aliases", self._list(metric.aliases))]
        if metric.purpose.pick():
            rows.append(self._row("purpose", self._say(metric.purpose)))
        if metric.requirement:
            rows.append(self._row("requirement", metric.requirement))
        return Section(self._word("meaning"), (self._say(metric.caliber),), tuple(rows))

    def _definition(self, metric: MetricDef) -> Section:
        rows = [self._row("type", TYPES[metric.definition.type].pick(self.language))]
        if metric.extends is not None:
            rows.append(self._row("extends", self._name(("metric", metric.extends.metric))))
        rows.extend(self._told.rows(metric.definition))
        code = ""
        match metric.definition:
            case Atomic(measure=measure):
                code = f"{measure.aggregation}({measure.expression})"
            case Composite(formula=formula):
                code = formula
        return Section(self._word("definition"), (), tuple(rows), code)

    @property
    def _told(self) -> Told:
        return Told(self.language, self._name)

    def _properties(self, head: snapshot.Head, metric: MetricDef) -> Section:
        facts = facts_of(metric, self.held.catalogue)
        rows = [
            self._row("unit", metric.unit or (facts.unit if facts else "")),
            self._row("decimals", str(metric.decimals)),
            self._row("direction", DIRECTIONS[metric.direction].pick(self.language)),
            self._row("smallest_grain", self._told.level(metric.smallest_grain)),
            self._row("additivity", facts.additivity if facts else ""),
            self._row("dimensions", self._list([self._say(ref.name) for ref in facts.dimensions] if facts else [])),
            self._row("tags", self._list(metric.tags)),
            self._row(
                "status", STATUSES["deprecated" if head.key[1] in self.deprecated else "published"].pick(self.language)
            ),
        ]
        return Section(self._word("properties"), (), tuple(rows))

    def _lineage(self, head: snapshot.Head) -> Section:
        below = [
            key
            for key in self.held.roots(head.key)
            if key in self.held.heads and (key[0] == "dataset" or self.sight.sees(self.held.heads[key]))
        ]
        above = [key for key in self.held.cone(head.key) if self.sight.sees(self.held.heads[key])]
        datasets = [self.held.catalogue.find(*key) for key in below if key[0] == "dataset"]
        generated = any(isinstance(dataset, DatasetDef) and not dataset.real for dataset in datasets)
        rows = (
            self._row("rests_on", self._list([self._name(key) for key in below])),
            self._row("used_by", self._list([self._name(key) for key in above])),
        )
        return Section(self._word("lineage"), (self._word("generated"),) if generated else (), rows)

    def _answering(self, head: snapshot.Head, metric: MetricDef) -> Section:
        path = " > ".join(self._say(domain.name) for domain in self.sight.tree.lineage(head.domain))
        rows = (
            self._row("domain", path),
            self._row("owner", self._person(metric.owner)),
            self._row("steward", self._person(metric.steward)),
        )
        return Section(self._word("answering"), (), rows)

    def _history(self, metric: MetricDef) -> Section:
        headings = tuple(self._word(key) for key in ("version", "in_force_from", "in_force_to", "author", "digest"))
        rows = tuple(
            (f"v{stay.number}", _day(stay.valid_from), _day(stay.valid_to), self._person(stay.author), stay.digest[:12])
            for stay in self.stays.get(metric.code, ())
        )
        return Section(self._word("history"), (), (), "", Table(headings, rows))

    def _permission(self, head: snapshot.Head, metric: MetricDef) -> Section:
        area = self._say(self.sight.tree.ref(head.domain).name)
        readers = self._word("restricted_note" if metric.sensitivity == "restricted" else "reader_note")
        paragraphs = (readers.format(area=area), self._word("row_note"))
        rows = (self._row("sensitivity", SENSITIVITIES[metric.sensitivity].pick(self.language)),)
        return Section(self._word("permission"), paragraphs, rows)

    def _person(self, username: str) -> str:
        return self._say(self.people.get(username).name) if username else ""

    def _list(self, values: Sequence[str]) -> str:
        return ("、" if self.language == "zh" else ", ").join(values)


def _day(instant: datetime | None) -> str:
    if instant is None:
        return "—"
    return instant.astimezone(ZoneInfo(get_settings().time_zone)).strftime("%Y-%m-%d %H:%M")
