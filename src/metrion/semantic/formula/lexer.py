"""Tokens of a formula. The lexer never fails: what it cannot read becomes an `error` token.

Full-width punctuation, as Chinese input methods write it, is read like its ASCII twin.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from metrion.base.text import Text
from metrion.semantic.formula.ast import Span
from metrion.semantic.formula.errors import BadCharacter, BadNumber, FormulaError, Unclosed

TokenKind = Literal["number", "string", "name", "quoted", "keyword", "operator", "punctuation", "error", "end"]

KEYWORDS: Final = frozenset(
    ["and", "or", "not", "in", "is", "null", "between", "case", "when", "then", "else", "end", "true", "false"],
)

_FOLD: Final = str.maketrans(
    {
        "\uff08": "(",
        "\uff09": ")",
        "\uff0c": ",",
        "\uff0b": "+",
        "\uff0d": "-",
        "\u2212": "-",
        "\uff0a": "*",
        "\u00d7": "*",
        "\uff0f": "/",
        "\u00f7": "/",
        "\uff05": "%",
        "\uff1d": "=",
        "\uff1e": ">",
        "\uff1c": "<",
        "\uff01": "!",
        "\uff5c": "|",
        "\uff0e": ".",
        "\u3000": " ",
        "\u00a0": " ",
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    }
)
_TWO: Final = {"<=": "<=", ">=": ">=", "!=": "!=", "<>": "!=", "||": "||"}
_ONE: Final = {**{sign: sign for sign in "+-*/%=<>"}, "\u2264": "<=", "\u2265": ">=", "\u2260": "!="}
_PUNCTUATION: Final = frozenset("(),")
_BRACKETS: Final = {"[": "]", "\u3010": "\u3011", "\uff3b": "\uff3d", '"': '"'}
_NAME: Final = re.compile(r"[^\W\d]\w*")
_NUMBER: Final = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SPACE: Final = re.compile(r"\s+")

_MOST_DIGITS: Final = 30

_EXPLAINED: Final[dict[str, tuple[str, Text]]] = {
    "==": ("=", Text(zh="相等只写一个等号：=。", en="Equality is written with one sign: =.")),
    "&&": ("and", Text(zh="“并且”写作 and。", en="Write “and”.")),
    "&": ("and", Text(zh="“并且”写作 and；连接文本写作 ||。", en="Write “and”; texts are joined with ||.")),
    "|": ("or", Text(zh="“或者”写作 or；连接文本写作 ||。", en="Write “or”; texts are joined with ||.")),
    "!": ("not", Text(zh="“非”写作 not,不等写作 !=。", en="Write “not”; unequal is !=.")),
    "^": ("power", Text(zh="乘方写作 power(x, n)。", en="Write power(x, n).")),
    ";": ("", Text(zh="公式只有一个表达式，不用分号。", en="A formula is one expression, without semicolons.")),
    "\uff1b": (",", Text(zh="公式中不用分号，参数之间用逗号。", en="Arguments are separated by commas.")),
    "\u3001": (",", Text(zh="参数之间用逗号。", en="Arguments are separated by commas.")),
    "\u3002": (
        "",
        Text(zh="公式结尾不用句号；小数点写作 .。", en="A formula has no full stop; the decimal point is “.”."),
    ),
    ".": ("", Text(zh="含点的名称请放在方括号中。", en="Put a name with a dot into square brackets.")),
    "{": ("(", Text(zh="分组用圆括号。", en="Group with round brackets.")),
    "}": (")", Text(zh="分组用圆括号。", en="Group with round brackets.")),
    **{
        sign: (
            "",
            Text(zh="文本用英文单引号 '…',名称用方括号 […]。", en="Text takes straight quotes '…', names take […]."),
        )
        for sign in "\u2018\u2019\u201c\u201d\u300c\u300d\u300e\u300f\uff02\uff07`"
    },
    **{
        sign: ("", Text(zh="这个方括号没有开头。", en="This square bracket was never opened."))
        for sign in "]\u3011\uff3d"
    },
}


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the source. `text` is the canonical spelling: `<>` is `!=`, `AND` is `and`.

    For `string`, `name` and `quoted` it is the content without quotes.
    """

    kind: TokenKind
    text: str
    span: Span
    number: Decimal | None = None
    error: FormulaError | None = None


