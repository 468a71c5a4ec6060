"""What differs between two receipts, in words, and how each factor leads from the state of A to that of B."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metrion.base.errors import MetrionError
from metrion.integration import reads as integration
from metrion.query.difference import words
from metrion.query.difference.definitions import Definitions
from metrion.query.difference.permission import NO_ROWS, rules_now
from metrion.query.difference.rung import Ladder, Rung
from metrion.query.difference.schemas import Factor, FactorDetail
from metrion.query.difference.states import State, live_places, state_of, versions_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from metrion.identity.schemas import Actor
    from metrion.query.difference.words import Names
    from metrion.query.schemas import KeptReceipt
    from metrion.semantic.condition import Condition


def ladder_of(actor: Actor, a: KeptReceipt, b: KeptReceipt, metrics: tuple[str, str], names: Names) -> Ladder:
    """Return the factors in the order in which they are counted: definitions, data, question, time, fill."""
    definitions = Definitions(actor, a, b, names)
    rungs = (
        *definitions.rungs(),
        *_data(a, b, names, rules_now(actor, (a, b))),
        *_question(a, b, metrics, names),
        *definitions.fill_rungs(),
        *_shape(a, b, names),
    )
    return Ladder(state_of(a, metrics[0], definitions.start), rungs)


# --- data -------------------------------------------------------------------------------------------


def _data(a: KeptReceipt, b: KeptReceipt, names: Names, rules: Mapping[str, Condition | None]) -> Iterator[Rung]:
    yield from _live(a, b, names)
    old, new = versions_of(a), versions_of(b)
    datasets = {used.data_version.rpartition("@")[0]: used.dataset for used in (*a.data, *b.data) if used.data_version}
    for table, dataset in datasets.items():
        if table not in old or table not in new or old[table] == new[table]:
            continue
        yield Rung(
            Factor(
                id=f"data:{table}",
                kind="data",
                title=words.data(names.of(("dataset", dataset))),
                details=tuple(_versions(table, old[table], new[table], counted=rules.get(dataset, NO_ROWS) is None)),
            ),
            _to_version(table, new[table]),
        )


def _live(a: KeptReceipt, b: KeptReceipt, names: Names) -> Iterator[Rung]:
    """Yield the moments at which a table of a database was read. No state in between can be asked for."""
    old, new = live_places(a), live_places(b)
    datasets = {used.data_version.rpartition("@")[0]: used.dataset for used in (*a.data, *b.data)}
    for place in old.keys() & new.keys():
        if old[place] != new[place]:
            read = FactorDetail(label=words.READ, a=words.moment(old[place]), b=words.moment(new[place]))
            yield Rung(
                Factor(
                    id=f"data:{place}",
                    kind="data",
                    title=words.data(names.of(("dataset", datasets[place]))),
                    details=(read,),
                ),
                lambda state: state,
            )


def _to_version(table: str, version: int) -> Callable[[State], State]:
    return lambda state: replace(state, versions={**state.versions, table: version})


def _versions(table: str, old: int, new: int, *, counted: bool) -> Iterator[FactorDetail]:
    yield FactorDetail(label=words.VERSION, a=words.code(old), b=words.code(new))
    try:
        before, after = integration.snapshot(table, old), integration.snapshot(table, new)
    except MetrionError:  # a version that is gone is told of by the step that needs it
        return
    yield FactorDetail(label=words.LOADED, a=words.moment(before.committed_at), b=words.moment(after.committed_at))
    if counted:
        yield FactorDetail(label=words.ROWS, a=words.count(before.rows), b=words.count(after.rows))


# --- question and time ------------------------------------------------------------------------------


def _question(a: KeptReceipt, b: KeptReceipt, metrics: tuple[str, str], names: Names) -> Iterator[Rung]:
    if metrics[0] != metrics[1]:
        asked = [names.of(("metric", code)) for code in metrics]
        yield Rung(
            Factor(
                id="metric",
                kind="metric",
                title=words.METRIC,
                details=(FactorDetail(label=words.METRIC, a=asked[0], b=asked[1]),),
            ),
            lambda state: replace(state, metric=metrics[1]),
        )
    if a.request.filters != b.request.filters:
        said = [words.condition(each.request.filters, names, words.NO_FILTER) for each in (a, b)]
        yield Rung(
            Factor(
                id="filters",
                kind="filters",
                title=words.FILTERS,
                details=(FactorDetail(label=words.FILTERS, a=said[0], b=said[1]),),
            ),
            lambda state: replace(state, filters=b.request.filters),
        )
    details = tuple(words.times(a, b))
    if details:
        day = words.day_of(b)
        yield Rung(
            Factor(id="time", kind="time", title=words.TIME, details=details),
            lambda state: replace(state, start=b.time_start, end=b.time_end, today=day),
            quiet=all(detail.label == words.TODAY for detail in details),
        )


def _shape(a: KeptReceipt, b: KeptReceipt, names: Names) -> Iterator[Rung]:
    details = tuple(words.shapes(a.request, b.request, names))
    if details:
        yield Rung(Factor(id="shape", kind="shape", title=words.SHAPE, details=details, counts=False))
