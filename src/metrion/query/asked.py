"""A question with its shape, and what it reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metrion.base.canonical import digest
from metrion.base.ids import new_id
from metrion.query.cache import BoundedCache
from metrion.semantic.compile import datasets_of
from metrion.semantic.given import without_values

if TYPE_CHECKING:
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.condition import Scalar
    from metrion.semantic.model import Code
    from metrion.semantic.request import MetricQuery
    from metrion.semantic.scope import TimeContext

_DATASETS_BYTES: Final = 512
_datasets: BoundedCache[tuple[Code, ...]] = BoundedCache(4 * 2**20)


def token(catalogue: Catalogue) -> str:
    """Return a name for this set of definitions within this process: each publication makes a new one."""
    return catalogue.memo(("query", "token"), lambda: new_id().hex)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its shape, both written down once for all the keys that hold them."""

    request: MetricQuery
    shape: MetricQuery
    values: tuple[Scalar, ...]
    shape_key: str

    @classmethod
    def of(cls, request: MetricQuery) -> Asked:
        """Return the question."""
        shape, values = without_values(request)
        return cls(request, shape, values, digest(shape.model_dump(mode="json")))

    def key(self, world_key: str) -> str:
        """Return what its answer is kept by in the world of this key."""
        return digest([self.shape_key, self.values, world_key])


def datasets_read(asked: Asked, catalogue: Catalogue, time: TimeContext, *, keep: bool) -> tuple[Code, ...]:
    """Return the datasets that a question reads, row policies aside."""
    if not keep:
        return datasets_of(asked.shape, catalogue, time)
    key = f"{asked.shape_key}:{token(catalogue)}:{time.zone}:{time.week_start}:{time.today}"
    known = _datasets.get(key)
    if known is None:
        known = datasets_of(asked.shape, catalogue, time)
        _datasets.put(key, known, _DATASETS_BYTES)
    return known
