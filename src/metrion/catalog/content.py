"""From what was typed to a definition: every fault at once, in words that a business person understands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, JsonValue, ValidationError

from metrion.base.text import Text
from metrion.catalog.schemas import DefinitionFault, Raw
from metrion.semantic.model import (
    DatasetDef,
    Definition,
    DimensionDef,
    Kind,
    MetricDef,
    ModifierDef,
    RelationshipDef,
)

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

MODELS: Final[Mapping[Kind, type[DatasetDef | RelationshipDef | DimensionDef | ModifierDef | MetricDef]]] = {
    "dataset": DatasetDef,
    "relationship": RelationshipDef,
    "dimension": DimensionDef,
    "modifier": ModifierDef,
    "metric": MetricDef,
}

_TAGS: Final = frozenset({"kind", "type"})

_WORDS: Final[Mapping[str, Text]] = {
    "missing": Text(zh="必填。", en="This is required."),
    "extra_forbidden": Text(zh="没有这个字段。", en="There is no such field."),
    "string_type": Text(zh="应为文字。", en="This must be text."),
    "int_type": Text(zh="应为整数。", en="This must be a whole number."),
    "int_parsing": Text(zh="应为整数。", en="This must be a whole number."),
    "int_from_float": Text(zh="应为整数。", en="This must be a whole number."),
    "bool_type": Text(zh="应为是或否。", en="This must be true or false."),
    "bool_parsing": Text(zh="应为是或否。", en="This must be true or false."),
    "tuple_type": Text(zh="应为列表。", en="This must be a list."),
    "model_type": Text(zh="应为一组字段。", en="This must be a group of fields."),
    "date_from_datetime_parsing": Text(zh="应为日期，例如 2026-01-31。", en="This must be a date such as 2026-01-31."),
    "date_parsing": Text(zh="应为日期，例如 2026-01-31。", en="This must be a date such as 2026-01-31."),
}
_PATTERN: Final = Text(
    zh="应以小写字母开头，只含小写字母、数字和下划线，最多 63 个字符。",
    en="Begin with a small letter; only small letters, digits and underscores, 63 characters at most.",
)


def kind_of(raw: Raw) -> Kind | None:
    """Return the kind that a raw definition says it is, if it is one."""
    said = raw.get("kind")
    return next((kind for kind in MODELS if kind == said), None)


def parse(raw: Raw) -> tuple[Definition | None, tuple[DefinitionFault, ...]]:
    """Return the definition, or everything that keeps it from being one."""
    kind = kind_of(raw)
    if kind is None:
        known = ", ".join(MODELS)
        text = Text(zh=f"种类应为其中之一：{known}。", en=f"The kind must be one of: {known}.")
        return None, (DefinitionFault(field="kind", code="unknown_kind", text=text),)
    try:
        return MODELS[kind].model_validate(raw), ()
    except ValidationError as refusal:
        return None, tuple(_fault(error, raw) for error in refusal.errors(include_url=False))


def area_of(definition: Definition) -> str:
    """Return the code of the subject area, or of the business domain when there is none: who owns the definition."""
    subject = definition.subject if isinstance(definition, MetricDef) else None
    return subject or definition.domain


def compact(definition: BaseModel) -> Raw:
    """Return a definition as plain values in the order of its fields, without those that have their default.

    The tags of unions (`kind`, `type`) stay, so that `parse` gives back an equal definition.
    """
    fields = type(definition).model_fields
    kept: Raw = {}
    for name, field in fields.items():
        value = getattr(definition, name)
        if name in _TAGS or field.is_required() or value != field.get_default(call_default_factory=True):
            kept[name] = _compact_value(value)
    return kept


def _compact_value(value: object) -> JsonValue:
    if isinstance(value, BaseModel):
        return compact(value)
    if isinstance(value, tuple):
        return [_compact_value(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    message = f"a definition cannot hold a {type(value).__name__}"
    raise TypeError(message)


def text_at(raw: Raw, field: str) -> Text:
    """Return a bilingual text of a raw definition as far as it is there."""
    value = raw.get(field)
    if not isinstance(value, Mapping):
        return Text()
    zh, en = value.get("zh"), value.get("en")
    return Text(zh=zh if isinstance(zh, str) else "", en=en if isinstance(en, str) else "")


def string_at(raw: Raw, field: str) -> str:
    """Return a string of a raw definition, or nothing."""
    value = raw.get(field)
    return value if isinstance(value, str) else ""


def _fault(error: ErrorDetails, raw: Raw) -> DefinitionFault:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "string_pattern_mismatch":
        text = _PATTERN
    elif kind == "literal_error":
        text = Text(zh=f"应为其中之一：{context['expected']}。", en=f"This must be one of: {context['expected']}.")
    elif kind in {"union_tag_invalid", "union_tag_not_found"}:
        expected = context.get("expected_tags", "")
        text = Text(zh=f"请选择类型：{expected}。", en=f"Choose a type: {expected}.") if expected else _WORDS["missing"]
    elif kind in {"greater_than_equal", "less_than_equal"}:
        bound = context.get("ge", context.get("le"))
        least = kind == "greater_than_equal"
        text = Text(
            zh=f"不能{'小于' if least else '大于'} {bound}。",
            en=f"This must be at {'least' if least else 'most'} {bound}.",
        )
    else:
        text = _WORDS.get(kind) or Text(zh=f"格式不正确：{error['msg']}", en=error["msg"])
    return DefinitionFault(field=_path(error["loc"], raw), code=kind, text=text)


def _path(location: Sequence[str | int], raw: Raw) -> str:
    """Return the field path of a fault as a reader of the YAML counts it: without the tags of unions."""
    parts: list[str] = []
    here: object = raw
    for step in location:
        if isinstance(here, Mapping):
            if step not in here and step in {here.get("type"), here.get("kind")}:
                continue
            here = here.get(step)
        elif isinstance(here, Sequence) and not isinstance(here, str) and isinstance(step, int):
            here = here[step] if step < len(here) else None
        parts.append(str(step))
    return ".".join(parts)
