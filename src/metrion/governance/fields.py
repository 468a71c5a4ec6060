"""What each field of a definition is called, and what a change of it really does. A table, reviewed like code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metrion.base.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.governance.diff import Difference
    from metrion.governance.schemas import ChangeClass
    from metrion.semantic.model import Kind


@dataclass(frozen=True, slots=True)
class Field:
    """Name of a field, and the class of a change: `changed` also serves what has no class of its own.

    For lists of plain values, `grown` applies when members were only added.
    """

    label: Text
    changed: ChangeClass
    added: ChangeClass | None = None
    removed: ChangeClass | None = None
    grown: ChangeClass | None = None

    def class_of(self, difference: Difference) -> ChangeClass:
        """Return the class of one difference in this field."""
        if self.grown is not None and _only_grown(difference):
            return self.grown
        own = {"added": self.added, "removed": self.removed, "changed": None}[difference.kind]
        return own or self.changed


def _only_grown(difference: Difference) -> bool:
    old, new = difference.old, difference.new
    if not isinstance(old, list):
        return False
    return new is None or (isinstance(new, list) and all(item in new for item in old))


def _field(
    zh: str,
    en: str,
    changed: ChangeClass,
    *,
    added: ChangeClass | None = None,
    removed: ChangeClass | None = None,
    grown: ChangeClass | None = None,
) -> Field:
    return Field(Text(zh=zh, en=en), changed, added, removed, grown)


_IDENTITY: Final[Mapping[str, Field]] = {
    "kind": _field("种类", "Kind", "structural"),
    "code": _field("编码", "Code", "structural"),
    "name": _field("名称", "Name", "cosmetic"),
    "domain": _field("业务域", "Business domain", "stewardship"),
}
_WORDS: Final[Mapping[str, Field]] = {
    "aliases": _field("别名", "Aliases", "cosmetic"),
    "description": _field("说明", "Description", "cosmetic"),
    "owner": _field("负责人", "Owner", "stewardship"),
}

_DATASET: Final[Mapping[str, Field]] = {
    **_IDENTITY,
    "description": _WORDS["description"],
    "owner": _WORDS["owner"],
    "shape": _field("表的类型", "Shape", "structural"),
    "source.kind": _field("来源类型", "Kind of source", "drift"),
    "source.table": _field("来源表", "Source table", "drift"),
    "columns": _field("字段", "Columns", "cosmetic"),
    "columns[]": _field("字段", "Column", "structural", added="additive"),
    "columns[].name": _field("字段名", "Column name", "structural"),
    "columns[].type": _field("类型", "Type", "drift"),
    "columns[].label": _field("显示名", "Label", "cosmetic"),
    "columns[].description": _field("说明", "Description", "cosmetic"),
    "columns[].sensitive": _field("敏感", "Sensitive", "protection"),
    "primary_key": _field("主键", "Primary key", "structural"),
    "time_columns": _field("时间字段", "Time columns", "structural"),
    "anchor": _field("相对时间的终点", "End of relative time", "semantic"),
    "row_access": _field("行权限", "Row access", "protection"),
    "real": _field("真实数据", "Real data", "stewardship"),
}
_RELATIONSHIP: Final[Mapping[str, Field]] = {
    **_IDENTITY,
    "from_dataset": _field("多方数据集", "Many side", "structural"),
    "to_dataset": _field("一方数据集", "One side", "structural"),
    "columns": _field("关联字段", "Join columns", "cosmetic"),
    "columns[]": _field("关联字段", "Join columns", "structural"),
    "columns[].many": _field("多方字段", "Column of the many side", "structural"),
    "columns[].one": _field("一方字段", "Column of the one side", "structural"),
    "role": _field("角色", "Role", "structural"),
}
_DIMENSION: Final[Mapping[str, Field]] = {
    **_IDENTITY,
    **_WORDS,
    "bindings": _field("绑定字段", "Bindings", "cosmetic"),
    "bindings[]": _field("绑定字段", "Binding", "structural", added="additive"),
    "bindings[].dataset": _field("数据集", "Dataset", "structural"),
    "bindings[].column": _field("字段", "Column", "structural"),
    "parent": _field("上级维度", "Parent dimension", "structural"),
}
_MODIFIER: Final[Mapping[str, Field]] = {
    **_IDENTITY,
    **_WORDS,
    "condition": _field("条件", "Condition", "semantic"),
    "exclusive_group": _field("互斥组", "Exclusive group", "structural"),
}
_METRIC: Final[Mapping[str, Field]] = {
    **_IDENTITY,
    "aliases": _WORDS["aliases"],
    "owner": _WORDS["owner"],
    "subject": _field("主题域", "Subject area", "stewardship"),
    "caliber": _field("口径", "Caliber", "stewardship"),
    "purpose": _field("用途", "Purpose", "cosmetic"),
    "definition.type": _field("指标类型", "Type of metric", "semantic"),
    "definition.dataset": _field("数据集", "Dataset", "structural"),
    "definition.measure": _field("度量", "Measure", "semantic"),
    "definition.measure.expression": _field("度量表达式", "Measure expression", "semantic"),
    "definition.measure.aggregation": _field("聚合方式", "Aggregation", "semantic"),
    "definition.measure.filter": _field("度量过滤", "Measure filter", "semantic"),
    "definition.measure.semi_additive": _field("半可加", "Semi-additive", "semantic"),
    "definition.measure.semi_additive.take": _field("取值方式", "Take", "semantic"),
    "definition.measure.semi_additive.entity": _field("计数主体", "Entity", "semantic"),
    "definition.time_column": _field("时间轴", "Time axis", "semantic"),
    "definition.base": _field("基础指标", "Base metric", "semantic"),
    "definition.modifiers": _field("修饰词", "Modifiers", "semantic"),
    "definition.period": _field("时间周期", "Period", "semantic"),
    "definition.period.to_date": _field("累计至今", "To date", "semantic"),
    "definition.period.trailing": _field("近若干期", "Trailing", "semantic"),
    "definition.period.trailing.count": _field("期数", "Count", "semantic"),
    "definition.period.trailing.unit": _field("单位", "Unit", "semantic"),
    "definition.period.shift": _field("平移", "Shift", "semantic"),
    "definition.period.shift.count": _field("期数", "Count", "semantic"),
    "definition.period.shift.unit": _field("单位", "Unit", "semantic"),
    "definition.formula": _field("公式", "Formula", "semantic"),
    "unit": _field("单位", "Unit", "semantic"),
    "decimals": _field("小数位", "Decimals", "cosmetic"),
    "direction": _field("好坏方向", "Direction", "stewardship"),
    "dimensions": _field("可用维度", "Allowed dimensions", "structural", grown="additive"),
    "smallest_grain": _field("最小粒度", "Smallest grain", "structural"),
    "fill": _field("缺值填充", "Fill", "semantic"),
    "row_set": _field("行集合", "Row set", "semantic"),
    "zero_division": _field("除零处理", "Division by zero", "semantic"),
    "sensitivity": _field("敏感级别", "Sensitivity", "protection"),
    "steward": _field("管理员", "Steward", "stewardship"),
    "tags": _field("标签", "Tags", "cosmetic"),
    "requirement": _field("业务需求", "Requirement", "cosmetic"),
    "effective_from": _field("生效日", "Effective from", "stewardship"),
    "effective_to": _field("失效日", "Effective to", "structural"),
}

FIELDS: Final[Mapping[Kind, Mapping[str, Field]]] = {
    "dataset": _DATASET,
    "relationship": _RELATIONSHIP,
    "dimension": _DIMENSION,
    "modifier": _MODIFIER,
    "metric": _METRIC,
}

CREATION: Final[Mapping[Kind, ChangeClass]] = {
    "dataset": "additive",
    "relationship": "structural",  # a new join path can make an old one ambiguous
    "dimension": "additive",
    "modifier": "additive",
    "metric": "additive",
}
"""The class of a definition that did not exist before."""

_KEY = re.compile(r"\[([^\]]*)\]")


def label_of(kind: Kind, difference: Difference) -> Text:
    """Return the path of a difference in words: `字段 sales_value · 类型`."""
    table = FIELDS[kind]
    keys = _KEY.findall(difference.path)
    words: list[Text] = []
    parts = difference.field.split(".")
    for depth in range(1, len(parts) + 1):
        found = table.get(".".join(parts[:depth]))
        if found is None:
            continue
        key = keys.pop(0) if parts[depth - 1].endswith("[]") and keys else ""
        words.append(Text(zh=f"{found.label.zh} {key}".strip(), en=f"{found.label.en} {key}".strip()))
    return Text(zh=" · ".join(word.zh for word in words), en=" · ".join(word.en for word in words))
