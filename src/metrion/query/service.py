"""A question answered: permission, plan, cache, engine, receipt. The only way to a governed number."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import orjson

from metrion.base.canonical import digest
from metrion.base.clock import now
from metrion.base.ids import new_id
from metrion.base.moment import one_moment
from metrion.base.settings import get_settings
from metrion.catalog import reads as catalog
from metrion.query import execution, plans, receipts
from metrion.query.asked import Asked
from metrion.query.cache import BoundedCache
from metrion.query.formats import figures, rows_json
from metrion.query.schemas import Cell, Receipt, ResultColumn
from metrion.query.world import World, gather
from metrion.semantic.errors import SemanticError
from metrion.semantic.frame import fields_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from metrion.engines.cancel import CancelToken
    from metrion.identity.schemas import Actor
    from metrion.query.world import Pinned
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import Definition
    from metrion.semantic.prepared import Compiled, Subtotal
    from metrion.semantic.request import MetricQuery


@dataclass(frozen=True, slots=True)
class SubtotalRows:
    """The values by some of the keys; cells are aligned with the columns of the answer."""

    keys: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question returns inside the house: Arrow rows, an optional totals row, the receipt."""

    columns: tuple[ResultColumn, ...]
    table: pa.Table
    rows: bytes
    """The rows as the JSON of an answer: written once, for the digest and for everybody who shares the answer."""
    totals: tuple[object, ...] | None
    subtotals: tuple[SubtotalRows, ...]
    truncated: bool
    cached: bool
    receipt: Receipt


_ENTRY_BYTES = 8192
"""What an entry costs besides its rows: receipt and columns. Rows are shared between entries."""

_cache: BoundedCache[Answer] = BoundedCache(get_settings().cache_bytes)


def ask(
    actor: Actor,
    request: MetricQuery,
    *,
    candidates: tuple[Definition, ...] = (),
    cancel: CancelToken | None = None,
) -> Answer:
    """Answer `request` as `actor` may see it.

    `candidates` are unpublished definitions to use on top of the published ones (previews): the receipt
    then says `draft`. Raises typed refusals of semantic, identity and engines; never a partial answer.
    """
    actor.require("metric.read")
    asked = Asked.of(request)
    with one_moment():
        world = _world(actor, asked, candidates)
    key = asked.key(world.key)
    mine = f"{key}:{actor.username}"
    found = _cache.get(mine) or _cache.get(key)
    if found is None:
        answer = _compute(actor, asked, world, draft=bool(candidates), cancel=cancel)
        receipts.keep(answer.receipt, figures(answer.columns, answer.table, answer.totals))
        _cache.put(key, answer, answer.table.nbytes + len(answer.rows) + _ENTRY_BYTES)
    elif found.receipt.asked_by == actor.username:
        return replace(found, cached=True)
    else:
        answer = replace(found, cached=True, receipt=_receipt_for(actor, found))
    _cache.put(mine, answer, _ENTRY_BYTES)
    return answer


def _world(actor: Actor, asked: Asked, candidates: tuple[Definition, ...]) -> World:
    """Return the world that a question is answered in, if the actor may ask it."""
    request = asked.request
    published = catalog.catalogue()
    base = published if request.as_of is None else catalog.catalogue(request.as_of)
    own = {definition.code for definition in candidates if definition.kind == "metric"}
    catalog.require_readable(actor, [code for code in _named(request, base) if code not in own])
    catalog.require_open_references(actor, candidates)
    catalogue = base.overlay(*candidates) if candidates else base
    with _as_known(actor):
        return gather(actor, asked, catalogue, published, candidates)


