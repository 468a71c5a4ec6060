"""Turns the validator's findings into refusals that a person can read, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from metrion.base.errors import Invalid
from metrion.base.findings import reason_of

_WHERE: Final = {"body", "query", "path", "form", "header", "cookie", "file"}


def _field(location: Sequence[object]) -> str:
    """Return `definition.filters.0.value` for ninja's ("body", "payload", "definition", …)."""
    parts = [str(part) for part in location]
    if parts and parts[0] in _WHERE:
        # A JSON body has one named parameter that the caller never sees.
        parts = parts[2:] if parts[0] == "body" else parts[1:]
    return ".".join(parts)


def _fault(finding: Mapping[str, object]) -> Invalid:
    location = finding.get("loc")
    field = _field(location if isinstance(location, Sequence) else ())
    reason = reason_of(finding)
    name = f"{field} " if field else ""
    return Invalid(
        field=field or None, reason_zh=f"{name}{reason.pick('zh')}。", reason_en=f"{name}{reason.pick('en')}."
    )


def faults_of(findings: Sequence[Mapping[str, object]]) -> list[Invalid]:
    """Return one refusal for each finding of pydantic or ninja (`loc`, `type`, `msg`, `ctx`)."""
    return [_fault(finding) for finding in findings]
