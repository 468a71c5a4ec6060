"""The definitions that differ between two receipts, brought from those of A to those of B one after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

from metrion.base.errors import MetrionError
from metrion.base.text import Text
from metrion.catalog import reads as catalog
from metrion.governance import reads as governance
from metrion.query.difference import words
from metrion.query.difference.errors import TooManyDefinitions
from metrion.query.difference.rung import Rung
from metrion.query.difference.schemas import Factor, FactorDetail
from metrion.query.difference.states import State, definitions_of
from metrion.semantic.model import MetricDef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from metrion.governance.schemas import FieldChange
    from metrion.identity.schemas import Actor
    from metrion.query.difference.words import Names
    from metrion.query.schemas import KeptReceipt
    from metrion.semantic.catalogue import Catalogue, Key
    from metrion.semantic.model import Definition, Kind

APART: Final = 8
"""So many definitions are told apart; more are one step."""
_KINDS: Final[tuple[Kind, ...]] = ("dataset", "relationship", "dimension", "modifier", "metric")
"""What rests on others comes after them."""
_FILL: Final = ("fill", "row_set", "zero_division")
"""Fields of a metric that say what stands where there is nothing."""


@dataclass(frozen=True, slots=True)
class _Side:
    """The definitions of one receipt: those that it used, and all that were in force where they can be had."""

    used: Mapping[Key, words.Used]
    past: Catalogue | MetrionError

    @classmethod
    def of(cls, receipt: KeptReceipt) -> _Side:
        used = {(cast("Kind", each.kind), each.code): (each.version, each.digest) for each in receipt.definitions}
        return cls(used, definitions_of(receipt))

    def version(self, key: Key) -> words.Used | None:
        """Return number and digest of a definition; None where it was not there, or nothing is known of it."""
        if key in self.used:
            return self.used[key]
        if isinstance(self.past, MetrionError) or not self.past.has(*key):
            return None
        return self.past.version(*key), self.past.digest(*key)

    def find(self, key: Key) -> Definition | None:
        return None if isinstance(self.past, MetrionError) else self.past.find(*key)


class Definitions:
    """What differs in the definitions, and the steps that make it what it is for B."""

    def __init__(self, actor: Actor, a: KeptReceipt, b: KeptReceipt, names: Names) -> None:
        self._actor = actor
        self._names = names
        self._a, self._b = _Side.of(a), _Side.of(b)
        keys = dict.fromkeys((*self._a.used, *self._b.used))
        changed = [key for key in keys if self._differs(key)]
        asked = {*a.request.metrics, *b.request.metrics}
        self._changed = sorted(
            changed, key=lambda key: (_KINDS.index(key[0]), key[0] == "metric" and key[1] in asked, key[1])
        )
        self._added = [new for key in keys if self._a.version(key) is None and (new := self._b.find(key)) is not None]
        self._filled = {key: fields for key in self._changed if (fields := self._fill_of(key))}

    @property
    def start(self) -> Catalogue | MetrionError:
        """Return the definitions of A, with what only B knows beside them: that changes no number of A."""
        if not isinstance(self._a.past, MetrionError):
            return self._a.past.overlay(*self._added) if self._added else self._a.past
        return self._a.past if self._changed else self._b.past

    def rungs(self) -> Iterator[Rung]:
        """Yield one rung for each definition; the last one leaves exactly the definitions of B, less the fill."""
        moved = [key for key in self._changed if not self._only_fill(key)]
        for place, key in enumerate(moved, start=1):
            catalogue = self._without_fill() if place == len(moved) else self._mixed(moved[:place], len(moved))
            yield Rung(self._factor(key), _to_catalogue(catalogue))

    def fill_rungs(self) -> Iterator[Rung]:
        """Yield the rung of what stands where there is nothing: with it the definitions are those of B."""
        if not self._filled:
            return
        details = [
            FactorDetail(label=words.metric_field(self._names.of(key), field), a=words.code(old), b=words.code(new))
            for key, fields in self._filled.items()
            for field, (old, new) in fields.items()
        ]
        factor = Factor(id="fill", kind="fill", title=words.FILL, details=tuple(details))
        yield Rung(factor, _to_catalogue(self._b.past))

    def _differs(self, key: Key) -> bool:
        """Tell whether both sides have the definition, and not the same one."""
        old, new = self._a.version(key), self._b.version(key)
        return old is not None and new is not None and old[1] != new[1]

    def _fill_of(self, key: Key) -> dict[str, tuple[object, object]]:
        old, new = self._a.find(key), self._b.find(key)
        if not isinstance(old, MetricDef) or not isinstance(new, MetricDef):
            return {}
        pairs = {name: (getattr(old, name), getattr(new, name)) for name in _FILL}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    def _only_fill(self, key: Key) -> bool:
        return key in self._filled and self._unfilled(key) == self._a.find(key)

    def _unfilled(self, key: Key) -> Definition | None:
        """Return the definition of B with the fill of A."""
        new = self._b.find(key)
        if new is None or key not in self._filled:
            return new
        return new.model_copy(update={name: old for name, (old, _) in self._filled[key].items()})

    def _mixed(self, keys: Iterable[Key], count: int) -> Catalogue | MetrionError:
        """Return the definitions of A with some of B."""
        if count > APART:
            return TooManyDefinitions(count=count)
        return self._over(self.start, keys)

    def _without_fill(self) -> Catalogue | MetrionError:
        return self._over(self._b.past, self._filled)

    def _over(self, below: Catalogue | MetrionError, keys: Iterable[Key]) -> Catalogue | MetrionError:
        above = [new for key in keys if (new := self._unfilled(key)) is not None]
        return below if isinstance(below, MetrionError) or not above else below.overlay(*above)

    def _factor(self, key: Key) -> Factor:
        old, new = self._a.version(key), self._b.version(key)
        fields = self._fields(key, old and old[0], new and new[0])
        return Factor(
            id=f"definition:{key[0]}/{key[1]}",
            kind="definition",
            title=words.definition(key[0], self._names.of(key)),
            details=(FactorDetail(label=words.VERSION, a=words.version(old), b=words.version(new)),),
            fields=tuple(field for field in fields or () if key not in self._filled or field.path not in _FILL),
            note=words.CLOSED if fields is None else Text(),
        )

    def _fields(self, key: Key, old: int | None, new: int | None) -> tuple[FieldChange, ...] | None:
        """Return what differs between two versions, nothing of unpublished ones; None where it may not be seen."""
        if old is None or new is None:
            return ()
        try:
            before, after = (catalog.version(self._actor, *key, number).definition for number in (old, new))
        except MetrionError:
            return None
        return governance.field_changes(before, after)


def _to_catalogue(catalogue: Catalogue | MetrionError) -> Callable[[State], State]:
    return lambda state: replace(state, catalogue=catalogue)
