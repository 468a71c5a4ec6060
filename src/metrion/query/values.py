"""Values of a dimension, for filters: only those that the asker's own rows have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.query.formats import plain_cell
from metrion.query.schemas import DimensionValues
from metrion.query.service import ask
from metrion.semantic.condition import Match
from metrion.semantic.request import DimensionRef, MetricQuery, OrderBy

if TYPE_CHECKING:
    from metrion.identity.schemas import Actor


def dimension_values(actor: Actor, field: str, metric: str, search: str, limit: int) -> DimensionValues:
    """Return up to `limit` values of `field` among the visible rows of `metric`, in order.

    It is an ordinary question, so row policies, hidden columns and the cache hold here, too.
    """
    question = MetricQuery(
        metrics=(metric,),
        dimensions=(DimensionRef(field=field),),
        filters=Match(field=field, how="contains", text=search) if search else None,
        order=(OrderBy(by=field),),
        limit=limit,
    )
    answer = ask(actor, question)
    found = [plain_cell(value) for value in answer.table.column(0).to_pylist()]
    return DimensionValues(field=field, values=tuple(found), complete=len(found) < limit)
