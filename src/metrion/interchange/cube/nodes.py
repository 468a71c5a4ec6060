"""YAML of a Cube project, with the line of everything, by YAML 1.2's core rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import yaml

from metrion.interchange.foreign.errors import BadForeignFile

if TYPE_CHECKING:
    from collections.abc import Iterator

_CAPITAL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TEMPLATE: Final = re.compile(r"\{%|\{\{")


class Fields(dict[str, object]):
    """One group of fields and the line it begins in."""

    line: int = 1


class _Loader(yaml.SafeLoader):
    """Dates and `yes` are text."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


def _fields(loader: _Loader, node: yaml.MappingNode) -> Fields:
    found = Fields({str(key): value for key, value in loader.construct_mapping(node, deep=True).items()})
    found.line = node.start_mark.line + 1
    return found


_Loader.add_constructor("tag:yaml.org,2002:map", _fields)
for _tag, _pattern, _first in (
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?[0-9]+$", list("-+0123456789")),
    ("float", r"^[-+]?[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?$", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


def read_yaml(file: str, text: str) -> Fields:
    """Return the fields of a file; raises `BadForeignFile` with the line."""
    if (found := _TEMPLATE.search(text)) is not None:
        line = text.count("\n", 0, found.start()) + 1
        raise BadForeignFile(
            file=file, line=line, zh="Jinja 模板须先展开。", en="Jinja templates must be rendered first."
        )
    try:
        content = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as refusal:
        mark = refusal.problem_mark or refusal.context_mark
        reason = refusal.problem or ""
        raise BadForeignFile(
            file=file,
            line=mark.line + 1 if mark else 1,
            zh=f"不是 YAML（{reason}）。",
            en=f"this is not YAML ({reason}).",
        ) from refusal
    except (yaml.YAMLError, RecursionError, ValueError) as refusal:
        raise BadForeignFile(file=file, line=1, zh="不是 YAML。", en="this is not YAML.") from refusal
    if content is None:
        return Fields()
    if not isinstance(content, Fields):
        raise BadForeignFile(file=file, line=1, zh="应为一组字段。", en="a group of fields belongs here.")
    return content


def keyword(written: object) -> str:
    """Return a keyword in Cube's spelling with underscores: `countDistinct` is `count_distinct`."""
    return _CAPITAL.sub("_", str(written)).lower()


def spelled(fields: Fields) -> Fields:
    """Return the fields with their names in the spelling with underscores."""
    found = Fields({keyword(name): value for name, value in fields.items()})
    found.line = fields.line
    return found


def named(value: object) -> Iterator[tuple[str, Fields]]:
    """Yield the members of a list with names, or of a group by name."""
    if isinstance(value, Fields):
        for name, one in value.items():
            yield str(name), spelled(one) if isinstance(one, Fields) else Fields()
    elif isinstance(value, list):
        for one in value:
            if isinstance(one, Fields):
                fields = spelled(one)
                yield str(fields.get("name", "")), fields


def texts(value: object) -> tuple[str, ...]:
    """Return one text or a list of texts."""
    if value is None:
        return ()
    return tuple(str(one) for one in value) if isinstance(value, list) else (str(value),)


def text(value: object) -> str:
    """Return a text; truth values and numbers as they are written."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
