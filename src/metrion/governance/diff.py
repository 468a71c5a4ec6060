"""The typed difference of two definitions, field by field. Pure.

A path is written `definition.measure.filter`; members of keyed lists are `columns[sales_value].type`.
The matching `field` leaves the key out (`columns[].type`): it is what the table of fields is about.
Two definitions have a difference exactly when their digests differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel, JsonValue

from metrion.base.text import Text
from metrion.semantic import condition
from metrion.semantic.model import Binding, CalendarLevel, Column, ColumnPair, Definition, Input

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LEAVES: Final = (
    Text,
    condition.Compare,
    condition.OneOf,
    condition.IsNull,
    condition.Match,
    condition.Formula,
    condition.And,
    condition.Or,
    condition.Not,
)
"""Models that are compared as one value: nobody reads half a sentence or half a condition."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs. `old` is None when added, `new` is None when removed."""

    path: str
    field: str
    kind: Literal["added", "removed", "changed"]
    old: JsonValue = None
    new: JsonValue = None


def differences(old: Definition | None, new: Definition) -> tuple[Difference, ...]:
    """Return what differs, in the order of the model's fields. `old` None: everything filled in is added."""
    if old is None:
        return tuple(each for each in _compare("", "", None, new, type(new)) if not _blank(each.new))
    if type(old) is not type(new):
        message = f"a {old.kind} cannot become a {new.kind}"
        raise TypeError(message)
    return tuple(_compare("", "", old, new, type(new)))


def _compare(
    path: str, field: str, old: BaseModel | None, new: BaseModel | None, *models: type[BaseModel]
) -> Iterator[Difference]:
    names = dict.fromkeys(name for model in models for name in model.model_fields)
    for name in names:
        before, after = getattr(old, name, None), getattr(new, name, None)
        yield from _compare_value(
            f"{path}.{name}" if path else name, f"{field}.{name}" if field else name, before, after
        )


def _compare_value(path: str, field: str, old: object, new: object) -> Iterator[Difference]:
    if _is_part(old) and _is_part(new):
        yield from _compare(path, field, old, new, *dict.fromkeys((type(old), type(new))))  # type: ignore[arg-type]
    elif _is_list(old) or _is_list(new):
        yield from _compare_list(path, field, _keyed(old), _keyed(new))
    elif old != new or type(old) is not type(new):
        yield _made(path, field, old, new)


def _compare_list(
    path: str, field: str, old: Mapping[str, BaseModel], new: Mapping[str, BaseModel]
) -> Iterator[Difference]:
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key), new.get(key)
        here, each = f"{path}[{key}]", f"{field}[]"
        if before is None or after is None:
            yield _made(here, each, before, after)
        else:
            yield from _compare(here, each, before, after, type(after))
    kept_old, kept_new = [key for key in old if key in new], [key for key in new if key in old]
    if kept_old != kept_new:
        yield Difference(path=path, field=field, kind="changed", old=list(old), new=list(new))


def _made(path: str, field: str, old: object, new: object) -> Difference:
    kind: Literal["added", "removed", "changed"] = "added" if old is None else "removed" if new is None else "changed"
    return Difference(path=path, field=field, kind=kind, old=_plain(old), new=_plain(new))


def _is_part(value: object) -> bool:
    return isinstance(value, BaseModel) and not isinstance(value, LEAVES)


def _is_list(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and all(_is_part(item) for item in value)


def _keyed(value: object) -> dict[str, BaseModel]:
    items = value if isinstance(value, tuple) else ()
    keyed: dict[str, BaseModel] = {}
    for item in items:
        key = name = _key(item)
        repeat = 2
        while key in keyed:
            key, repeat = f"{name}#{repeat}", repeat + 1
        keyed[key] = item
    return keyed


def _key(item: object) -> str:
    match item:
        case Column() | Input():
            return item.name
        case CalendarLevel():
            return item.code
        case Binding():
            return f"{item.dataset}.{item.column}"
        case ColumnPair():
            return f"{item.many}={item.one}"
    message = f"no key is known for a list of {type(item).__name__}"
    raise TypeError(message)


def _plain(value: object) -> JsonValue:
    if isinstance(value, BaseModel):
        plain: JsonValue = value.model_dump(mode="json")
        return plain
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)


def _blank(value: JsonValue) -> bool:
    return value in (None, "", []) or value == {"zh": "", "en": ""}


# --- the fields that exist --------------------------------------------------------------------------


def fields_of(model: type[BaseModel]) -> frozenset[str]:
    """Return every field in which two contents of `model` can differ, as `Difference.field` names it."""
    return frozenset(_walk(model, ""))


def _walk(model: type[BaseModel], prefix: str, *, alternative: bool = False) -> Iterator[str]:
    """Yield the fields below `prefix`; `alternative` when another model can stand in this one's place."""
    for name, info in model.model_fields.items():
        yield from _walk_type(info.annotation, f"{prefix}.{name}" if prefix else name, alternative=alternative)


def _walk_type(annotation: object, field: str, *, alternative: bool) -> Iterator[str]:
    members = list(_members(annotation))
    models = [member for member in members if _is_part_type(member)]
    if not models:
        yield field
        for member in members:
            item = next(iter(get_args(member)), None) if get_origin(member) is tuple else None
            if _is_part_type(item):
                yield f"{field}[]"
                yield from _walk(item, f"{field}[]")
        return
    if alternative or type(None) in members:
        yield field  # the whole part can come and go
    for found in models:
        yield from _walk(found, field, alternative=len(models) > 1)


def _is_part_type(found: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(found, type) and issubclass(found, BaseModel) and found not in LEAVES


def _members(annotation: object) -> Iterator[object]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _members(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for part in get_args(annotation):
            yield from _members(part)
    else:
        yield annotation