def lex(source: str) -> list[Token]:
    """Return all tokens of `source`, white space left out, with an `end` token last."""
    folded = source.translate(_FOLD)
    tokens: list[Token] = []
    position = 0
    while position < len(source):
        space = _SPACE.match(folded, position)
        if space:
            position = space.end()
            continue
        token = _next(source, folded, position)
        tokens.append(token)
        position = token.span.end
    tokens.append(Token("end", "", Span(len(source), len(source))))
    return tokens


def is_bare_name(value: str) -> bool:
    """Tell whether a name can be written without brackets."""
    return _NAME.fullmatch(value) is not None and value.casefold() not in KEYWORDS


def _next(source: str, folded: str, start: int) -> Token:
    char = source[start]
    if char in _BRACKETS:
        return _quoted(source, start, "quoted", _BRACKETS[char])
    if char == "'":
        return _quoted(source, start, "string", "'")
    number = _NUMBER.match(folded, start)
    if number:
        return _number(folded, number)
    name = _NAME.match(source, start)
    if name:
        word = name.group()
        lowered = word.casefold()
        span = Span(start, name.end())
        return Token("keyword", lowered, span) if lowered in KEYWORDS else Token("name", word, span)
    return _sign(source, folded, start)


def _sign(source: str, folded: str, start: int) -> Token:
    pair = folded[start : start + 2]
    if pair in _TWO:
        return Token("operator", _TWO[pair], Span(start, start + 2))
    if pair in _EXPLAINED and len(pair) > 1:
        return _bad(source, Span(start, start + 2), pair)
    char = folded[start]
    span = Span(start, start + 1)
    if char in _ONE:
        return Token("operator", _ONE[char], span)
    if char in _PUNCTUATION:
        return Token("punctuation", char, span)
    return _bad(source, span, char)


def _bad(source: str, span: Span, key: str) -> Token:
    suggestion, advice = _EXPLAINED.get(key, ("", None))
    found = source[span.start : span.end]
    shown = found if found.isprintable() else f"U+{ord(found[0]):04X}"
    error = BadCharacter(span, suggestion=suggestion, advice=advice, found=shown).located(source)
    return Token("error", found, span, error=error)


def _quoted(source: str, start: int, kind: Literal["string", "quoted"], closing: str) -> Token:
    """Read up to the closing sign; a doubled closing sign stands for itself."""
    position = start + 1
    parts: list[str] = []
    while True:
        stop = source.find(closing, position)
        if stop < 0:
            span = Span(start, len(source))
            error = Unclosed(span, opening=source[start], closing=closing, suggestion=source[start:] + closing)
            return Token("error", source[start:], span, error=error.located(source))
        parts.append(source[position:stop])
        if source[stop + 1 : stop + 2] != closing:
            break
        parts.append(closing)
        position = stop + 2
    value = "".join(parts)
    span = Span(start, stop + 1)
    if "\0" in value or (kind == "quoted" and not value):
        advice = Text(zh="名称不能为空，也不能含有控制字符。", en="A name may not be empty or hold control characters.")
        error_token = BadCharacter(span, advice=advice, found=source[start : stop + 1].replace("\0", "U+0000"))
        return Token("error", value, span, error=error_token.located(source))
    return Token(kind, value, span)


def _number(folded: str, match: re.Match[str]) -> Token:
    start, end = match.span()
    tail = _NAME.match(folded, end)
    written = match.group()
    if tail or folded[end : end + 1] == ".":
        end = tail.end() if tail else end + 1
        written = folded[start:end]
        advice = Text(
            zh="以数字开头的名称请放在方括号中。", en="Put a name that begins with a digit into square brackets."
        )
        suggestion = f"[{written}]" if tail else ""
        error = BadNumber(Span(start, end), suggestion=suggestion, advice=advice if tail else None, found=written)
        return Token("error", written, Span(start, end), error=error.located(folded))
    value = Decimal(written)
    span = Span(start, end)
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or len(digits) > _MOST_DIGITS or abs(exponent) > _MOST_DIGITS:
        advice = Text(
            zh=f"数字最多 {_MOST_DIGITS} 位有效数字。", en=f"A number has at most {_MOST_DIGITS} significant digits."
        )
        bad = BadNumber(span, advice=advice, found=written if len(written) <= 2 * _MOST_DIGITS else written[:60] + "…")
        return Token("error", written, span, error=bad.located(folded))
    return Token("number", written, span, number=value)
