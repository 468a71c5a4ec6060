"""Row expressions inside definitions: parsed, typed, and written for every engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from metrion.semantic.formula.check import inspect_row_expression
from metrion.semantic.formula.errors import FormulaError
from metrion.semantic.formula.functions import DIALECTS
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.sql import to_sqlglot

if TYPE_CHECKING:
    from metrion.semantic.formula.ast import Expression
    from metrion.semantic.formula.functions import ZeroDivision
    from metrion.semantic.formula.types import ValueType
    from metrion.semantic.model import DatasetDef
    from metrion.semantic.validate.fault import Findings


def check_row(
    text: str, field: str, dataset: DatasetDef, findings: Findings, zero_division: ZeroDivision = "null"
) -> ValueType:
    """Check a row expression over a dataset's columns; return its type, `unknown` where it is broken."""
    try:
        expression = parse_expression(text)
    except FormulaError as refusal:
        findings.add_refusal(field, refusal)
        return "unknown"
    typed, faults = inspect_row_expression(expression, {column.name: column.type for column in dataset.columns})
    findings.add_formula(field, text, faults)
    if faults:
        return "unknown"
    check_translation(expression, field, zero_division, findings)
    return typed.type


def check_translation(expression: Expression, field: str, zero_division: ZeroDivision, findings: Findings) -> None:
    """Write the formula for every engine: what grows beyond all bounds is refused here, not at the first question."""
    for dialect in DIALECTS:
        try:
            to_sqlglot(expression, lambda name: exp.column(name.value), dialect, zero_division=zero_division)
        except FormulaError as refusal:
            findings.add_refusal(field, refusal)
            return
