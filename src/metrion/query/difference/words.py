"""The words of a comparison, in both languages."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from metrion.base.settings import get_settings
from metrion.base.text import Text
from metrion.catalog import reads as catalog
from metrion.query.difference.schemas import FactorDetail
from metrion.semantic.condition_words import in_words
from metrion.semantic.frame import fields_of
from metrion.semantic.request import Comparison, DimensionRef, OrderBy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from metrion.identity.schemas import Actor
    from metrion.query.schemas import KeptReceipt
    from metrion.semantic.catalogue import Key
    from metrion.semantic.condition import Condition
    from metrion.semantic.model import Kind
    from metrion.semantic.request import MetricQuery

Used = tuple["int | None", str]
"""Number of a published version (None: it is unpublished) and its digest."""

VERSION: Final = Text(zh="版本", en="Version")
READ: Final = Text(zh="实时读取于", en="Read live at")
LOADED: Final = Text(zh="加载时间", en="Loaded at")
ROWS: Final = Text(zh="总行数", en="Rows")
METRIC: Final = Text(zh="指标", en="Metric")
FILTERS: Final = Text(zh="查询筛选", en="Filters")
NO_FILTER: Final = Text(zh="无", en="none")
ALL_ROWS: Final = Text(zh="全部行可见", en="all rows visible")
TIME: Final = Text(zh="时间范围", en="Time range")
TODAY: Final = Text(zh="计算日", en="Day of computing")
FILL: Final = Text(zh="缺值处理", en="Missing values")
UNIT: Final = Text(zh="单位", en="Unit")
SHAPE: Final = Text(zh="呈现方式", en="Layout of the answer")
ENGINE_NAME: Final = Text(zh="引擎", en="Engine")
ZONE: Final = Text(zh="时区", en="Time zone")
WEEK: Final = Text(zh="每周第一天", en="First day of the week")
ENGINE: Final = Text(zh="计算环境", en="Engine and calendar")
PERMISSION: Final = Text(zh="行权限", en="Row permission")
PERMISSION_A: Final = Text(zh="行权限：A 计算时 → 您现在", en="Row permission: then for A, now for you")
PERMISSION_B: Final = Text(zh="行权限：您现在 → B 计算时", en="Row permission: now for you, then for B")
UNKNOWN: Final = Text(zh="无法归因", en="Unexplained")
UNKNOWN_NOTE: Final = Text(
    zh="按凭证记录的定义、数据和条件重新计算，得到的数字与凭证不一致。",
    en="Computed again from what its receipt records, the number is not the same.",
)
MOVED_NOTE: Final = Text(
    zh="步骤只按您现在的权限计算；凭证生成后改变归属、您已无权查看的行计入此项。",
    en="Steps are computed with your present permission only; rows that have since moved out of your sight are here.",
)
UNIT_NOTE: Final = Text(zh="两个数字已换算为同一单位再比较。", en="Both numbers are compared in one unit.")
CLOSED: Final = Text(zh="您无权查看此定义的内容。", en="The content of this definition is not open to you.")

_KINDS: Final[Mapping[Kind, Text]] = {
    "dataset": Text(zh="数据集", en="dataset"),
    "relationship": Text(zh="关系", en="relationship"),
    "dimension": Text(zh="维度", en="dimension"),
    "modifier": Text(zh="修饰词", en="modifier"),
    "metric": Text(zh="指标", en="metric"),
}
_FILL_FIELDS: Final[Mapping[str, Text]] = {
    "fill": Text(zh="缺值填充", en="fill"),
    "row_set": Text(zh="行集合", en="row set"),
    "zero_division": Text(zh="除零处理", en="division by zero"),
}
_SHAPES: Final[Mapping[str, Text]] = {
    "metrics": Text(zh="一并查询的指标", en="Metrics asked together"),
    "dimensions": Text(zh="维度", en="Split by"),
    "grain": Text(zh="时间粒度", en="Grain"),
    "comparison": Text(zh="对比", en="Compared with"),
    "order": Text(zh="排序", en="Order"),
    "limit": Text(zh="最多行数", en="Most rows"),
    "totals": Text(zh="合计行", en="Totals"),
}
_MOVING: Final = frozenset({"filters", "time", "as_of"})
"""Fields of a question that are factors of their own."""


class Names:
    """Names of definitions and fields, as far as the reader may know them; else their codes."""

    def __init__(self, actor: Actor, receipts: Iterable[KeptReceipt]) -> None:
        keys: dict[Key, None] = {}
        for receipt in receipts:
            keys.update(((used.kind, used.code), None) for used in receipt.definitions)  # type: ignore[misc]
            keys.update((("metric", code), None) for code in receipt.request.metrics)
            keys.update((("dataset", used.dataset), None) for used in receipt.data)
            rules = [receipt.request.filters, *(used.row_policy for used in receipt.data)]
            fields = [field for rule in rules if rule is not None for field in fields_of(rule)]
            fields += [ref.field for ref in receipt.request.dimensions]
            keys.update((("dimension", field.rpartition(".")[2]), None) for field in fields)
        self._known = catalog.names(actor, keys)

    def of(self, key: Key) -> Text:
        """Return the name of a definition."""
        return self._known.get(key) or code(key[1])

    def field(self, field: str) -> Text:
        """Return the name of a field of a condition."""
        role, _, name = field.rpartition(".")
        known = self._known.get(("dimension", name))
        return code(field) if known is None or role else known


def code(value: object) -> Text:
    """Return what has no words of its own."""
    return Text(zh=str(value), en=str(value))


def count(number: int) -> Text:
    """Return a number of rows."""
    return code(f"{number:,}")


def moment(at: datetime) -> Text:
    """Return an instant on the company's wall clock."""
    return code(at.astimezone(ZoneInfo(get_settings().time_zone)).strftime("%Y-%m-%d %H:%M:%S"))


