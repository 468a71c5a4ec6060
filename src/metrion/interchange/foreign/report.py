"""What an importer hands back: definitions, what could not be kept, and which name became which code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from metrion.base.text import Text

if TYPE_CHECKING:
    from metrion.semantic.model import DataType, Definition
    from metrion.semantic.request import MetricQuery

LossKind = Literal["dropped", "changed", "refused"]
"""dropped: it has no meaning here. changed: kept, but not exactly as it was. refused: a whole metric is left out."""


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing of the foreign model that did not come over as it was."""

    path: str
    """Where it stands: file, then the way down to it, such as `metrics.yaml: metrics.revenue.filter`."""
    kind: LossKind
    text: Text


@dataclass(frozen=True, slots=True)
class Imported:
    """The definitions of a foreign model, and all losses at once."""

    definitions: tuple[Definition, ...]
    losses: tuple[Loss, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """Foreign name -> our code."""
    questions: Mapping[str, MetricQuery] = field(default_factory=dict)
    """Saved queries of the foreign model, by their names, as questions here."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an importer may know of the house: where the definitions go, and the tables that are there."""

    domain: str
    columns_of: Callable[[str], Mapping[str, DataType] | None] = field(default=lambda _table: None)
    """Table of the lake -> its columns and their types in order; None: there is no such table."""


Importer = Callable[[Mapping[str, str], Surroundings], Imported]
"""Files (path -> text) -> what they say. Raises `Faults` with everything that is wrong with the files themselves."""


@dataclass(frozen=True, slots=True)
class Exported:
    """Files (path -> text) of another tool that say what our definitions say, and what they cannot say."""

    files: Mapping[str, str]
    losses: tuple[Loss, ...] = ()


Exporter = Callable[[Sequence["Definition"]], Exported]


@dataclass(slots=True)
class Losses:
    """Collects losses while a model is read."""

    found: list[Loss] = field(default_factory=list)

    def dropped(self, path: str, zh: str, en: str) -> None:
        """Note that something is left out."""
        self.found.append(Loss(path, "dropped", Text(zh=zh, en=en)))

    def changed(self, path: str, zh: str, en: str) -> None:
        """Note that something means a little else now."""
        self.found.append(Loss(path, "changed", Text(zh=zh, en=en)))

    def refused(self, path: str, text: Text) -> None:
        """Note that a definition cannot be had."""
        self.found.append(Loss(path, "refused", text))
