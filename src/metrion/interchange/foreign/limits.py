"""Building parts of our language from foreign values: what lies outside of its limits is refused in words."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from metrion.base.findings import reason_of
from metrion.interchange.foreign.errors import NotExpressible

_T = TypeVar("_T", bound=BaseModel)


def within_limits(kind: type[_T], **values: object) -> _T:
    """Return the part with these values; raises `NotExpressible` with the first that our language does not have."""
    try:
        return kind.model_validate(values)
    except ValidationError as refusal:
        finding = refusal.errors(include_url=False)[0]
        place, reason = ".".join(str(step) for step in finding["loc"]), reason_of(finding)
        raise NotExpressible(
            zh=f"{place} 为 {finding['input']}：{reason.zh}", en=f"{place} {finding['input']}, which {reason.en}"
        ) from refusal
