"""Reading who follows what. A metric that is not open to the person any more is left out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from metrion.base.errors import Invalid
from metrion.base.paging import MAX_PAGE, Page, decode_cursor, encode_cursor
from metrion.catalog import reads as catalog
from metrion.collaboration.models import Follow
from metrion.collaboration.schemas import FollowedMetric, FollowState

if TYPE_CHECKING:
    from metrion.identity.schemas import Actor


def follow_state(actor: Actor, code: str) -> FollowState:
    """Tell whether the person follows a metric, and how many do; raises `NotFound`."""
    catalog.require_readable(actor, [code])
    followers = Follow.objects.filter(metric=code).count()
    following = Follow.objects.filter(metric=code, person__username=actor.username).exists()
    return FollowState(following=following, followers=followers)


def follows(actor: Actor, *, cursor: str | None = None, limit: int = 50) -> Page[FollowedMetric]:
    """Return the metrics that the person follows, the latest first. Seven queries at most, whatever the number."""
    actor.require("metric.read")
    rows = list(
        Follow.objects.filter(person__username=actor.username).order_by("-since", "-id").values_list("metric", "since")
    )
    since = dict(rows)
    open_codes = catalog.readable(actor, since)
    start = _start(cursor, open_codes, since)
    size = max(1, min(limit, MAX_PAGE))
    codes = open_codes[start : start + size]
    cards = catalog.metric_cards_of(actor, codes)
    more = len(open_codes) > start + size
    return Page[FollowedMetric](
        items=[FollowedMetric(metric=cards[code], since=since[code]) for code in codes if code in cards],
        next_cursor=encode_cursor([since[codes[-1]].isoformat(), codes[-1]]) if more and codes else None,
        total=len(open_codes),
    )


def _start(cursor: str | None, codes: tuple[str, ...], since: dict[str, datetime]) -> int:
    """Return the place after the cursor's row, which may be gone by now."""
    if cursor is None:
        return 0
    match decode_cursor(cursor, datetime, str):
        case [datetime() as moment, str(last)]:
            if last in codes:
                return codes.index(last) + 1
            return next((place for place, code in enumerate(codes) if since[code] < moment), len(codes))
    raise Invalid(field="cursor", reason_zh="分页游标无效。", reason_en="The paging cursor is not valid.")
