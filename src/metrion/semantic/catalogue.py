"""The definitions in force at one instant, looked up by code, parsed when first needed.

A catalogue never changes: a newer one is another object, a draft lies on top as an overlay. Work
is proportional to what a question touches, never to the number of definitions.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, TypeVar, cast

from metrion.base.canonical import digest
from metrion.semantic.errors import DefinitionCycle, NoCalendar, NoSuchLevel, UnknownName
from metrion.semantic.model import (
    INHERITABLE,
    Code,
    DatasetDef,
    DimensionDef,
    Kind,
    MetricDef,
    ModifierDef,
    RelationshipDef,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Mapping

    from metrion.semantic.model import CalendarLevel, Definition, Grain

Key = tuple[Kind, Code]
T = TypeVar("T")

_MODELS: Final[dict[Kind, type[DatasetDef | RelationshipDef | DimensionDef | ModifierDef | MetricDef]]] = {
    "dataset": DatasetDef,
    "relationship": RelationshipDef,
    "dimension": DimensionDef,
    "modifier": ModifierDef,
    "metric": MetricDef,
}
_KIND_NAMES: Final[dict[Kind, tuple[str, str]]] = {
    "dataset": ("数据集", "dataset"),
    "relationship": ("关系", "relationship"),
    "dimension": ("维度", "dimension"),
    "modifier": ("修饰词", "modifier"),
    "metric": ("指标", "metric"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored definition, not parsed yet. `version` is None for a draft."""

    digest: str
    version: int | None
    content: Mapping[str, object]


