"""Completion for the formula editor: what can stand at the caret, best first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from metrion.base.text import Text
from metrion.semantic.formula.ast import Span
from metrion.semantic.formula.functions import FUNCTIONS
from metrion.semantic.formula.lexer import lex
from metrion.semantic.formula.printer import format_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metrion.semantic.formula.lexer import Token

MAX_SUGGESTIONS: Final = 30

_BEFORE_OPERAND: Final = ("case", "not", "true", "false", "null")
_AFTER_OPERAND: Final = ("and", "or", "in", "not", "between", "is")
_IN_CASE: Final = ("when", "then", "else", "end")
_OPENERS: Final = '[\u3010\uff3b"'


@dataclass(frozen=True, slots=True)
class NameHint:
    """A column or metric that may be used, with the words a person may type for it."""

    name: str
    label: Text = field(default_factory=Text)
    words: tuple[str, ...] = ()
    """Further words that find it: aliases, pinyin initials."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One proposal: replace the characters of `span` by `insert`."""

    kind: Literal["name", "function", "keyword", "value"]
    insert: str
    span: Span
    label: Text
    detail: str = ""


def complete(text: str, offset: int, names: Iterable[NameHint], *, metrics: bool = False) -> tuple[Suggestion, ...]:
    """Return proposals for the caret at `offset`; `metrics`: only functions of metric formulas.

    Nothing is proposed inside a text or a number, but for a constant that a function asks for there.
    """
    before = lex(text[:offset])[:-1]
    last = before[-1] if before else None
    if last is not None and _is_open_text(last):
        return _values(before, Span(last.span.start, offset))
    if last is not None and last.kind == "number" and last.span.end == offset:
        return ()
    bracketed = last is not None and last.kind == "error" and last.text[:1] in _OPENERS
    typed = ""
    if last is not None and (bracketed or (last.kind in {"name", "keyword"} and last.span.end == offset)):
        typed = last.text[1:] if bracketed else text[last.span.start : offset]
        before = before[:-1]
    else:
        last = None
    span = Span(last.span.start if last else offset, _end(text, offset, bracketed=bracketed))
    if _after_operand(before):
        return _keywords((*_AFTER_OPERAND, *_open_case(before)), typed, span)
    found = _names(names, typed, span)
    if not bracketed:
        found = (*found, *_functions(typed, span, metrics=metrics), *_keywords(_BEFORE_OPERAND, typed, span))
    return (*_values(before, span), *found)[:MAX_SUGGESTIONS]


def _is_open_text(token: Token) -> bool:
    return token.kind == "error" and token.text.startswith("'")


def _end(text: str, offset: int, *, bracketed: bool) -> int:
    """Return where the word under the caret ends, its closing bracket included."""
    end = offset
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    if bracketed and text[end : end + 1] in {"]", "\u3011", "\uff3d", '"'}:
        end += 1
    return end


def _after_operand(before: Sequence[Token]) -> bool:
    """Tell whether a whole operand stands before the caret, so that an operator must follow."""
    if not before:
        return False
    last = before[-1]
    return (
        last.kind in {"name", "quoted", "number", "string"}
        or (last.kind == "punctuation" and last.text == ")")
        or (last.kind == "keyword" and last.text in {"end", "null", "true", "false"})
    )


def _open_case(before: Sequence[Token]) -> tuple[str, ...]:
    """Return the words of a `case` that is still open."""
    words = [token.text for token in before if token.kind == "keyword"]
    return _IN_CASE if words.count("case") > words.count("end") else ()


def _rank(typed: str, words: Iterable[str]) -> int | None:
    """Return 0 for a word that begins with what is typed, 1 for one that holds it, None for none."""
    wanted = typed.casefold()
    folded = [word.casefold() for word in words if word]
    if any(word.startswith(wanted) for word in folded):
        return 0
    return 1 if any(wanted in word for word in folded) else None


def _names(names: Iterable[NameHint], typed: str, span: Span) -> tuple[Suggestion, ...]:
    ranked = [
        (rank, hint)
        for hint in names
        if (rank := _rank(typed, (hint.name, hint.label.zh, hint.label.en, *hint.words))) is not None
    ]
    ranked.sort(key=lambda pair: (pair[0], len(pair[1].name), pair[1].name))
    return tuple(
        Suggestion(
            "name", format_name(hint.name), span, hint.label if hint.label.pick() else Text(zh=hint.name), hint.detail
        )
        for _, hint in ranked
    )


def _functions(typed: str, span: Span, *, metrics: bool) -> tuple[Suggestion, ...]:
    fitting = [
        function
        for function in FUNCTIONS.values()
        if (function.in_metrics or not metrics) and function.name.startswith(typed.casefold())
    ]
    return tuple(
        Suggestion("function", f"{function.name}(", span, function.doc, function.signature)
        for function in sorted(fitting, key=lambda function: function.name)
    )


def _keywords(words: Iterable[str], typed: str, span: Span) -> tuple[Suggestion, ...]:
    return tuple(
        Suggestion("keyword", word, span, Text(zh=word, en=word)) for word in words if word.startswith(typed.casefold())
    )


def _values(before: Sequence[Token], span: Span) -> tuple[Suggestion, ...]:
    """Return the constants that a function asks for at this place, such as 'month'."""
    depth, position = 0, 0
    for index in range(len(before) - 1, -1, -1):
        token = before[index]
        if token.kind != "punctuation":
            continue
        if token.text == ")":
            depth += 1
        elif token.text == "(" and depth:
            depth -= 1
        elif token.text == "(":
            function = FUNCTIONS.get(before[index - 1].text.casefold()) if index else None
            parameter = function.parameter(position) if function else None
            choices = parameter.choices if parameter else ()
            return tuple(Suggestion("value", f"'{choice}'", span, Text(zh=choice, en=choice)) for choice in choices)
        elif not depth:
            position += 1
    return ()
