"""Whatever is typed: a tree or a typed error; whatever tree: printed and read again it is the same."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from metrion.semantic.formula.ast import (
    Binary,
    Call,
    Case,
    Constant,
    Expression,
    Membership,
    Name,
    NullTest,
    Number,
    Span,
    String,
    Unary,
)
from metrion.semantic.formula.errors import FormulaError
from metrion.semantic.formula.lexer import lex
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.printer import format_expression

_AT = Span(0, 0)
_LETTERS = "abAB_销售额且或e1２²]['\"\\\n .,()（）%-+*/=中"
_BINARY = ["+", "-", "*", "/", "%", "=", "!=", "<", "<=", ">", ">=", "and", "or", "||"]


def without_spans(node: Any) -> Any:
    """Return a comparable picture of a tree that ignores where it was written."""
    if is_dataclass(node):
        parts = [without_spans(getattr(node, field.name)) for field in fields(node) if field.name != "span"]
        return [type(node).__name__, *parts]
    if isinstance(node, tuple):
        return [without_spans(part) for part in node]
    return node


def _composed(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Unary, st.sampled_from(["-", "not"]), inner, st.just(_AT)),
        st.builds(Binary, st.sampled_from(_BINARY), inner, inner, st.just(_AT)),
        st.builds(Membership, inner, some, st.booleans(), st.just(_AT)),
        st.builds(NullTest, inner, st.booleans(), st.just(_AT)),
        st.builds(Call, st.sampled_from(["round", "if", "最大"]), st.one_of(st.just(()), some), st.just(_AT)),
        st.builds(
            Case, st.lists(st.tuples(inner, inner), min_size=1, max_size=2).map(tuple), st.none() | inner, st.just(_AT)
        ),
    )


_NUMBERS = st.decimals(min_value=0, max_value=10**12, places=4, allow_nan=False) | st.integers(0, 10**15).map(Decimal)
_LEAVES = st.one_of(
    st.builds(Number, _NUMBERS, st.just(_AT)),
    st.builds(String, st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), st.just(_AT)),
    st.builds(Constant, st.sampled_from([True, False, None]), st.just(_AT)),
    st.builds(Name, st.text(_LETTERS, min_size=1, max_size=8), st.just(_AT)),
    st.builds(Name, st.sampled_from(["order", "end", "AND", "null", "case", "且", "like"]), st.just(_AT)),
)
TREES = st.recursive(_LEAVES, _composed, max_leaves=12)

_PIECES = st.lists(
    st.sampled_from(
        [
            "a",
            "销售额",
            "[b",
            "c]",
            "'x'",
            "1",
            "2.5",
            "(",
            ")",
            ",",
            "+",
            "-",
            "*",
            "/",
            "%",
            "=",
            "==",
            "<",
            "and",
            "or",
            "not",
            "in",
            "is",
            "null",
            "between",
            "case",
            "when",
            "then",
            "else",
            "end",
            "round(",
        ]
    ),
    max_size=25,
).map(" ".join)


def outcome(text: str) -> Expression | FormulaError:
    try:
        return parse_expression(text)
    except FormulaError as fault:
        return fault


@settings(deadline=None)
@given(st.text(max_size=60) | st.text(_LETTERS, max_size=40) | _PIECES)
def test_any_text_is_a_tree_or_a_typed_error(text: str) -> None:
    result = outcome(text)
    if isinstance(result, FormulaError):
        assert result.line is not None
        assert 0 <= result.span.start <= result.span.end <= len(text)
        assert result.render("zh")["title"]
        assert result.render("en")["title"]
    else:
        assert without_spans(parse_expression(format_expression(result))) == without_spans(result)


@settings(deadline=None)
@given(TREES)
def test_a_printed_tree_is_read_back(tree: Expression) -> None:
    printed = format_expression(tree)
    assert without_spans(parse_expression(printed)) == without_spans(tree)
    assert format_expression(parse_expression(printed)) == printed


@settings(deadline=None)
@given(st.text(_LETTERS + "且", max_size=50))
def test_tokens_cover_the_source_in_order(text: str) -> None:
    end = 0
    for token in lex(text):
        assert token.span.start >= end
        assert not text[end : token.span.start].strip(" \n\t\u3000\u00a0")
        end = token.span.end
    assert end == len(text) or not text[end:].strip()
