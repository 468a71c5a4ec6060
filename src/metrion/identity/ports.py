"""What this room needs from rooms above it. They plug themselves in when Django starts.

Rooms import downwards only, yet every change of identity goes into the audit trail and the answer to
"what can this person see?" names columns of the catalogue. `audit` and `catalog` provide both here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from metrion.base.canonical import Plain
    from metrion.identity.schemas import Actor
    from metrion.semantic.model import DatasetDef


class Target(BaseModel):
    """What an action was done to; `label` is its name at that time, for a reader of the trail."""

    model_config = ConfigDict(frozen=True)

    kind: str
    id: str
    label: str = ""


class Recorder(Protocol):
    """The audit trail's way in."""

    def __call__(
        self, actor: Actor | None, action: str, target: Target, detail: Mapping[str, Plain], *, reason: str = ""
    ) -> object:
        """Append one entry inside the caller's transaction."""


class NotPluggedIn(RuntimeError):
    """A programming fault: a room that this one depends on was not installed."""


_recorders: list[Recorder] = []
_dataset_sources: list[Callable[[str], DatasetDef | None]] = []


def plug_recorder(recorder: Recorder) -> None:
    """Send the audit records of this room to `recorder` (called once, by `audit`)."""
    _recorders[:] = [recorder]


def plug_datasets(source: Callable[[str], DatasetDef | None]) -> None:
    """Ask `source` for the published dataset of a code; None when there is none (called once, by `catalog`)."""
    _dataset_sources[:] = [source]


def record(
    actor: Actor | None, action: str, target: Target, detail: Mapping[str, Plain] | None = None, *, reason: str = ""
) -> None:
    """Append an audit entry; raises `NotPluggedIn` rather than lose one."""
    if not _recorders:
        message = "no audit trail is plugged in"
        raise NotPluggedIn(message)
    _recorders[0](actor, action, target, detail or {}, reason=reason)


def published_dataset(code: str) -> DatasetDef | None:
    """Return the published dataset of that code, or None."""
    if not _dataset_sources:
        message = "no source of datasets is plugged in"
        raise NotPluggedIn(message)
    return _dataset_sources[0](code)
