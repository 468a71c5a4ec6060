"""What each field of a definition is called, and what a change of it really does. A table, reviewed like code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metrion.base.text import Text
from metrion.governance.fields.calculation import CALCULATION
from metrion.governance.fields.field import Field, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.governance.diff import Difference
    from metrion.governance.schemas import ChangeClass
    from metrion.semantic.model import Kind


_IDENTITY: Final[Mapping[str, Field]] = {
    "kind": field("种类", "Kind", "structural"),
    "code": field("编码", "Code", "structural"),
    "name": field("名称", "Name", "cosmetic"),
    "domain": field("业务域", "Business domain", "stewardship"),
}
_WORDS: Final[Mapping[str, Field]] = {
    "aliases": field("别名", "Aliases", "cosmetic"),
    "description": field("说明", "Description", "cosmetic"),
    "owner": field("负责人", "Owner", "stewardship"),
}

_DATASET: Final[Mapping[str, Field]] = {
    **_IDENTITY,
    "description": _WORDS["description"],
    "owner": _WORDS["owner"],
    "shape": field("表的类型", "Shape", "structural"),
    "source.kind": field("来源类型", "Kind of source", "drift"),
    "source.table": field("来源表", "Source table", "drift"),
    "source.connection": field("数据库连接", "Connection", "drift"),
    "source.sql": field("查询语句", "SQL", "semantic"),
    "source.metrics": field("来源指标", "Source metrics", "semantic"),
    "source.dimensions": field("来源维度", "Source dimensions", "structural"),
    "source.grain": field("来源时间粒度", "Source grain", "structural"),
    "source.filters": field("来源过滤", "Source filter", "semantic"),
    "columns": field("字段", "Columns", "cosmetic"),
    "columns[]": field("字段", "Column", "structural", added="additive"),
    "columns[].name": field("字段名", "Column name", "structural"),
    "columns[].type": field("类型", "Type", "drift"),
    "columns[].label": field("显示名", "Label", "cosmetic"),
    "columns[].description": field("说明", "Description", "cosmetic"),
    "columns[].sensitive": field("敏感", "Sensitive", "protection"),
    "columns[].expression": field("计算公式", "Expression", "semantic"),
    "primary_key": field("主键", "Primary key", "structural"),
    "time_columns": field("时间字段", "Time columns", "structural"),
    "time_grain": field("时间精度", "Grain of the time columns", "structural"),
    "validity": field("有效期", "Validity", "structural"),
    "validity.start": field("有效期起", "Valid from", "structural"),
    "validity.end": field("有效期止", "Valid until", "structural"),
    "levels": field("日历层级", "Calendar levels", "cosmetic"),
    "levels[]": field("日历层级", "Calendar level", "structural", added="additive"),
    "levels[].code": field("编码", "Code", "structural"),
    "levels[].name": field("名称", "Name", "cosmetic"),
    "levels[].column": field("期间字段", "Column of the period", "semantic"),
    "levels[].position": field("期内位置字段", "Column of the place in it", "semantic"),
    "working_day": field("工作日字段", "Working days", "semantic"),
    "anchor": field("相对时间的终点", "End of relative time", "semantic"),
    "row_access": field("行权限", "Row access", "protection"),
    "real": field("真实数据", "Real data", "stewardship"),
}
_RELATIONSHIP: Final[Mapping[str, Field]] = {
    **_IDENTITY,
    "from_dataset": field("多方数据集", "Many side", "structural"),
    "to_dataset": field("一方数据集", "One side", "structural"),
    "columns": field("关联字段", "Join columns", "cosmetic"),
    "columns[]": field("关联字段", "Join columns", "structural"),
    "columns[].many": field("多方字段", "Column of the many side", "structural"),
    "columns[].one": field("一方字段", "Column of the one side", "structural"),
    "role": field("角色", "Role", "structural"),
    "valid_at": field("历史时点字段", "Valid at", "semantic"),
    "backwards": field("反向拆分", "Backwards", "structural"),
    "weight": field("分摊权重", "Weight", "semantic"),
}
_DIMENSION: Final[Mapping[str, Field]] = {
    **_IDENTITY,
    **_WORDS,
    "bindings": field("绑定字段", "Bindings", "cosmetic"),
    "bindings[]": field("绑定字段", "Binding", "structural", added="additive"),
    "bindings[].dataset": field("数据集", "Dataset", "structural"),
    "bindings[].column": field("字段", "Column", "structural"),
    "parent": field("上级维度", "Parent dimension", "structural"),
}
_MODIFIER: Final[Mapping[str, Field]] = {
    **_IDENTITY,
    **_WORDS,
    "condition": field("条件", "Condition", "semantic"),
    "exclusive_group": field("互斥组", "Exclusive group", "structural"),
}
_METRIC: Final[Mapping[str, Field]] = {
    **_IDENTITY,
    "aliases": _WORDS["aliases"],
    "owner": _WORDS["owner"],
    "subject": field("主题域", "Subject area", "stewardship"),
    "caliber": field("口径", "Caliber", "stewardship"),
    "purpose": field("用途", "Purpose", "cosmetic"),
    **CALCULATION,
    "extends": field("基于指标", "Extends", "semantic"),
    "extends.metric": field("基于指标", "Extended metric", "semantic"),
    "extends.fields": field("沿用的字段", "Inherited fields", "semantic"),
    "unit": field("单位", "Unit", "semantic"),
    "decimals": field("小数位", "Decimals", "cosmetic"),
    "direction": field("好坏方向", "Direction", "stewardship"),
    "dimensions": field("可用维度", "Allowed dimensions", "structural", grown="additive"),
    "smallest_grain": field("最小粒度", "Smallest grain", "structural"),
    "fill": field("缺值填充", "Fill", "semantic"),
    "row_set": field("行集合", "Row set", "semantic"),
    "zero_division": field("除零处理", "Division by zero", "semantic"),
    "sensitivity": field("敏感级别", "Sensitivity", "protection"),
    "steward": field("管理员", "Steward", "stewardship"),
    "tags": field("标签", "Tags", "cosmetic"),
    "requirement": field("业务需求", "Requirement", "cosmetic"),
    "effective_from": field("生效日", "Effective from", "stewardship"),
    "effective_to": field("失效日", "Effective to", "structural"),
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