def definition(kind: Kind, name: Text) -> Text:
    """Return the title of a definition that differs."""
    return Text(
        zh=f"口径 · {_KINDS[kind].zh} {name.pick('zh')}", en=f"Definition · {_KINDS[kind].en} {name.pick('en')}"
    )


def data(name: Text) -> Text:
    """Return the title of a dataset whose data differs."""
    return Text(zh=f"数据 · {name.pick('zh')}", en=f"Data · {name.pick('en')}")


def metric_field(name: Text, field: str) -> Text:
    """Return the words for a field of a metric that says what stands where there is nothing."""
    word = _FILL_FIELDS[field]
    return Text(zh=f"{name.pick('zh')} · {word.zh}", en=f"{name.pick('en')} · {word.en}")


def version(used: Used | None) -> Text | None:
    """Return a version by its number, an unpublished one by its digest; None: it was not there."""
    if used is None:
        return None
    number, digest = used
    return Text(zh=f"未发布 {digest[:8]}", en=f"unpublished {digest[:8]}") if number is None else code(f"v{number}")


def condition(rule: Condition | None, names: Names, without: Text) -> Text:
    """Return a condition as a sentence."""
    return without if rule is None else in_words(rule, names.field)


def day_of(receipt: KeptReceipt) -> date:
    """Return the day on which a number was computed, where the company is."""
    return receipt.created_at.astimezone(ZoneInfo(receipt.time_zone)).date()


def times(a: KeptReceipt, b: KeptReceipt) -> Iterator[FactorDetail]:
    """Yield what differs in time: the days that were counted, and the day of computing where it plays a part."""
    if (a.time_start, a.time_end) != (b.time_start, b.time_end):
        yield FactorDetail(label=TIME, a=_days(a), b=_days(b))
    today = [day_of(each) for each in (a, b)]
    running = any(each.time_end is None or _day(each.time_end) >= min(today) for each in (a, b))
    if today[0] != today[1] and running:
        yield FactorDetail(label=TODAY, a=code(today[0]), b=code(today[1]))


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _days(receipt: KeptReceipt) -> Text:
    start, end = receipt.time_start, receipt.time_end
    if start is None and end is None:
        return Text(zh="全部时间", en="all time")
    return Text(zh=f"{start or '不限'} 至 {end or '不限'}", en=f"{start or 'open'} to {end or 'open'}")


def shapes(a: MetricQuery, b: MetricQuery, names: Names) -> Iterator[FactorDetail]:
    """Yield what differs in how the answer was laid out."""
    for field in type(a).model_fields:
        old, new = getattr(a, field), getattr(b, field)
        if old != new and field not in _MOVING and not (field == "metrics" and len(old) == len(new) == 1):
            yield FactorDetail(label=_SHAPES.get(field, code(field)), a=_shape(old, names), b=_shape(new, names))


def _shape(value: object, names: Names) -> Text | None:
    if isinstance(value, bool):
        return Text(zh="有", en="yes") if value else Text(zh="无", en="no")
    if isinstance(value, tuple):
        parts = [_part(item, names) for item in value]
        return Text(zh="、".join(part.zh for part in parts), en=", ".join(part.en for part in parts)) if parts else None
    return None if value is None else _part(value, names)


def _part(value: object, names: Names) -> Text:
    if isinstance(value, DimensionRef):
        name = names.field(value.field)
        grain = f" ({value.grain})" if value.grain else ""
        return Text(zh=name.pick("zh") + grain, en=name.pick("en") + grain)
    if isinstance(value, OrderBy):
        return Text(
            zh=f"{value.by}{' 降序' if value.descending else ''}",
            en=f"{value.by}{' from high to low' if value.descending else ''}",
        )
    if isinstance(value, Comparison):
        return code(value.kind if value.shift is None else f"-{value.shift.count} {value.shift.unit}")
    return code(value)
