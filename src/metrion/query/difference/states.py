"""The state of the world in which a number is computed, and the numbers in the states between two receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from metrion.base.errors import MetrionError
from metrion.catalog import reads as catalog
from metrion.engines.errors import QueryCancelled
from metrion.query.difference.errors import DefinitionGone, DraftNotKept, NoValue
from metrion.query.difference.numbers import in_unit, numbers_of
from metrion.query.difference.words import day_of
from metrion.query.formats import figures
from metrion.query.service import recompute
from metrion.query.world import Pinned
from metrion.semantic.request import AbsoluteTime, MetricQuery

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from metrion.engines.cancel import CancelToken
    from metrion.identity.schemas import Actor
    from metrion.query.difference.ladder import Level
    from metrion.query.difference.numbers import Keys
    from metrion.query.schemas import KeptReceipt
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.condition import Condition
    from metrion.semantic.model import Kind

_GROUPS: Final = frozenset({"dimensions", "grain", "times", "dataset", "rows"})
"""Fields of a question that make the rows of its answer. The others only choose among them, or show more."""


@dataclass(frozen=True, slots=True)
class State:
    """All that a number depends on, except permission: that is always the reader's own of today."""

    catalogue: Catalogue | MetrionError
    versions: Mapping[str, int]
    metric: str
    filters: Condition | None
    start: date | None
    end: date | None
    today: date


@dataclass(frozen=True, slots=True)
class Place:
    """Which number of an answer is looked at: a row by its groups, or the whole; in which unit."""

    question: MetricQuery
    """Whose groups the row has."""
    keys: Keys
    groups: tuple[str, ...]
    """Names of the columns that `keys` stand in."""
    unit: str


def state_of(receipt: KeptReceipt, metric: str, definitions: Catalogue | MetrionError) -> State:
    """Return the state that a receipt tells of. Relative time is what it was resolved to."""
    return State(
        catalogue=definitions,
        versions=versions_of(receipt),
        metric=metric,
        filters=receipt.request.filters,
        start=receipt.time_start,
        end=receipt.time_end,
        today=day_of(receipt),
    )


def definitions_of(receipt: KeptReceipt) -> Catalogue | MetrionError:
    """Return the definitions that were in force for a receipt, held against its digests; or why they cannot be had."""
    if receipt.draft:
        return DraftNotKept()
    found = catalog.catalogue(receipt.request.as_of or receipt.created_at)
    for used in receipt.definitions:
        kind: Kind = used.kind  # type: ignore[assignment]  # receipts name kinds only
        if not found.has(kind, used.code) or found.digest(kind, used.code) != used.digest:
            return DefinitionGone(code=used.code, digest=used.digest[:16])
    return found


def versions_of(receipt: KeptReceipt) -> dict[str, int]:
    """Return the version of each table of the lake that a receipt read."""
    found = {}
    for used in receipt.data:
        table, _, version = used.data_version.rpartition("@")
        if table and "/" not in table:
            found[table] = int(version)
    return found


def live_places(receipt: KeptReceipt) -> dict[str, datetime]:
    """Return when a receipt read each table of a database: live data has no versions to go back to."""
    found = {}
    for used in receipt.data:
        place, _, moment = used.data_version.rpartition("@")
        if "/" in place:
            found[place] = datetime.fromisoformat(moment)
    return found


def level(actor: Actor, state: State, place: Place, cancel: CancelToken | None) -> Level:
    """Return the number of a state as the actor may see it now, or the refusal of it."""
    if isinstance(state.catalogue, MetrionError):
        return state.catalogue
    bounded = state.start is not None or state.end is not None
    asked = {
        "metrics": (state.metric,),
        "filters": state.filters,
        "time": AbsoluteTime(start=state.start, end=state.end) if bounded else None,
    }
    kept = _GROUPS if place.keys else frozenset()
    rest = {
        name: field.get_default() for name, field in MetricQuery.model_fields.items() if name not in {*asked, *kept}
    }
    question = place.question.model_copy(update={**rest, **asked})
    pinned = Pinned(state.catalogue, state.versions, state.today)
    try:
        return _read(actor, question, pinned, state.metric, place, cancel)
    except QueryCancelled:
        raise
    except MetrionError as refusal:
        return refusal


def _read(
    actor: Actor, question: MetricQuery, pinned: Pinned, metric: str, place: Place, cancel: CancelToken | None
) -> Level:
    answer = recompute(actor, question, pinned, cancel=cancel)
    found = numbers_of(figures(answer.columns, answer.table, None, answer.table.num_rows), metric)
    order = [[column.name for column in found.groups].index(name) for name in place.groups] if place.keys else []
    values = {tuple(row[at] for at in order): value for row, value in found.values.items()}
    value = in_unit(values.get(place.keys), found.column.unit, place.unit)
    return NoValue() if value is None else value
