"""What the compiler says, kept: it is pure, so the same question in the same world has the same plan.

The keys hold everything a plan depends on, so nothing needs to be invalidated. Drafts make a set of
definitions of their own for each question and are not kept: they would only drive out the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.base.canonical import digest
from metrion.base.ids import new_id
from metrion.query.cache import BoundedCache
from metrion.semantic.compile import Compiled, compile_query, datasets_of

if TYPE_CHECKING:
    from metrion.query.world import World
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import Code
    from metrion.semantic.request import MetricQuery
    from metrion.semantic.scope import TimeContext

_DATASETS_BYTES: Final = 512
_PLAN_BYTES: Final = 16_384
"""What a plan costs besides its SQL, which is counted four times: the nodes it was written from stay with it."""

_datasets: BoundedCache[tuple[Code, ...]] = BoundedCache(4 * 2**20)
_plans: BoundedCache[Compiled] = BoundedCache(32 * 2**20)


def token(catalogue: Catalogue) -> str:
    """Return a name for this set of definitions within this process: each publication makes a new one."""
    return catalogue.memo(("query", "token"), lambda: new_id().hex)


def datasets_read(request: MetricQuery, catalogue: Catalogue, time: TimeContext, *, keep: bool) -> tuple[Code, ...]:
    """Return the datasets that a question reads, row policies aside."""
    if not keep:
        return datasets_of(request, catalogue, time)
    key = digest([request.model_dump(mode="json"), token(catalogue), time.model_dump(mode="json")])
    known = _datasets.get(key)
    if known is None:
        known = datasets_of(request, catalogue, time)
        _datasets.put(key, known, _DATASETS_BYTES)
    return known


def compiled(request: MetricQuery, world: World, *, keep: bool) -> Compiled:
    """Return the plan of a question, whose tables the engine has under their names."""
    if not keep or world.guard is not None:  # a guard reads tables of its own
        return _compile(request, world)
    key = digest([request.model_dump(mode="json"), world.key])
    known = _plans.get(key)
    if known is None:
        known = _compile(request, world)
        size = len(known.sql) + len(known.totals_sql or "") + sum(len(part.sql) for part in known.subtotals)
        _plans.put(key, known, _PLAN_BYTES + 4 * size)
    else:
        _open_tables(known, world)
    return known


def _open_tables(plan: Compiled, world: World) -> None:
    """Have the engine name the tables again: it forgets names that were long unused."""
    tables = world.tables
    for dataset in plan.datasets:
        if world.snapshots[dataset] is not None:
            tables[dataset]


def _compile(request: MetricQuery, world: World) -> Compiled:
    return compile_query(
        request,
        world.catalogue,
        world.scope,
        world.time,
        world.tables,
        world.source.dialect,
        guard=world.guard,
        unfit=world.unfit,
    )
