"""Definitions as canonical YAML and back, without loss, and with a line and a column for every fault.

The text is read by YAML 1.2's core rules: `no` and `2026-01-31` are text, only `true` and `false` are truth
values. The writer quotes whatever any YAML reader could take for something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING, Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from metrion.base.text import Text
from metrion.catalog.content import MODELS, compact, kind_of, parse
from metrion.interchange.schemas import YamlFault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic import JsonValue

    from metrion.catalog.schemas import DefinitionFault, Raw
    from metrion.semantic.model import Definition

_WIDTH: Final = 100
_MOST_DIGITS: Final = 18
_ODD_BREAKS: Final = re.compile("[\r\x85\u2028\u2029]")
_CORE: Final[Mapping[str, tuple[str, re.Pattern[str], str]]] = {
    "null": ("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), "~nN\0"),
    "bool": ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF"),
    "int": ("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), "-+0123456789"),
    "float": (
        "tag:yaml.org,2002:float",
        re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"),
        "-+.0123456789",
    ),
}


class _Writer(yaml.SafeDumper):
    """Block style, Chinese as it is, long texts as literal blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002
        """Indent the items of lists below their key."""
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the base class asks with it
        """Write equal parts in full each time."""
        return True


class _Reader(yaml.SafeLoader):
    """Composes nodes by the core rules only."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


def _text(writer: _Writer, value: str) -> ScalarNode:
    style = '"' if _ODD_BREAKS.search(value) else "|" if "\n" in value else None
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Writer.add_representer(str, _text)
for _tag, _pattern, _first in _CORE.values():
    _Reader.add_implicit_resolver(_tag, _pattern, [character if character != "\0" else "" for character in _first])
    _Writer.add_implicit_resolver(_tag, _pattern, [character if character != "\0" else "" for character in _first])


@dataclass(frozen=True, slots=True)
class Document:
    """One definition of a text: as it was written, its normal form, and what is wrong with it."""

    raw: Raw
    definition: Definition | None
    faults: tuple[YamlFault, ...]
    line: int
    places: Mapping[str, tuple[int, int]]
    """Field path -> line and column, both from 1."""
    last_line: int

    def place(self, field: str) -> tuple[int, int]:
        """Return where a field is written, or the nearest part around it."""
        parts = field.split(".")
        for end in range(len(parts), 0, -1):
            if (found := self.places.get(".".join(parts[:end]))) is not None:
                return found
        return self.line, 1

    def holds(self, line: int) -> bool:
        """Tell whether a line of the text belongs to this document."""
        return self.line <= line <= self.last_line

    def located(self, fault: DefinitionFault) -> YamlFault:
        """Return a fault with its place in the text."""
        line, column = self.place(fault.field)
        return YamlFault(
            line=line, column=column, field=fault.field, code=fault.code, text=fault.text, remedy=fault.remedy
        )


def to_yaml(content: Definition | Raw) -> str:
    """Return the canonical text of a definition, or of a draft as far as it is written."""
    if isinstance(content, dict):
        definition, _ = parse(content)
        plain = compact(definition) if definition is not None else _ordered(content)
    else:
        plain = compact(content)
    return plain_yaml(plain)


def plain_yaml(plain: Raw) -> str:
    """Return plain values as canonical text."""
    return str(
        yaml.dump(plain, Dumper=_Writer, allow_unicode=True, sort_keys=False, default_flow_style=False, width=_WIDTH)
    )


def from_yaml(text: str) -> tuple[Document, ...]:
    """Return the definitions of a text of one or several documents, each with its faults.

    A text that is no YAML gives one document without content that holds the fault.
    """
    try:
        return tuple(_document(node) for node in list(yaml.compose_all(text, Loader=_Reader)))
    except yaml.MarkedYAMLError as refusal:
        return (_not_yaml(refusal),)
    except yaml.reader.ReaderError as refusal:
        return (_bad_character(text, refusal),)
    except RecursionError:
        return (_broken(1, 1, "nesting"),)


def plain_documents(text: str) -> tuple[Document, ...]:
    """Return the documents of a text as they are written, read as nothing in particular, with their YAML faults."""
    try:
        return tuple(_plain(node) for node in list(yaml.compose_all(text, Loader=_Reader)))
    except yaml.MarkedYAMLError as refusal:
        return (_not_yaml(refusal),)
    except yaml.reader.ReaderError as refusal:
        return (_bad_character(text, refusal),)
    except RecursionError:
        return (_broken(1, 1, "nesting"),)


def _not_yaml(refusal: yaml.MarkedYAMLError) -> Document:
    mark = refusal.problem_mark or refusal.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return _broken(line, column, refusal.problem or refusal.context or "")


def _bad_character(text: str, refusal: yaml.reader.ReaderError) -> Document:
    return _broken(text.count("\n", 0, refusal.position) + 1, 1, f"U+{ord(text[refusal.position]):04X}")


def _broken(line: int, column: int, reason: str) -> Document:
    words = Text(zh=f"此处不符合 YAML 语法（{reason}）。", en=f"This is not YAML ({reason}).")
    fault = YamlFault(line=line, column=column, field="", code="yaml_syntax", text=words)
    return Document({}, None, (fault,), line, {}, line)


def _plain(root: Node) -> Document:
    builder = _Builder()
    value = builder.build(root, "")
    line, last_line = root.start_mark.line + 1, root.end_mark.line + 1
    faults = tuple(builder.faults)
    if isinstance(value, dict):
        return Document(value, None, faults, line, builder.places, last_line)
    words = Text(zh="每个文档应为一组字段。", en="Each document must be a group of fields.")
    fault = YamlFault(line=line, column=1, field="", code="yaml_not_mapping", text=words)
    return Document({}, None, (*faults, fault), line, builder.places, last_line)


def _document(root: Node) -> Document:
    plain = _plain(root)
    if any(fault.code == "yaml_not_mapping" for fault in plain.faults):
        return plain
    definition, faults = parse(plain.raw)
    found = (*plain.faults, *map(plain.located, faults))
    ordered = tuple(sorted(found, key=lambda fault: (fault.line, fault.column)))
    return replace(plain, definition=None if plain.faults else definition, faults=ordered)


class _Builder:
    """Turns nodes into plain values, and notes where each stands."""

    def __init__(self) -> None:
        self.places: dict[str, tuple[int, int]] = {}
        self.faults: list[YamlFault] = []
        self._seen: set[int] = set()

    def build(self, node: Node, path: str) -> JsonValue:
        """Return the value of a node at a field path."""
        if id(node) in self._seen:
            self._fault(node, path, "yaml_alias", "不支持引用（* 与 &）。", "Aliases (* and &) are not used here.")
            return None
        self._seen.add(id(node))
        self.places.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
        match node:
            case MappingNode():
                return self._mapping(node, path)
            case SequenceNode():
                return [self.build(item, _join(path, str(at))) for at, item in enumerate(node.value)]
            case ScalarNode():
                return self._scalar(node, path)
        return None

    def _mapping(self, node: MappingNode, path: str) -> dict[str, JsonValue]:
        found: dict[str, JsonValue] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self._fault(key, path, "yaml_key", "字段名应为文字。", "A field name must be text.")
                continue
            name = _join(path, key.value)
            if key.value in found:
                self._fault(key, name, "yaml_twice", "字段重复。", "This field occurs twice.")
                continue
            self.places[name] = (key.start_mark.line + 1, key.start_mark.column + 1)
            found[key.value] = self.build(value, name)
        return found

    def _scalar(self, node: ScalarNode, path: str) -> JsonValue:
        text = str(node.value)
        match node.tag.removeprefix("tag:yaml.org,2002:"):
            case "str":
                return text
            case "bool":
                return text.casefold() == "true"
            case "int" if len(text) <= _MOST_DIGITS:
                return int(text)
            case "float" if isfinite(float(text)):
                return float(text)
            case "int" | "float":
                self._fault(node, path, "yaml_number", "数字过大。", "The number is too large.")
            case "null":
                pass
            case _:
                self._fault(node, path, "yaml_tag", "不支持类型标记。", "Type tags are not used here.")
        return None

    def _fault(self, node: Node, path: str, code: str, zh: str, en: str) -> None:
        mark = node.start_mark
        self.faults.append(
            YamlFault(line=mark.line + 1, column=mark.column + 1, field=path, code=code, text=Text(zh=zh, en=en))
        )


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _ordered(raw: Raw) -> Raw:
    """Return an unfinished draft with its fields in the order of its kind; what is unknown comes last."""
    kind = kind_of(raw)
    known: Sequence[str] = list(MODELS[kind].model_fields) if kind else []
    return {name: raw[name] for name in _in_order(raw, known)}


def _in_order(raw: Raw, known: Sequence[str]) -> Iterator[str]:
    yield from (name for name in known if name in raw)
    yield from (name for name in raw if name not in known)
