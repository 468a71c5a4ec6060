"""The grammar: what is accepted, how it binds, and what a refusal says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from metrion.semantic.formula.ast import Binary, Call, Case, Constant, Membership, Name, Number, Span, String, Unary
from metrion.semantic.formula.errors import (
    BadCharacter,
    BadNumber,
    EmptyFormula,
    FormulaError,
    FormulaTooDeep,
    FormulaTooLong,
    Unclosed,
    Unexpected,
)
from metrion.semantic.formula.parse import MAX_LENGTH, parse_expression
from metrion.semantic.formula.printer import format_expression
from metrion.semantic.formula.walk import names


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("a+b*2", "a + b * 2"),
        ("(a+b)*2", "(a + b) * 2"),
        ("a-(b-c)", "a - (b - c)"),
        ("a-b-c", "a - b - c"),
        ("a/b/c", "a / b / c"),
        ("a/(b*c)", "a / (b * c)"),
        ("- -a", "-(-a)"),
        ("a--b", "a - -b"),
        ("-a*b", "-a * b"),
        ("-(a*b)", "-(a * b)"),
        ("not a = b", "not a = b"),
        ("(not a) = b", "(not a) = b"),
        ("NOT a AND b Or c", "not a and b or c"),
        ("a and (b or c)", "a and (b or c)"),
        ("a <> b", "a != b"),
        ("a between 1 and 2 and c", "a >= 1 and a <= 2 and c"),
        ("a not between 1 and 2", "not (a >= 1 and a <= 2)"),
        ("a in (1,2)", "a in (1, 2)"),
        ("a not in ('x')", "a not in ('x')"),
        ("a is null", "a is null"),
        ("a + 1 is not null", "a + 1 is not null"),
        ("a || 'x' = b", "a || 'x' = b"),
        ("Round(a,2)", "round(a, 2)"),
        ("case when a then 1 when b then 2 else 3 end", "case when a then 1 when b then 2 else 3 end"),
        ("case when a then 1 end + 1", "case when a then 1 end + 1"),
        ("if(a, 1)", "if(a, 1)"),
        ("销售额/订单数", "销售额 / 订单数"),
        ("[销售额]/[订单 数]", "销售额 / [订单 数]"),
        ("【销售额】÷【订单数】", "销售额 / 订单数"),
        ('"order" + 1', "order + 1"),
        ('"end" + "a""b"', '[end] + [a"b]'),
        ("[a]]b]", "[a]]b]"),
        ("[1号店]", "[1号店]"),
        ("（[a]－b）×２．５", "(a - b) * 2.5"),
        ("round（a，2）", "round(a, 2)"),
        ("a ≥ 1 and a ≤ 2 and a ≠ 3", "a >= 1 and a <= 2 and a != 3"),
        ("a ＝ 1", "a = 1"),
        ("'it''s'", "'it''s'"),
        ("''", "''"),
        ("1.50", "1.50"),
        ("1e3", "1000"),
        (".5", "0.5"),
        ("a\n+\tb", "a + b"),
        ("a % 3", "a % 3"),
        ("10 % -a", "10 % -a"),
        ("true and false or null", "true and false or null"),
        ("x - -1", "x - -1"),
        ("且", "且"),
    ],
)
def test_accepts(text: str, canonical: str) -> None:
    assert format_expression(parse_expression(text)) == canonical


@pytest.mark.parametrize(
    ("text", "error", "line", "column", "suggestion"),
    [
        ("", EmptyFormula, 1, 1, ""),
        ("  \n ", EmptyFormula, 1, 1, ""),
        ("a +", Unexpected, 1, 4, ""),
        ("a\n+ * b", Unexpected, 2, 3, ""),
        ("a b", Unexpected, 1, 3, ""),
        ("(a + b", Unclosed, 1, 1, ")"),
        ("a + b)", Unexpected, 1, 6, ""),
        ("round(a, 2", Unclosed, 1, 6, ")"),
        ("f(a,)", Unexpected, 1, 5, ""),
        ("a == b", BadCharacter, 1, 3, "="),
        ("a && b", BadCharacter, 1, 3, "and"),
        ("!a", BadCharacter, 1, 1, "not"),
        ("a ^ 2", BadCharacter, 1, 3, "power"),
        ("a。", BadCharacter, 1, 2, ""),
        ("“a”", BadCharacter, 1, 1, ""),
        ("a; drop table x", BadCharacter, 1, 2, ""),
        ("a.b", BadCharacter, 1, 2, ""),
        ("{a}", BadCharacter, 1, 1, "("),
        ("[a", Unclosed, 1, 1, "[a]"),
        ("a]", BadCharacter, 1, 2, ""),
        ("'a", Unclosed, 1, 1, "'a'"),
        ("[]", BadCharacter, 1, 1, ""),
        ("'\0'", BadCharacter, 1, 1, ""),
        ("x * 10%", Unexpected, 1, 5, "0.1"),
        ("5%+x", Unexpected, 1, 1, "0.05"),
        ("12abc", BadNumber, 1, 1, "[12abc]"),
        ("1.2.3", BadNumber, 1, 1, ""),
        ("1e99", BadNumber, 1, 1, ""),
        ("1" * 31, BadNumber, 1, 1, ""),
        ("a < b < c", Unexpected, 1, 7, ""),
        ("a = b = c", Unexpected, 1, 7, ""),
        ("a 且 b", Unexpected, 1, 3, "and"),
        ("非 a", Unexpected, 1, 1, "not"),
        ("a like 'x%'", Unexpected, 1, 3, "contains"),
        ("a in ()", Unexpected, 1, 7, ""),
        ("a not b", Unexpected, 1, 7, ""),
        ("a is 1", Unexpected, 1, 6, "null"),
        ("a between 1", Unexpected, 1, 12, "and"),
        ("case a when 1 then 2 end", Unexpected, 1, 6, "when"),
        ("case when a then 1", Unclosed, 1, 1, "end"),
        ("case when a 1 end", Unexpected, 1, 13, "then"),
        ("a -- comment\n+", Unexpected, 2, 2, ""),
        ("/* x */ a", Unexpected, 1, 1, ""),
        ("+a", Unexpected, 1, 1, ""),
    ],
)
def test_refuses(text: str, error: type[FormulaError], line: int, column: int, suggestion: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_expression(text)
    fault = caught.value
    assert type(fault) is error
    assert (fault.line, fault.column) == (line, column)
    assert fault.suggestion == suggestion
    for language in ("zh", "en"):
        problem = fault.render(language)
        assert problem["title"]
        assert problem["params"]["line"] == line
        assert "{" not in problem["title"] or "{" in text


def test_the_message_speaks_both_languages() -> None:
    with pytest.raises(Unexpected) as caught:
        parse_expression("a +")
    assert caught.value.render("zh")["title"] == "此处应为名称、数字、文本或函数，实际是公式结尾。"
    assert caught.value.render("en")["title"] == (
        "Expected a name, a number, a text or a function here, found the end of the formula."
    )


def test_nodes_keep_their_spans() -> None:
    tree = parse_expression(" round(a, 2) / [b c]")
    assert tree == Binary(
        "/",
        Call("round", (Name("a", Span(7, 8)), Number(Decimal(2), Span(10, 11))), Span(1, 12)),
        Name("b c", Span(15, 20)),
        Span(1, 20),
    )


def test_each_kind_of_node() -> None:
    tree = parse_expression("case when not a in ('x', null) then -1.5 end")
    assert tree == Case(
        (
            (
                Unary(
                    "not",
                    Membership(
                        Name("a", Span(14, 15)),
                        (String("x", Span(20, 23)), Constant(None, Span(25, 29))),
                        negated=False,
                        span=Span(14, 30),
                    ),
                    Span(10, 30),
                ),
                Unary("-", Number(Decimal("1.5"), Span(37, 40)), Span(36, 40)),
            ),
        ),
        None,
        Span(0, 44),
    )


def test_names_are_listed_once_in_order() -> None:
    assert names(parse_expression("[b] + a / (b - if(c > 0, a, 1))")) == ("b", "a", "c")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 3000,
        "(" * 3000 + "a" + ")" * 3000,
        "-" * 3000 + "a",
        "not " * 2000 + "a",
        "+".join("a" * 4000),
        " or ".join("a" * 1500),
        "case when " * 900,
        "a in (" * 900,
        "f(" * 2000,
        "(" * 40 + "a" + " between 1 and 2)" * 40,
        "1 - " * 2000 + "1",
    ],
)
def test_hostile_depth_is_refused_not_crashed(text: str) -> None:
    with pytest.raises(FormulaTooDeep):
        parse_expression(text)


def test_length_is_bounded() -> None:
    with pytest.raises(FormulaTooLong) as caught:
        parse_expression("a" * (MAX_LENGTH + 1))
    assert caught.value.span == Span(MAX_LENGTH, MAX_LENGTH + 1)


def test_a_long_list_is_no_depth() -> None:
    text = "a in (" + ", ".join(str(number) for number in range(1500)) + ")"
    assert format_expression(parse_expression(text)) == text
