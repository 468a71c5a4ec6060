"""Everything wrong with a definition at once, and everything that follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.semantic.model import DatasetDef, DimensionDef, MetricDef, ModifierDef, RelationshipDef
from metrion.semantic.validate.data import check_dataset, check_dimension, check_modifier, check_relationship
from metrion.semantic.validate.describe import Described, describe
from metrion.semantic.validate.fault import Fault, Findings
from metrion.semantic.validate.metrics import check_metric, whole_metric

if TYPE_CHECKING:
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import Definition

__all__ = ["Described", "Fault", "check_definition", "describe"]


def check_definition(definition: Definition, catalogue: Catalogue) -> tuple[Fault, ...]:
    """Return all faults of a definition, seen as if it were already in `catalogue`; empty: it is sound."""
    findings = Findings()
    around = catalogue.overlay(definition)
    if isinstance(definition, MetricDef):
        whole = whole_metric(definition, around, findings)
        if whole is None:
            return findings.all()
        definition = whole
    _check_words(definition, findings)
    match definition:
        case DatasetDef():
            check_dataset(definition, around, findings)
        case RelationshipDef():
            check_relationship(definition, around, findings)
        case DimensionDef():
            check_dimension(definition, around, findings)
        case ModifierDef():
            check_modifier(definition, around, findings)
        case MetricDef():
            check_metric(definition, around, findings)
    return findings.all()


def _check_words(definition: Definition, findings: Findings) -> None:
    """Check what people read: the name in both languages, who answers for it, the caliber."""
    if isinstance(definition, RelationshipDef):
        return
    name = definition.name
    if not name.zh.strip() or not name.en.strip():
        findings.add(
            "name",
            "name_missing",
            "请填写中文和英文名称。",
            "Give it a name in Chinese and in English.",
        )
    if not definition.owner.strip():
        findings.add("owner", "owner_missing", "请指定负责人。", "Name the person who answers for it.")
    if isinstance(definition, MetricDef) and not definition.caliber.pick().strip():
        findings.add(
            "caliber",
            "caliber_missing",
            "请写明口径：统计的是什么、怎么统计。",
            "Write the caliber: what is counted, and how.",
        )
