"""The parser: text to syntax tree, by recursive descent with a bounded depth.

From loosest to tightest: `or`, `and`, `not`, comparison (`= != < <= > >= in between is null`, which do
not chain), `||`, `+ -`, `* / %`, unary `-`. `between` becomes two comparisons.
There is no percent literal: `10%` could also be the start of `10 % 3`, so it is refused with `0.1` offered.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NoReturn, cast

from metrion.base.text import Text
from metrion.semantic.formula.ast import (
    Binary,
    BinaryOperator,
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
from metrion.semantic.formula.errors import EmptyFormula, FormulaTooDeep, FormulaTooLong, Unclosed, Unexpected
from metrion.semantic.formula.lexer import Token, lex
from metrion.semantic.formula.walk import height, size

MAX_LENGTH: Final = 10_000
MAX_NESTING: Final = 48
MAX_HEIGHT: Final = 120
MAX_COPIED: Final = 2_000
"""Most nodes that all `between`s together may double: a nest of them would double at each level."""

_SHOWN: Final = 40

_LEVELS: Final[tuple[frozenset[str], ...]] = (
    frozenset({"||"}),
    frozenset({"+", "-"}),
    frozenset({"*", "/", "%"}),
)
_COMPARISONS: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})
_CONSTANTS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}

_OPERAND: Final = Text(zh="名称、数字、文本或函数", en="a name, a number, a text or a function")
_OPERATOR: Final = Text(zh="运算符或公式结尾", en="an operator or the end of the formula")

_EXPLAINED_WORDS: Final[dict[str, tuple[str, Text]]] = {
    "\u4e14": ("and", Text(zh="“且”写作 and。", en="Write “and”.")),
    "\u5e76\u4e14": ("and", Text(zh="“并且”写作 and。", en="Write “and”.")),
    "\u6216": ("or", Text(zh="“或”写作 or。", en="Write “or”.")),
    "\u6216\u8005": ("or", Text(zh="“或者”写作 or。", en="Write “or”.")),
    "\u975e": ("not", Text(zh="“非”写作 not。", en="Write “not”.")),
    "like": (
        "contains",
        Text(zh="请用 contains、starts_with 或 ends_with。", en="Use contains, starts_with or ends_with."),
    ),
    "div": ("/", Text(zh="除法写作 /。", en="Division is written /.")),
    "xor": ("!=", Text(zh="请用 !=。", en="Use !=.")),
}


def parse_expression(text: str) -> Expression:
    """Return the tree of a formula; raises `FormulaError` with line, column, span and what was expected."""
    if len(text) > MAX_LENGTH:
        raise FormulaTooLong(Span(MAX_LENGTH, len(text)), limit=MAX_LENGTH).located(text)
    if not text.strip():
        raise EmptyFormula(Span(0, len(text))).located(text)
    parser = _Parser(text)
    expression = parser.whole()
    if height(expression) > MAX_HEIGHT:
        raise FormulaTooDeep(expression.span).located(text)
    return expression


class _Parser:
    """One pass over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = lex(text)
        self.index = 0
        self.depth = 0
        self.copied = 0

    # --- tokens ---

    def peek(self) -> Token:
        token = self.tokens[self.index]
        if token.error is not None:
            raise token.error
        return token

    def take(self) -> Token:
        token = self.peek()
        self.index += 1
        return token

    def at(self, *texts: str) -> bool:
        token = self.peek()
        return token.kind in {"keyword", "operator", "punctuation"} and token.text in texts

    def accept(self, *texts: str) -> Token | None:
        return self.take() if self.at(*texts) else None

    def need(self, text: str) -> Token:
        return self.accept(text) or self.fail(Text(zh=f"“{text}”", en=f"“{text}”"), suggestion=text)

    def fail(self, expected: Text, *, suggestion: str = "", advice: Text | None = None) -> NoReturn:
        token = self.peek()
        if token.kind == "name" and token.text.casefold() in _EXPLAINED_WORDS:
            suggestion, advice = _EXPLAINED_WORDS[token.text.casefold()]
        found = self.text[token.span.start : token.span.end]
        shown = found if len(found) <= _SHOWN else found[:_SHOWN] + "…"
        raise Unexpected(
            token.span,
            suggestion=suggestion,
            advice=advice,
            expected_zh=expected.zh,
            expected_en=expected.en,
            found_zh="公式结尾" if token.kind == "end" else f"“{shown}”",
            found_en="the end of the formula" if token.kind == "end" else f"“{shown}”",
        ).located(self.text)

    # --- grammar ---

    def whole(self) -> Expression:
        expression = self.expression()
        token = self.peek()
        if token.kind == "end":
            return expression
        if self.at(")"):
            self.fail(_OPERATOR, advice=Text(zh="这个右括号没有对应的左括号。", en="This bracket was never opened."))
        if token.kind in {"name", "quoted", "number", "string"} or self.at("("):
            advice = Text(zh="两个值之间缺少运算符或逗号。", en="An operator or a comma is missing between two values.")
            self.fail(_OPERATOR, advice=advice)
        return self.fail(_OPERATOR)

    def expression(self) -> Expression:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise FormulaTooDeep(self.peek().span).located(self.text)
        result = self.disjunction()
        self.depth -= 1
        return result

    def disjunction(self) -> Expression:
        left = self.conjunction()
        while self.accept("or"):
            right = self.conjunction()
            left = Binary("or", left, right, _cover(left, right))
        return left

    def conjunction(self) -> Expression:
        left = self.negation()
        while self.accept("and"):
            right = self.negation()
            left = Binary("and", left, right, _cover(left, right))
        return left

    def negation(self) -> Expression:
        signs: list[Token] = []
        while sign := self.accept("not"):
            signs.append(sign)
        result = self.comparison()
        for sign in reversed(signs):
            result = Unary("not", result, Span(sign.span.start, result.span.end))
        return result

    def comparison(self) -> Expression:
        left = self.arithmetic(0)
        token = self.peek()
        if self.at(*_COMPARISONS):
            self.take()
            right = self.arithmetic(0)
            if self.at(*_COMPARISONS):
                advice = Text(
                    zh="比较不能连写，请写成 a < b and b < c。", en="Comparisons do not chain: a < b and b < c."
                )
                self.fail(Text(zh="and、or 或公式结尾", en="and, or, or the end of the formula"), advice=advice)
            return Binary(cast("BinaryOperator", token.text), left, right, _cover(left, right))
        if self.accept("is"):
            negated = self.accept("not") is not None
            end = self.need("null").span.end
            return NullTest(left, negated, Span(left.span.start, end))
        if self.at("in", "between", "not"):
            negated = self.accept("not") is not None
            if self.accept("in"):
                return self.membership(left, negated=negated)
            if self.accept("between"):
                return self.between(left, negated=negated)
            self.fail(Text(zh="in 或 between", en="in or between"))
        return left

    def membership(self, operand: Expression, *, negated: bool) -> Expression:
        opening = self.need("(")
        values, end = self.arguments(opening)
        if not values:
            self.index -= 1
            self.fail(_OPERAND)
        return Membership(operand, values, negated, Span(operand.span.start, end))

    def between(self, operand: Expression, *, negated: bool) -> Expression:
        low = self.arithmetic(0)
        self.need("and")
        high = self.arithmetic(0)
        span = _cover(operand, high)
        self.copied += size(operand, MAX_COPIED)
        if self.copied > MAX_COPIED:
            raise FormulaTooDeep(span).located(self.text)
        inside = Binary("and", Binary(">=", operand, low, span), Binary("<=", operand, high, span), span)
        return Unary("not", inside, span) if negated else inside

    def arithmetic(self, level: int) -> Expression:
        if level == len(_LEVELS):
            return self.prefix()
        left = self.arithmetic(level + 1)
        while self.at(*_LEVELS[level]):
            operator = self.take()
            if operator.text == "%":
                self.refuse_percent(operator)
            right = self.arithmetic(level + 1)
            left = Binary(cast("BinaryOperator", operator.text), left, right, _cover(left, right))
        return left

    def refuse_percent(self, operator: Token) -> None:
        """Explain `10%`: a remainder without a right side."""
        follower = self.peek()
        starts_operand = follower.kind in {"number", "string", "name", "quoted"} or self.at(
            "(", "-", "case", "not", "true", "false", "null"
        )
        written = self.tokens[self.index - 2]
        if starts_operand or written.number is None:
            return
        fraction = format((written.number / Decimal(100)).normalize(), "f")
        raise Unexpected(
            Span(written.span.start, operator.span.end),
            suggestion=fraction,
            advice=Text(zh=f"百分数请写成小数：{fraction}。", en=f"Write a percentage as a fraction: {fraction}."),
            expected_zh="小数",
            expected_en="a fraction",
            found_zh="百分数",
            found_en="a percentage",
        ).located(self.text)

    def prefix(self) -> Expression:
        signs: list[Token] = []
        while self.at("-", "+"):
            if self.at("+"):
                self.fail(_OPERAND, advice=Text(zh="请去掉多余的加号。", en="Remove the extra plus sign."))
            signs.append(self.take())
        result = self.operand()
        for sign in reversed(signs):
            result = Unary("-", result, Span(sign.span.start, result.span.end))
        return result

    def operand(self) -> Expression:
        token = self.peek()
        if token.kind == "name":
            return self.name_or_call()
        if literal := _literal(token):
            self.take()
            return literal
        if self.at("case"):
            return self.case()
        if self.at("("):
            return self.bracketed()
        return self.fail(_OPERAND)

    def bracketed(self) -> Expression:
        opening = self.take()
        inner = self.expression()
        self.close(opening)
        return inner

    def name_or_call(self) -> Expression:
        token = self.peek()
        follower = self.tokens[self.index + 1]
        if token.text.casefold() in _EXPLAINED_WORDS and not (follower.kind == "punctuation" and follower.text == "("):
            return self.maybe_word(token)
        self.take()
        if not self.at("("):
            return Name(token.text, token.span)
        arguments, end = self.arguments(self.take())
        return Call(token.text.casefold(), arguments, Span(token.span.start, end))

    def maybe_word(self, token: Token) -> Expression:
        """Read a word such as 且 as a name, unless what follows shows that an operator was meant."""
        follower = self.tokens[self.index + 1]
        if follower.kind in {"name", "quoted", "number", "string"}:
            self.fail(_OPERAND)
        self.take()
        return Name(token.text, token.span)

    def arguments(self, opening: Token) -> tuple[tuple[Expression, ...], int]:
        """Read `a, b)` after the opening bracket; return the values and the end offset."""
        if closing := self.accept(")"):
            return (), closing.span.end
        values = [self.expression()]
        while self.accept(","):
            values.append(self.expression())
        return tuple(values), self.close(opening).span.end

    def close(self, opening: Token) -> Token:
        if closing := self.accept(")"):
            return closing
        token = self.peek()
        if token.kind == "end":
            raise Unclosed(
                opening.span,
                suggestion=")",
                advice=Text(zh="缺少右括号 )。", en="A closing bracket ) is missing."),
                opening="(",
                closing=")",
            ).located(self.text)
        return self.fail(Text(zh="“)”、“,”或运算符", en="“)”, “,” or an operator"))

    def case(self) -> Expression:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise FormulaTooDeep(self.peek().span).located(self.text)
        start = self.take().span
        branches: list[tuple[Expression, Expression]] = []
        while self.accept("when"):
            condition = self.expression()
            self.need("then")
            branches.append((condition, self.expression()))
        if not branches:
            self.fail(Text(zh="when", en="when"), suggestion="when")
        otherwise = self.expression() if self.accept("else") else None
        if self.peek().kind == "end":
            advice = Text(zh="case 以 end 结束。", en="A case ends with “end”.")
            raise Unclosed(start, suggestion="end", advice=advice, opening="case", closing="end").located(self.text)
        end = self.need("end").span.end
        self.depth -= 1
        return Case(tuple(branches), otherwise, Span(start.start, end))


def _literal(token: Token) -> Expression | None:
    """Return the node of a token that is an operand by itself."""
    if token.number is not None:
        return Number(token.number, token.span)
    if token.kind == "string":
        return String(token.text, token.span)
    if token.kind == "quoted":
        return Name(token.text, token.span)
    if token.kind == "keyword" and token.text in _CONSTANTS:
        return Constant(_CONSTANTS[token.text], token.span)
    return None


def _cover(left: Expression, right: Expression) -> Span:
    return Span(left.span.start, right.span.end)
