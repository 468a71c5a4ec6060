"""The words of the metadata documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.base.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: Final[Mapping[str, Text]] = {
    "library": Text(zh="指标库元数据文档", en="Metadata of the metric library"),
    "metrics": Text(zh="{count} 个指标", en="{count} metrics"),
    "made_at": Text(zh="生成时间", en="Generated"),
    "meaning": Text(zh="业务含义", en="Meaning"),
    "code": Text(zh="编码", en="Code"),
    "aliases": Text(zh="别名", en="Aliases"),
    "purpose": Text(zh="用途", en="Purpose"),
    "requirement": Text(zh="业务需求", en="Requirement"),
    "definition": Text(zh="定义", en="Definition"),
    "type": Text(zh="类型", en="Type"),
    "dataset": Text(zh="数据集", en="Dataset"),
    "filter": Text(zh="限定条件", en="Filter"),
    "time_axis": Text(zh="时间轴", en="Time axis"),
    "base": Text(zh="基础指标", en="Base metric"),
    "modifiers": Text(zh="修饰词", en="Modifiers"),
    "period": Text(zh="时间周期", en="Period"),
    "to_date": Text(zh="本{unit}累计", en="{unit} to date"),
    "trailing": Text(zh="近 {count} {unit}", en="trailing {count} {unit}"),
    "shift": Text(zh="前移 {count} {unit}", en="shifted back {count} {unit}"),
    "properties": Text(zh="属性", en="Properties"),
    "unit": Text(zh="单位", en="Unit"),
    "decimals": Text(zh="小数位", en="Decimals"),
    "direction": Text(zh="好坏方向", en="Direction"),
    "smallest_grain": Text(zh="最小粒度", en="Smallest grain"),
    "additivity": Text(zh="可加性", en="Additivity"),
    "dimensions": Text(zh="可用维度", en="Dimensions"),
    "tags": Text(zh="标签", en="Tags"),
    "status": Text(zh="状态", en="Status"),
    "lineage": Text(zh="血缘", en="Lineage"),
    "rests_on": Text(zh="来源", en="Rests on"),
    "used_by": Text(zh="被引用", en="Used by"),
    "generated": Text(
        zh="注意：其底层数据集为演示生成的数据，不是真实业务数据。",
        en="Note: a dataset under it holds generated demonstration data, not real business data.",
    ),
    "answering": Text(zh="归属与责任", en="Ownership"),
    "domain": Text(zh="业务域", en="Business domain"),
    "owner": Text(zh="负责人", en="Owner"),
    "steward": Text(zh="维护人", en="Steward"),
    "history": Text(zh="版本", en="Versions"),
    "version": Text(zh="版本", en="Version"),
    "in_force_from": Text(zh="生效时间", en="In force from"),
    "in_force_to": Text(zh="失效时间", en="Until"),
    "author": Text(zh="作者", en="Author"),
    "digest": Text(zh="内容摘要", en="Digest"),
    "permission": Text(zh="权限说明", en="Permission"),
    "sensitivity": Text(zh="密级", en="Sensitivity"),
    "reader_note": Text(
        zh="在“{area}”所属部门及其下级部门拥有“查看指标”权限的人员可见。",
        en="Open to people who may read metrics in the department of “{area}” or below it.",
    ),
    "restricted_note": Text(
        zh="受限指标：仅负责人、维护人以及“{area}”所属部门的起草人和审批人可见。",
        en="Restricted: open to its owner, its steward, and people who draft or decide in the department of “{area}”.",
    ),
    "row_note": Text(
        zh="数值按查看人的行级权限计算，不同人员看到的数值可能不同；每个数值的凭证中列明所用权限。",
        en="Numbers are computed under the reader's row policy and may differ between readers; each receipt states it.",
    ),
}
TYPES: Final[Mapping[str, Text]] = {
    "atomic": Text(zh="原子指标", en="Atomic metric"),
    "derived": Text(zh="派生指标", en="Derived metric"),
    "composite": Text(zh="复合指标", en="Composite metric"),
}
DIRECTIONS: Final[Mapping[str, Text]] = {
    "higher": Text(zh="越高越好", en="Higher is better"),
    "lower": Text(zh="越低越好", en="Lower is better"),
    "neutral": Text(zh="中性", en="Neutral"),
}
SENSITIVITIES: Final[Mapping[str, Text]] = {
    "public": Text(zh="公开", en="Public"),
    "internal": Text(zh="内部", en="Internal"),
    "restricted": Text(zh="受限", en="Restricted"),
}
GRAINS: Final[Mapping[str, Text]] = {
    "day": Text(zh="日", en="day"),
    "week": Text(zh="周", en="week"),
    "month": Text(zh="月", en="month"),
    "quarter": Text(zh="季", en="quarter"),
    "year": Text(zh="年", en="year"),
}
STATUSES: Final[Mapping[str, Text]] = {
    "published": Text(zh="已发布", en="Published"),
    "deprecated": Text(zh="已弃用", en="Deprecated"),
}
