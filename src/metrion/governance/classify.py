"""What a change really does: computed from its typed difference, never chosen by the author. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, get_args

from metrion.base.text import Text
from metrion.governance.diff import differences
from metrion.governance.engine.flow import Flow, FlowRule, Level, PermissionSelector
from metrion.governance.fields import CREATION, FIELDS, label_of
from metrion.governance.schemas import ChangeClass, EvidenceKind, FieldChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metrion.semantic.model import Definition

STRICTNESS: Final[tuple[ChangeClass, ...]] = get_args(ChangeClass)
"""The classes from the mildest to the strictest."""


def strictest(classes: Iterable[ChangeClass]) -> ChangeClass:
    """Return the strictest of the classes; cosmetic when there are none."""
    return max(classes, key=STRICTNESS.index, default="cosmetic")


def compare(old: Definition | None, new: Definition) -> tuple[FieldChange, ...]:
    """Return the typed, labelled and classified difference."""
    return tuple(
        FieldChange(
            path=each.path,
            kind=each.kind,
            label=label_of(new.kind, each),
            old=each.old,
            new=each.new,
            change_class=CREATION[new.kind] if old is None else FIELDS[new.kind][each.field].class_of(each),
        )
        for each in differences(old, new)
    )


@dataclass(frozen=True, slots=True)
class Route:
    """What a class asks for. `impact`: the list of dependants is part of what must be read."""

    name: Text
    meaning: Text
    evidence: tuple[EvidenceKind, ...] = ()
    impact: bool = False


ROUTES: Final[Mapping[ChangeClass, Route]] = {
    "cosmetic": Route(
        Text(zh="文字", en="Cosmetic"), Text(zh="只改名称、说明或显示。", en="Names, descriptions or display only.")
    ),
    "stewardship": Route(
        Text(zh="职责", en="Stewardship"),
        Text(zh="改口径文字、归属或负责人，数值不变。", en="Caliber text, place or owner; numbers stay."),
    ),
    "additive": Route(
        Text(zh="新增", en="Additive"),
        Text(zh="增加新内容，不影响已有数值。", en="Adds something; existing numbers stay."),
    ),
    "drift": Route(
        Text(zh="来源漂移", en="Drift"),
        Text(zh="数据来源的表或类型变了。", en="The physical source or its types changed."),
        evidence=("backtest",),
        impact=True,
    ),
    "semantic": Route(
        Text(zh="语义", en="Semantic"),
        Text(zh="计算方式变了，数值可能变。", en="The calculation changes; numbers may change."),
        evidence=("backtest",),
        impact=True,
    ),
    "structural": Route(
        Text(zh="结构", en="Structural"),
        Text(zh="主键、关联或可用维度变了。", en="Keys, joins or allowed dimensions change."),
        evidence=("backtest",),
        impact=True,
    ),
    "protection": Route(
        Text(zh="保护", en="Protection"),
        Text(zh="敏感级别或行列权限变了，可见范围会变。", en="Sensitivity or access rules; who sees what may change."),
        impact=True,
    ),
}

DOMAIN_APPROVAL: Final = Flow(
    code="domain_approval",
    version=1,
    name=Text(zh="业务域审批", en="Approval by the domain"),
    levels=(
        Level(
            key="domain",
            name=Text(zh="业务域审批人", en="Approvers of the domain"),
            mode="any",
            approvers=(PermissionSelector(permission="change.decide", department="domain"),),
        ),
    ),
)
FLOW_RULES: Final[tuple[FlowRule, ...]] = ()
"""Conditions over `class`, `domain` and `kind` that choose another flow; the first that holds wins."""


def evidence_for(
    classes: Iterable[ChangeClass], *, new_metric: bool, touches_metrics: bool
) -> tuple[EvidenceKind, ...]:
    """Return the numeric evidence that a change needs: for each class in it, not only the strictest.

    `new_metric`: a metric is created, its first number must be seen. `touches_metrics`: an existing
    metric is changed or stands on what is changed; without one there is nothing to run twice.
    """
    asked = {kind for each in classes for kind in ROUTES[each].evidence}
    found: list[EvidenceKind] = []
    if "backtest" in asked and touches_metrics:
        found.append("backtest")
    if new_metric:
        found.append("preview")
    return tuple(found)
