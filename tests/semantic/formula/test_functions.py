"""The function catalogue is complete and says the same in both languages."""

from __future__ import annotations

import re

import pytest

from metrion.semantic.formula.functions import DIALECTS, FUNCTIONS, Function
from metrion.semantic.formula.lexer import KEYWORDS
from metrion.semantic.formula.parse import parse_expression


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)
def test_every_entry_is_whole(function: Function) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", function.name)
    assert function.name not in KEYWORDS
    assert set(function.builders) >= set(DIALECTS)
    assert re.search(r"[\u4e00-\u9fff]", function.doc.zh)
    assert not re.search(r"[\u4e00-\u9fff]", function.doc.en)
    assert function.doc.zh.endswith("。")
    assert function.doc.en.endswith(".")
    assert function.signature.startswith(function.name + "(")
    assert function.name + "(" in function.example.formula
    parse_expression(function.example.formula)
    optional = [parameter.optional for parameter in function.parameters]
    assert optional == sorted(optional)
    assert not any(parameter.many for parameter in function.parameters[:-1])


def test_signatures_read_like_calls() -> None:
    assert FUNCTIONS["round"].signature == "round(x, [digits])"
    assert FUNCTIONS["coalesce"].signature == "coalesce(a, b, …)"


def test_metric_formulas_use_functions_of_numbers_only() -> None:
    allowed = {name for name, function in FUNCTIONS.items() if function.in_metrics}
    assert {"round", "safe_divide", "if", "coalesce", "convert"} <= allowed
    assert not allowed & {"upper", "year", "to_number", "concat"}
