"""The joins of a model as Cube walks them: from a root along the shortest ways."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metrion.interchange.cube.model import CubeModel, Join

Way = tuple[str, ...]
"""Cubes along joins, the root first."""


@dataclass(frozen=True)
class Graph:
    """Cubes and the joins that they declare; a join is walked from the cube that declares it."""

    model: CubeModel

    @cached_property
    def joins(self) -> Mapping[str, Mapping[str, Join]]:
        """Return cube -> cube -> join."""
        return {name: {join.name: join for join in cube.joins} for name, cube in self.model.cubes.items()}

    def way(self, start: str, end: str) -> Way | None:
        """Return the shortest way; of several the one whose joins are declared first."""
        waiting: deque[Way] = deque([(start,)])
        seen = {start}
        while waiting:
            way = waiting.popleft()
            if way[-1] == end:
                return way
            for target in self.joins.get(way[-1], {}):
                if target not in seen:
                    seen.add(target)
                    waiting.append((*way, target))
        return None

    def root(self, cubes: Iterable[str]) -> str | None:
        """Return the cube from which all of them are reached by the fewest joins; the first of the best."""
        wanted = list(dict.fromkeys(cubes))
        best: tuple[int, str] | None = None
        for root in wanted:
            ways = [self.way(root, cube) for cube in wanted]
            if any(way is None for way in ways):
                continue
            steps = {step for way in ways if way for step in pairwise(way)}
            if best is None or len(steps) < best[0]:
                best = len(steps), root
        return best[1] if best else None

    def multiplies(self, way: Way) -> bool:
        """Tell whether walking a way repeats rows of its root."""
        return any(self.joins[a][b].relationship == "one_to_many" for a, b in pairwise(way))