class Catalogue:
    """An immutable set of definitions; see `of`, `lazy` and `overlay`."""

    __slots__ = ("_below", "_entries", "_memo", "_parsed")

    def __init__(
        self,
        *,
        parsed: dict[Key, Definition],
        entries: Mapping[Key, Entry],
        below: Catalogue | None = None,
    ) -> None:
        self._parsed = parsed
        self._entries = entries
        self._below = below
        self._memo: dict[Hashable, object] = {}

    @classmethod
    def of(cls, definitions: Iterable[Definition], versions: Mapping[Key, int] | None = None) -> Catalogue:
        """Return a catalogue of parsed definitions, with their version numbers where known."""
        parsed = {(definition.kind, definition.code): definition for definition in definitions}
        entries = {key: Entry("", number, {}) for key, number in (versions or {}).items()}
        return cls(parsed=parsed, entries=entries)

    @classmethod
    def lazy(cls, entries: Mapping[Key, Entry]) -> Catalogue:
        """Return a catalogue over stored contents; each is parsed when it is first asked for."""
        return cls(parsed={}, entries=entries)

    def refreshed(self, entries: Mapping[Key, Entry], changed: Collection[Key]) -> Catalogue:
        """Return a newer catalogue over `entries`, which differ from the own ones in `changed` only.

        What was parsed stays parsed, and the lists of codes and relationships stay when nothing of them changed.
        """
        parsed = self._parsed.copy()
        for key in changed:
            parsed.pop(key, None)
        fresh = Catalogue(parsed=parsed, entries=entries)
        moved = {key[0] for key in changed}
        kept: list[Hashable] = [("relationships",), ("relationships", "to")] if "relationship" not in moved else []
        kept += [
            ("codes", kind) for kind in _MODELS if not any(self._comes_or_goes(key, entries, kind) for key in changed)
        ]
        fresh._memo.update({key: self._memo[key] for key in kept if key in self._memo})
        return fresh

    def _comes_or_goes(self, key: Key, entries: Mapping[Key, Entry], kind: Kind) -> bool:
        return key[0] == kind and (key in entries) != (key in self._entries)

    def overlay(self, *definitions: Definition) -> Catalogue:
        """Return this catalogue with drafts on top. Costs what the drafts cost."""
        parsed = {(definition.kind, definition.code): definition for definition in definitions}
        return Catalogue(parsed=parsed, entries={}, below=self)

    def dataset(self, code: Code) -> DatasetDef:
        """Return the dataset, or raise `UnknownName`."""
        return cast("DatasetDef", self._require("dataset", code))

    def relationship(self, code: Code) -> RelationshipDef:
        """Return the relationship, or raise `UnknownName`."""
        return cast("RelationshipDef", self._require("relationship", code))

    def dimension(self, code: Code) -> DimensionDef:
        """Return the dimension, or raise `UnknownName`."""
        return cast("DimensionDef", self._require("dimension", code))

    def modifier(self, code: Code) -> ModifierDef:
        """Return the modifier, or raise `UnknownName`."""
        return cast("ModifierDef", self._require("modifier", code))

    def metric(self, code: Code) -> MetricDef:
        """Return the metric with what it takes from the one that it extends, or raise `UnknownName`."""
        found = cast("MetricDef", self._require("metric", code))
        return found if found.extends is None else self.memo(("extended", code), lambda: self._extended(found))

    def find(self, kind: Kind, code: Code) -> Definition | None:
        """Return the definition, or None."""
        found = self._own((kind, code))
        return self._below.find(kind, code) if found is None and self._below is not None else found

    def has(self, kind: Kind, code: Code) -> bool:
        """Tell whether the name exists, without parsing anything."""
        key = (kind, code)
        return key in self._parsed or key in self._entries or (self._below is not None and self._below.has(kind, code))

    def codes(self, kind: Kind) -> tuple[Code, ...]:
        """Return all codes of a kind, sorted."""
        return self.memo(("codes", kind), lambda: tuple(sorted(self._all_codes(kind))))

    def relationships_from(self, dataset: Code) -> tuple[RelationshipDef, ...]:
        """Return the N:1 relationships that start at the dataset, ordered by code."""
        return self.memo(("relationships",), self._index_relationships).get(dataset, ())

    def relationships_to(self, dataset: Code) -> tuple[RelationshipDef, ...]:
        """Return the N:1 relationships that end at the dataset, ordered by code."""
        return self.memo(("relationships", "to"), self._index_targets).get(dataset, ())

    def calendars(self) -> tuple[DatasetDef, ...]:
        """Return the calendar datasets, ordered by code."""
        return self.memo(("calendars",), self._find_calendars)

    def level(self, code: Code) -> tuple[Code, CalendarLevel]:
        """Return the calendar that has a level, and the level, or raise `NoSuchLevel`."""
        known: list[str] = []
        for calendar in self.calendars():
            for level in calendar.levels:
                if level.code == code:
                    return calendar.code, level
                known.append(level.code)
        raise NoSuchLevel(level=code, known=known or ["-"])

    def working_calendar(self) -> Code:
        """Return the calendar that knows working days, or raise `NoCalendar`."""
        for calendar in self.calendars():
            if calendar.working_day is not None:
                return calendar.code
        raise NoCalendar

    def calendar_of(self, tick: Grain) -> Code | None:
        """Return the calendar that has a row for each tick, if there is one."""
        return next((one.code for one in self.calendars() if one.time_grain == tick and one.time_columns), None)

    def digest(self, kind: Kind, code: Code) -> str:
        """Return the content digest of a definition, or raise `UnknownName`."""
        entry = self._entries.get((kind, code))
        if entry is not None and entry.digest:
            return entry.digest
        if entry is None and (kind, code) not in self._parsed and self._below is not None:
            return self._below.digest(kind, code)
        return self.memo(("digest", kind, code), lambda: digest(self._require(kind, code)))

    def version(self, kind: Kind, code: Code) -> int | None:
        """Return the number of the published version; None for a draft or an unversioned definition."""
        key = (kind, code)
        if key in self._entries:
            return self._entries[key].version
        if key in self._parsed or self._below is None:
            return None
        return self._below.version(kind, code)

    def memo(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what `make` returned for `key` the first time. Only for facts that follow from the definitions."""
        try:
            return cast("T", self._memo[key])
        except KeyError:
            value = make()
            self._memo[key] = value
            return value

    def _own(self, key: Key) -> Definition | None:
        found = self._parsed.get(key)
        if found is None and (entry := self._entries.get(key)) is not None and entry.content:
            found = _MODELS[key[0]].model_validate(entry.content)
            self._parsed[key] = found
        return found

    def _require(self, kind: Kind, code: Code) -> Definition:
        found = self.find(kind, code)
        if found is None:
            zh, en = _KIND_NAMES[kind]
            nearest = tuple(get_close_matches(code, self.codes(kind), n=3, cutoff=0.5))
            raise UnknownName(name=code, kind=kind, kind_zh=zh, kind_en=en, nearest=nearest)
        return found

    def _all_codes(self, kind: Kind) -> set[Code]:
        own = {code for of, code in (*self._parsed, *self._entries) if of == kind}
        return own | (set(self._below.codes(kind)) if self._below is not None else set())

    def _index_relationships(self) -> dict[Code, tuple[RelationshipDef, ...]]:
        index: dict[Code, list[RelationshipDef]] = {}
        for code in self.codes("relationship"):
            relationship = self.relationship(code)
            index.setdefault(relationship.from_dataset, []).append(relationship)
        return {dataset: tuple(items) for dataset, items in index.items()}

    def _extended(self, metric: MetricDef) -> MetricDef:
        chain = [metric]
        while (extends := chain[-1].extends) is not None:
            if any(one.code == extends.metric for one in chain):
                raise DefinitionCycle(path=" → ".join([*(one.code for one in chain), extends.metric]))
            chain.append(cast("MetricDef", self._require("metric", extends.metric)))
        whole = chain.pop()
        for variant in reversed(chain):
            taken = variant.extends.fields if variant.extends else ()
            own = {name: getattr(whole, name) for name in taken if name in INHERITABLE}
            whole = variant.model_copy(update=own)
        return whole

    def _find_calendars(self) -> tuple[DatasetDef, ...]:
        found = (self.dataset(code) for code in self.codes("dataset"))
        return tuple(one for one in found if one.shape == "calendar")

    def _index_targets(self) -> dict[Code, tuple[RelationshipDef, ...]]:
        index: dict[Code, list[RelationshipDef]] = {}
        for code in self.codes("relationship"):
            relationship = self.relationship(code)
            index.setdefault(relationship.to_dataset, []).append(relationship)
        return {dataset: tuple(items) for dataset, items in index.items()}
