"""The formula language: one grammar for row expressions over columns and for formulas over metrics."""

from metrion.semantic.formula.errors import FormulaError
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.printer import format_expression, format_name
from metrion.semantic.formula.walk import names

__all__ = ["FormulaError", "format_expression", "format_name", "names", "parse_expression"]