def _named(request: MetricQuery, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the metrics that a question names: to show, to keep rows by, or to sort by."""
    hidden = [] if request.having is None else list(fields_of(request.having))
    hidden += [one.by for one in request.order]
    return (*request.metrics, *(name for name in dict.fromkeys(hidden) if catalogue.has("metric", name)))


def recompute(actor: Actor, request: MetricQuery, pinned: Pinned, *, cancel: CancelToken | None = None) -> Answer:
    """Answer `request` in another state of the world, as `actor` may see it now: a step between two receipts.

    It is no number of the company: no receipt is kept of it, and nobody else is given it.
    """
    actor.require("metric.read")
    catalog.require_readable(actor, _named(request, pinned.catalogue))
    asked = Asked.of(request)
    with _as_known(actor):
        world = gather(actor, asked, pinned.catalogue, catalog.catalogue(), pinned=pinned)
        return _compute(actor, asked, world, draft=True, cancel=cancel)


@contextmanager
def _as_known(actor: Actor) -> Iterator[None]:
    """Let no refusal of the block name what the actor may not know of."""
    try:
        yield
    except SemanticError as refusal:
        raise catalog.as_known(actor, refusal) from refusal


def _receipt_for(actor: Actor, found: Answer) -> Receipt:
    """Return a receipt of their own for a person who shares a cached answer: receipts name who asked."""
    own = found.receipt.model_copy(update={"id": new_id(), "created_at": now(), "asked_by": actor.username})
    receipts.keep(own, figures(found.columns, found.table, found.totals))
    return own


def _compute(actor: Actor, asked: Asked, world: World, *, draft: bool, cancel: CancelToken | None) -> Answer:
    settings, request = get_settings(), asked.request
    limit = min(request.limit or settings.query_row_limit, settings.query_row_limit)
    compiled = plans.compiled(asked, world, limit=limit + 1, keep=not draft)
    data = world.data_used(compiled)
    started = perf_counter()
    found = execution.run(compiled, world, cancel)
    totals = None if found.totals is None else _totals(compiled, found.totals)
    subtotals = tuple(
        _subtotals(compiled, part, rows) for part, rows in zip(compiled.subtotals, found.subtotals, strict=True)
    )
    elapsed = (perf_counter() - started) * 1000
    truncated = found.table.num_rows > limit
    kept = found.table.slice(0, limit)
    rows = rows_json(kept)
    columns = tuple(ResultColumn.model_validate(column, from_attributes=True) for column in compiled.columns)
    receipt = Receipt(
        id=new_id(),
        created_at=now(),
        asked_by=actor.username,
        request=request,
        definitions=world.definitions_used(compiled),
        data=data,
        time_start=compiled.time_start,
        time_end=compiled.time_end,
        scope_key=world.scope.key,
        time_zone=world.time.zone,
        week_start=world.time.week_start,
        engine=world.source.engine.describe(),
        sql=compiled.sql,
        parameters=tuple(_plain_parameter(value) for value in compiled.parameters),
        row_count=kept.num_rows,
        elapsed_ms=round(elapsed, 3),
        draft=draft,
        answer_digest=_answer_digest(columns, rows, totals, subtotals),
    )
    return Answer(
        columns,
        kept,
        rows,
        totals,
        subtotals,
        truncated=truncated and request.limit is None,
        cached=False,
        receipt=receipt,
    )


def _totals(compiled: Compiled, table: pa.Table) -> tuple[object, ...]:
    values = {name: table.column(name)[0].as_py() for name in table.column_names}
    return tuple(values.get(column.name) for column in compiled.columns)


def _subtotals(compiled: Compiled, part: Subtotal, table: pa.Table) -> SubtotalRows:
    found = {name: table.column(name).to_pylist() for name in table.column_names}
    nothing = [None] * table.num_rows
    places = [found.get(column.name, nothing) for column in compiled.columns]
    return SubtotalRows(part.keys, tuple(zip(*places, strict=True)))


def _plain_parameter(value: object) -> Cell:
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)


def _answer_digest(
    columns: tuple[ResultColumn, ...],
    rows: bytes,
    totals: tuple[object, ...] | None,
    subtotals: tuple[SubtotalRows, ...],
) -> str:
    names = [column.name for column in columns]
    total_cells = None if totals is None else [str(cell) if cell is not None else None for cell in totals]
    parts = [[part.keys, [[str(cell) for cell in row] for row in part.rows]] for part in subtotals]
    return digest([names, orjson.Fragment(rows), total_cells, *([parts] if parts else [])])
