"""What the compiler says, kept: it is pure, so questions of one shape in the same world have the same plan.

A shape is a question without the values of its conditions, which are bound when it is run. The keys hold
everything a plan depends on, so nothing needs to be invalidated. Drafts make a set of definitions of their own
for each question and are not kept: they would only drive out the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.query.cache import BoundedCache
from metrion.semantic.compile import prepared

if TYPE_CHECKING:
    from metrion.query.asked import Asked
    from metrion.query.world import World
    from metrion.semantic.prepared import Compiled, Prepared

_PLAN_BYTES: Final = 16_384
"""What a plan costs besides its SQL, which is counted four times: the nodes it was written from stay with it."""

_plans: BoundedCache[Prepared] = BoundedCache(32 * 2**20)


def compiled(asked: Asked, world: World, *, limit: int | None = None, keep: bool) -> Compiled:
    """Return the plan of a question, with `limit` rows at most, whose tables the engine has under their names."""
    if not keep or world.guard is not None:  # a guard reads tables of its own
        return _prepare(asked, limit, world).with_values(asked.values)
    key = f"{asked.shape_key}:{limit}:{world.key}"
    known = _plans.get(key)
    if known is None:
        known = _prepare(asked, limit, world)
        size = sum(len(part.sql) for part in (known.rows, known.totals, *known.subtotals) if part is not None)
        _plans.put(key, known, _PLAN_BYTES + 4 * size)
    else:
        _open_tables(known, world)
    return known.with_values(asked.values)


def _open_tables(plan: Prepared, world: World) -> None:
    """Have the engine name the tables again: it forgets names that were long unused."""
    tables = world.tables
    for dataset in plan.datasets:
        if world.snapshots[dataset] is not None:
            tables[dataset]


def _prepare(asked: Asked, limit: int | None, world: World) -> Prepared:
    return prepared(
        asked.shape if limit is None else asked.shape.model_copy(update={"limit": limit}),
        world.catalogue,
        world.scope,
        world.time,
        world.tables,
        world.source.dialect,
        guard=world.guard,
        unfit=world.unfit,
    )
