"""Refusals of the collaboration room."""

from __future__ import annotations

from metrion.base.errors import Conflict
from metrion.base.text import Text


class TooManyFollows(Conflict):
    """A list nobody can read any more."""

    code = "too_many_follows"
    text = Text(zh="最多关注 {limit} 个指标。", en="At most {limit} metrics can be followed.")
    remedy = Text(zh="请先取消一些关注。", en="Unfollow some first.")
