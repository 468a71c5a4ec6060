"""A condition as a sentence in Chinese and English, for policies, receipts and definitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from metrion.base.text import Text
from metrion.semantic.condition import (
    And,
    Compare,
    Condition,
    Formula,
    IsNull,
    Match,
    Not,
    OneOf,
    Or,
    PersonValue,
    RelativeDay,
    Scalar,
)

Label = Callable[[str], Text]

ALL_ROWS: Final = Text(zh="全部数据", en="all rows")
NO_ROWS: Final = Text(zh="无任何数据", en="no rows")

_OPERATORS: Final = {
    "eq": Text(zh="等于", en="is"),
    "ne": Text(zh="不等于", en="is not"),
    "lt": Text(zh="小于", en="is less than"),
    "le": Text(zh="小于等于", en="is at most"),
    "gt": Text(zh="大于", en="is greater than"),
    "ge": Text(zh="大于等于", en="is at least"),
}
_MATCHES: Final = {
    "contains": (Text(zh="包含", en="contains"), Text(zh="不包含", en="does not contain")),
    "starts": (Text(zh="开头是", en="starts with"), Text(zh="开头不是", en="does not start with")),
    "ends": (Text(zh="结尾是", en="ends with"), Text(zh="结尾不是", en="does not end with")),
}


def field_itself(field: str) -> Text:
    """Name a field by its code, where no better name is known."""
    return Text(zh=field, en=field)


def in_words(condition: Condition, label: Label = field_itself) -> Text:
    """Return the sentence; `label` names the fields."""
    words: Text
    match condition:
        case Compare():
            words = _sentence(label(condition.field), _OPERATORS[condition.op], _value(condition.value))
        case OneOf():
            words = _one_of(condition, label(condition.field))
        case IsNull():
            empty = Text(zh="不为空", en="is not empty") if condition.negated else Text(zh="为空", en="is empty")
            words = _sentence(label(condition.field), empty, Text())
        case Match():
            word = _MATCHES[condition.how][condition.negated]
            words = _sentence(label(condition.field), word, _quoted(condition.text))
        case Formula(formula=formula):
            words = Text(zh=f"满足 {formula}", en=f"fulfils {formula}")
        case And():
            words = _joined(condition.items, label, ("且", "and"), ALL_ROWS)
        case Or():
            words = _joined(condition.items, label, ("或", "or"), NO_ROWS)
        case Not():
            inner = in_words(condition.item, label)
            words = Text(zh=f"并非（{inner.zh}）", en=f"not ({inner.en})")
    return words


def _sentence(field: Text, word: Text, value: Text) -> Text:
    return Text(
        zh=f"{field.pick('zh')}{word.zh}{value.zh}", en=" ".join(filter(None, (field.pick("en"), word.en, value.en)))
    )


def _one_of(condition: OneOf, field: Text) -> Text:
    if isinstance(condition.values, PersonValue):
        value = _value(condition.values)
    elif not condition.values:
        return ALL_ROWS if condition.negated else NO_ROWS
    else:
        shown = [_value(item) for item in condition.values]
        value = Text(zh="、".join(item.zh for item in shown), en=", ".join(item.en for item in shown))
    word = Text(zh="不属于", en="is none of") if condition.negated else Text(zh="属于", en="is one of")
    return _sentence(field, word, value)


def _joined(items: Sequence[Condition], label: Label, word: tuple[str, str], empty: Text) -> Text:
    if not items:
        return empty
    parts = [in_words(item, label) for item in items]
    if len(parts) == 1:
        return parts[0]
    nested = [isinstance(item, (And, Or)) and len(item.items) > 1 for item in items]
    zh = [f"({part.zh})" if wrap else part.zh for part, wrap in zip(parts, nested, strict=True)]
    en = [f"({part.en})" if wrap else part.en for part, wrap in zip(parts, nested, strict=True)]
    return Text(zh=f" {word[0]} ".join(zh), en=f" {word[1]} ".join(en))


def _quoted(text: str) -> Text:
    return Text(zh=f"“{text}”", en=f"“{text}”")


def _value(value: Scalar | PersonValue | RelativeDay) -> Text:
    if isinstance(value, RelativeDay):
        return _day(value.today)
    if isinstance(value, PersonValue):
        return Text(zh=f"本人的“{value.person}”", en=f"the person's “{value.person}”")
    if isinstance(value, bool):
        return Text(zh="是", en="true") if value else Text(zh="否", en="false")
    return _quoted(value) if isinstance(value, str) else Text(zh=str(value), en=str(value))


def _day(days: int) -> Text:
    """Name a day by its distance from today."""
    if days == 0:
        return Text(zh="今天", en="today")
    many = f"{abs(days)} day" if abs(days) == 1 else f"{abs(days)} days"
    if days < 0:
        return Text(zh=f"{-days}天前", en=f"{many} ago")
    return Text(zh=f"{days}天后", en=f"in {many}")
