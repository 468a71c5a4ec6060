"""MetricFlow's references, `{{ Dimension('listing__country') }}` in filters and `Metric('bookings')` in saved queries.

They look like Python calls and are read with Python's own parser, never run.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.metricflow.manifest import singular

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEMPLATE: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_KINDS: Final = frozenset({"Dimension", "TimeDimension", "Entity", "Metric"})
_SEPARATOR: Final = "__"
METRIC_TIME: Final = "metric_time"


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference: what it names, and how it is cut."""

    kind: str
    links: tuple[str, ...]
    element: str
    grain: str | None = None
    part: str | None = None
    group_by: tuple[str, ...] = ()
    """Of a metric in a filter: the entities by which it is computed."""
    descending: bool = False

    @property
    def is_metric_time(self) -> bool:
        """Tell whether it is the time axis of whatever metric it meets."""
        return self.element == METRIC_TIME and not self.links


def split_address(address: str) -> tuple[tuple[str, ...], str]:
    """Return the entities on the way and what is meant at its end."""
    *links, element = address.lower().split(_SEPARATOR)
    return tuple(links), element


def parse_reference(text: str) -> Reference:
    """Return the reference that a text is; raises `NotExpressible`."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as fault:
        raise _unreadable(text) from fault
    return _read(tree, text)


def _read(tree: ast.expr, text: str) -> Reference:
    if not isinstance(tree, ast.Call):
        raise _unreadable(text)
    named = {keyword.arg: _value(keyword.value, text) for keyword in tree.keywords if keyword.arg}
    values = [_value(argument, text) for argument in tree.args]
    if isinstance(tree.func, ast.Attribute):
        return _modified(_read(tree.func.value, text), tree.func.attr, values, named, text)
    kind = tree.func.id if isinstance(tree.func, ast.Name) else ""
    if kind not in _KINDS:
        raise _unreadable(text)
    return _made(kind, values, named, text)


def _made(kind: str, values: list[object], named: Mapping[str, object], text: str) -> Reference:
    name = values[0] if values else named.get("name", named.get("dimension_name", named.get("metric_name")))
    if not isinstance(name, str):
        raise _unreadable(text)
    second = values[1] if len(values) > 1 else None
    links, element = split_address(name)
    path = named.get("entity_path")
    if kind == "Metric":
        groups = second if second is not None else named.get("group_by", ())
        return Reference(kind, (), name, group_by=_texts(groups))
    if kind == "TimeDimension":
        grain = second or named.get("time_granularity_name") or named.get("granularity")
        path = values[2] if len(values) > 2 else path  # noqa: PLR2004 - name, grain, path
        part = named.get("date_part_name")
        return Reference(
            kind, (*_texts(path), *links), element, grain=_unit(grain), part=part if isinstance(part, str) else None
        )
    path = second if second is not None else path
    return Reference(kind, (*_texts(path), *links), element)


def _modified(
    before: Reference, method: str, values: list[object], named: Mapping[str, object], text: str
) -> Reference:
    value = values[0] if values else next(iter(named.values()), None)
    fields = {slot: getattr(before, slot) for slot in Reference.__slots__}
    if method == "grain":
        fields["grain"] = _unit(value)
    elif method == "date_part":
        fields["part"] = str(value).lower()
    elif method == "descending":
        fields["descending"] = bool(value)
    else:
        raise _unreadable(text)
    return Reference(**fields)


def _unit(value: object) -> str | None:
    return singular(value) if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(each) for each in value) if isinstance(value, (list, tuple)) else ()


def _value(node: ast.expr, text: str) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError as fault:
        raise _unreadable(text) from fault


def _unreadable(text: str) -> NotExpressible:
    shown = " ".join(text.split())[:80]
    return NotExpressible(zh=f"引用“{shown}”", en=f"the reference “{shown}”")


def references_in(sql: str) -> tuple[str, dict[str, Reference]]:
    """Return a filter with a plain name in the place of each reference, and what the names stand for."""
    found: dict[str, Reference] = {}

    def replace(match: re.Match[str]) -> str:
        name = f"reference_{len(found)}_"
        found[name] = parse_reference(match.group(1))
        return name

    return _TEMPLATE.sub(replace, sql), found


def reference_of_column(name: str, grains: frozenset[str]) -> Reference:
    """Return what a column of an answer names: `listing__ds__month`, `metric_time__extract_dow`."""
    links, element = split_address(name)
    if element.startswith("extract_") and links:
        return Reference("TimeDimension", links[:-1], links[-1], part=element.removeprefix("extract_"))
    if element in grains and links:
        return Reference("TimeDimension", links[:-1], links[-1], grain=element)
    return Reference("Dimension", links, element)
