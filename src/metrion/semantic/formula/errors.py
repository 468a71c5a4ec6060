"""What can be wrong with a formula. Every error knows its span, and says what would be right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from metrion.base.errors import MetrionError, Param
from metrion.base.text import Text

if TYPE_CHECKING:
    from metrion.semantic.formula.ast import Span


class FormulaError(MetrionError):
    """Base of all formula errors.

    `span` is the place in the source; `line` and `column` (both from 1) are known once the source is
    (`located`). `suggestion` is a text that would be right in the place of the span, or empty.
    """

    code = "formula"
    status = 422
    text = Text(zh="公式有误。", en="The formula is not right.")
    remedy = Text(zh="{advice_zh}", en="{advice_en}")

    def __init__(self, span: Span, *, suggestion: str = "", advice: Text | None = None, **params: Param) -> None:
        self.span = span
        self.line: int | None = None
        self.column: int | None = None
        self.suggestion = suggestion
        if advice is None and suggestion:
            advice = Text(zh=f"您是不是想写 {suggestion}？", en=f"Did you mean {suggestion} ?")
        shown = advice or Text()
        super().__init__(
            field=None,
            **params,
            start=span.start,
            end=span.end,
            suggestion=suggestion,
            advice_zh=shown.zh,
            advice_en=shown.en,
        )

    def located(self, source: str) -> Self:
        """Fill in line and column from the source text and return the same error."""
        before = source[: self.span.start]
        self.line = before.count("\n") + 1
        self.column = self.span.start - (before.rfind("\n") + 1) + 1
        self.params = {**self.params, "line": self.line, "column": self.column}
        return self


class FormulaTooLong(FormulaError):
    """More characters than a formula may have."""

    code = "formula_too_long"
    text = Text(zh="公式过长，最多 {limit} 个字符。", en="The formula is too long; {limit} characters at most.")


class FormulaTooDeep(FormulaError):
    """Nested too deeply to be read by a person or a database."""

    code = "formula_too_deep"
    text = Text(zh="公式嵌套过深或过于复杂。", en="The formula is nested too deeply or too complex.")
    remedy = Text(
        zh="请拆成几个指标，再在公式中引用它们。", en="Split it into several metrics and refer to them in the formula."
    )


class EmptyFormula(FormulaError):
    """Nothing but white space."""

    code = "formula_empty"
    text = Text(zh="公式为空。", en="The formula is empty.")
    remedy = Text(zh="请输入公式，例如 [销售额] / [订单数]。", en="Enter a formula, such as [sales] / [orders].")


class BadCharacter(FormulaError):
    """A character that has no meaning in a formula."""

    code = "formula_character"
    text = Text(zh="公式中不能使用字符“{found}”。", en="The character “{found}” has no meaning in a formula.")


class Unclosed(FormulaError):
    """A text, name, bracket or case that is opened and never closed."""

    code = "formula_unclosed"
    text = Text(zh="“{opening}”没有对应的“{closing}”。", en="“{opening}” is never closed by “{closing}”.")


class BadNumber(FormulaError):
    """A number that is malformed or has more digits than any engine keeps exactly."""

    code = "formula_number"
    text = Text(zh="“{found}”不是可用的数字。", en="“{found}” is not a usable number.")


class Unexpected(FormulaError):
    """Something else stands where an operand, an operator or a bracket should."""

    code = "formula_syntax"
    text = Text(zh="此处应为{expected_zh}，实际是{found_zh}。", en="Expected {expected_en} here, found {found_en}.")


class UnknownFormulaName(FormulaError):
    """A column or metric that does not exist."""

    code = "formula_unknown_name"
    text = Text(zh="没有名为“{name}”的{kind_zh}。", en="There is no {kind_en} named “{name}”.")


class UnknownFunction(FormulaError):
    """A function outside the allow-list."""

    code = "formula_unknown_function"
    text = Text(zh="没有函数“{function}”。", en="There is no function “{function}”.")


class WrongArguments(FormulaError):
    """Too few, too many, or an argument that must be a constant of a certain form."""

    code = "formula_arguments"
    text = Text(zh="{function}:{reason_zh}。", en="{function}: {reason_en}.")


class WrongType(FormulaError):
    """A value of a type that the operator or function cannot take."""

    code = "formula_type"
    text = Text(zh="{where_zh}需要{wanted_zh}，实际是{found_zh}。", en="{where_en} takes {wanted_en}, not {found_en}.")


class UnitMismatch(FormulaError):
    """Two quantities that cannot be added or compared: 元 + 笔."""

    code = "formula_unit"
    text = Text(
        zh="单位不同，不能做“{operation}”：{left_zh}与{right_zh}。",
        en="Units differ, “{operation}” is not possible: {left_en} and {right_en}.",
    )

    def __init__(
        self, span: Span, operation: str, left: Text, right: Text, *, suggestion: str = "", advice: Text | None = None
    ) -> None:
        super().__init__(
            span,
            suggestion=suggestion,
            advice=advice,
            operation=operation,
            left_zh=left.zh,
            left_en=left.en,
            right_zh=right.zh,
            right_en=right.en,
        )


class ScaleMismatch(FormulaError):
    """One kind of quantity in two scales: 元 and 万元. Never converted silently."""

    code = "formula_scale"
    text = Text(
        zh="同类单位的量级不同，不能直接做“{operation}”：{left} 与 {right}。",
        en="One kind of unit in two scales, “{operation}” is not possible as it stands: {left} and {right}.",
    )


class UnsupportedByEngine(FormulaError):
    """The function has no proven translation for the engine that holds the data."""

    code = "formula_engine"
    text = Text(zh="引擎 {dialect} 不支持函数“{function}”。", en="The engine {dialect} does not support “{function}”.")
