"""Which of OSI's codes a refusal of ours is.

Refusals that OSI's own rules make carry their code; those of our engine are told apart by how the datasets that
they name meet in the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.base.errors import Faults, MetrionError
from metrion.interchange.osi.errors import (
    AmbiguousRoute,
    FieldCycle,
    NameNotFound,
    NoPath,
    NoSafeRewrite,
    OsiRefusal,
)
from metrion.semantic.errors import (
    AmbiguousPath,
    DefinitionCycle,
    FanOut,
    UnknownName,
    UnknownOrder,
    UnreachableDimension,
    UnreachableFilter,
    UnsafeReaggregation,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.interchange.osi.known import Known

UNSAFE_REAGGREGATION: Final = "E_UNSAFE_REAGGREGATION"
_OURS: Final[Mapping[type[MetrionError], str]] = {
    AmbiguousPath: AmbiguousRoute.osi_code,
    DefinitionCycle: FieldCycle.osi_code,
    FanOut: NoSafeRewrite.osi_code,
    UnknownName: NameNotFound.osi_code,
    UnknownOrder: NameNotFound.osi_code,
    UnsafeReaggregation: UNSAFE_REAGGREGATION,
}


def osi_code(refusal: MetrionError, known: Known | None = None, root: str = "") -> str | None:
    """Return OSI's code for a refusal, or None where it has none.

    `root` is the dataset that the question starts from: what cannot be brought there is a matter of the metric,
    what it cannot reach is a matter of the path.
    """
    match refusal:
        case OsiRefusal():
            return refusal.osi_code
        case Faults(faults=(MetrionError() as first, *_)):
            return osi_code(first, known, root)
        case UnreachableDimension() | UnreachableFilter() if known is not None:
            return _unreachable(refusal, known, root)
    return next((code for kind, code in _OURS.items() if isinstance(refusal, kind)), None)


def _unreachable(refusal: MetrionError, known: Known, root: str) -> str:
    """Return why a dataset does not lead to a field: nothing relates them, or their rows meet many to many."""
    field = (refusal.field or "").rpartition(".")[2]
    target = next((table for (table, _), code in known.dimensions.items() if code == field), "")
    start = next((name for name, code in known.datasets.items() if code == refusal.params.get("dataset")), "")
    match known.model.meeting(start, target):
        case "none":
            return NoSafeRewrite.osi_code if root == target else NoPath.osi_code
        case "ambiguous":
            return AmbiguousRoute.osi_code
    return NoSafeRewrite.osi_code
