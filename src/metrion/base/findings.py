"""What a validator finds, in words that a person can read in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from metrion.base.text import Text

# pydantic error type -> words. Places are filled from the finding's context.
_WORDS: Final[dict[str, Text]] = {
    "missing": Text(zh="必填", en="is required"),
    "extra_forbidden": Text(zh="不是可识别的字段", en="is not a known field"),
    "string_type": Text(zh="应为文本", en="must be text"),
    "string_too_short": Text(zh="至少需要 {min_length} 个字符", en="must have at least {min_length} characters"),
    "string_too_long": Text(zh="最多 {max_length} 个字符", en="must have at most {max_length} characters"),
    "string_pattern_mismatch": Text(zh="格式不正确，应匹配 {pattern}", en="must match {pattern}"),
    "int_type": Text(zh="应为整数", en="must be a whole number"),
    "int_parsing": Text(zh="应为整数", en="must be a whole number"),
    "int_from_float": Text(zh="应为整数", en="must be a whole number"),
    "float_type": Text(zh="应为数字", en="must be a number"),
    "float_parsing": Text(zh="应为数字", en="must be a number"),
    "finite_number": Text(zh="应为有限的数字", en="must be a finite number"),
    "bool_type": Text(zh="应为是或否", en="must be true or false"),
    "bool_parsing": Text(zh="应为是或否", en="must be true or false"),
    "date_from_datetime_parsing": Text(zh="应为日期，例如 2026-01-31", en="must be a date such as 2026-01-31"),
    "date_parsing": Text(zh="应为日期，例如 2026-01-31", en="must be a date such as 2026-01-31"),
    "date_type": Text(zh="应为日期，例如 2026-01-31", en="must be a date such as 2026-01-31"),
    "datetime_parsing": Text(
        zh="应为时间，例如 2026-01-31T08:00:00Z", en="must be a time such as 2026-01-31T08:00:00Z"
    ),
    "uuid_parsing": Text(zh="应为编号 (UUID)", en="must be an id (UUID)"),
    "enum": Text(zh="应为以下之一：{expected}", en="must be one of {expected}"),
    "literal_error": Text(zh="应为以下之一：{expected}", en="must be one of {expected}"),
    "union_tag_invalid": Text(
        zh="类型应为以下之一：{expected_tags}", en="has a kind that is not one of {expected_tags}"
    ),
    "union_tag_not_found": Text(zh="缺少类型字段 {discriminator}", en="does not say its kind ({discriminator})"),
    "list_type": Text(zh="应为列表", en="must be a list"),
    "tuple_type": Text(zh="应为列表", en="must be a list"),
    "dict_type": Text(zh="应为对象", en="must be an object"),
    "model_type": Text(zh="应为对象", en="must be an object"),
    "model_attributes_type": Text(zh="应为对象", en="must be an object"),
    "too_short": Text(zh="至少需要 {min_length} 项", en="must have at least {min_length} items"),
    "too_long": Text(zh="最多 {max_length} 项", en="must have at most {max_length} items"),
    "greater_than": Text(zh="必须大于 {gt}", en="must be greater than {gt}"),
    "greater_than_equal": Text(zh="必须不小于 {ge}", en="must be at least {ge}"),
    "less_than": Text(zh="必须小于 {lt}", en="must be less than {lt}"),
    "less_than_equal": Text(zh="必须不大于 {le}", en="must be at most {le}"),
    "json_invalid": Text(zh="不是有效的 JSON", en="is not valid JSON"),
}
_OTHER: Final = Text(zh="取值不正确", en="does not have the asked form")
_OWN: Final = frozenset({"value_error", "assertion_error"})
"""Raised by our own validators: their sentence follows a word of pydantic's."""


def reason_of(finding: Mapping[str, object]) -> Text:
    """Return what is wrong, to be put after the name of the field, for one finding (`type`, `msg`, `ctx`)."""
    kind = str(finding.get("type", ""))
    context = finding.get("ctx")
    places = context if isinstance(context, Mapping) else {}
    if kind in _OWN:
        reason = str(finding.get("msg", "")).partition(", ")[2]
        return Text(zh=reason, en=reason) if reason else _OTHER
    words = _WORDS.get(kind, _OTHER)
    return Text(zh=_fill(words.pick("zh"), places), en=_fill(words.pick("en"), places))


def _fill(template: str, context: Mapping[str, object]) -> str:
    try:
        return template.format_map(context)
    except KeyError:
        return template
