"""What a set of definitions changes when they are published together: class, evidence, digest, departments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.base.canonical import digest
from metrion.catalog import snapshot
from metrion.catalog.content import area_of
from metrion.catalog.visibility import DomainTree
from metrion.governance.classify import compare, evidence_for, strictest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from metrion.catalog.schemas import Candidate
    from metrion.governance.schemas import ChangeClass, EvidenceKind, FieldChange


@dataclass(frozen=True, slots=True)
class Assessed:
    """One definition with its difference."""

    candidate: Candidate
    differences: tuple[FieldChange, ...]
    change_class: ChangeClass


@dataclass(frozen=True, slots=True)
class Assessment:
    """All definitions of a change."""

    items: tuple[Assessed, ...]
    change_class: ChangeClass

    @property
    def classes(self) -> frozenset[ChangeClass]:
        """Every class that occurs: evidence is asked for each, not only for the strictest."""
        return frozenset(each.change_class for item in self.items for each in item.differences)

    @property
    def unchanged(self) -> tuple[Candidate, ...]:
        """Definitions that equal what they would replace."""
        return tuple(item.candidate for item in self.items if not item.differences)


def assess(candidates: Iterable[Candidate]) -> Assessment:
    """Compute differences and classes."""
    items = []
    for candidate in candidates:
        found = compare(candidate.base, candidate.definition)
        items.append(Assessed(candidate, found, strictest(each.change_class for each in found)))
    return Assessment(tuple(items), strictest(item.change_class for item in items))


def required_evidence(assessment: Assessment) -> tuple[EvidenceKind, ...]:
    """Return the numeric evidence that an approval needs now."""
    candidates = [item.candidate for item in assessment.items]
    return evidence_for(
        assessment.classes,
        new_metric=any(each.kind == "metric" and each.base is None for each in candidates),
        touches_metrics=_touches_metrics(candidates),
    )


def _touches_metrics(candidates: Sequence[Candidate]) -> bool:
    if any(each.kind == "metric" and each.base is not None for each in candidates):
        return True
    held = snapshot.current()
    return any(kind == "metric" for each in candidates for kind, _ in held.cone((each.kind, each.code)))


def digest_of_change(candidates: Iterable[Candidate], effective_from: datetime | None) -> str:
    """Return what a decision is bound to: every content, every base, and when it takes effect.

    Contents are hashed anew, so that a stored digest which does not fit its content is noticed.
    """
    items = sorted(
        [each.kind, each.code, digest(each.definition), digest(each.base) if each.base else ""] for each in candidates
    )
    return digest({"items": items, "effective_from": effective_from.isoformat() if effective_from else None})


def departments_of(candidates: Iterable[Candidate]) -> tuple[str, ...]:
    """Return the paths of the departments that answer for the contents, before and after the change.

    A definition that moves between domains needs a person who may decide for both.
    """
    tree = DomainTree.load()
    found: dict[str, None] = {}
    for each in candidates:
        found[each.department] = None
        if each.base is not None:
            found[tree.path(area_of(each.base))] = None
    return tuple(sorted(found))


def stale_items(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return the definitions whose base is no longer what is in force."""
    heads = snapshot.current().heads
    stale = []
    for each in candidates:
        head = heads.get((each.kind, each.code))
        if (head.version if head else None) != each.base_version_id:
            stale.append(each)
    return tuple(stale)


def nearest_common(paths: Sequence[str]) -> str:
    """Return the path of the nearest department above all of `paths`."""
    common: list[str] = []
    for steps in zip(*(path.strip("/").split("/") for path in paths), strict=False):
        if len(set(steps)) > 1 or not steps[0]:
            break
        common.append(steps[0])
    return f"/{'/'.join(common)}/" if common else "/"
