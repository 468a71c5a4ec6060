"""Help for the formula editor: faults in place, highlighting, completion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metrion.base.errors import NotFound
from metrion.base.text import Text, current_language
from metrion.catalog.facts import facts_of, formula_fault, formula_tokens
from metrion.catalog.reads.definitions import open_head
from metrion.catalog.reads.library import metric_cards
from metrion.catalog.schemas import Completion, FormulaCheck, FunctionCard
from metrion.catalog.search import fold
from metrion.catalog.visibility import Sight
from metrion.semantic.formula.check import inspect_metric_formula, inspect_row_expression, metric_input
from metrion.semantic.formula.errors import FormulaError
from metrion.semantic.formula.functions import FUNCTIONS
from metrion.semantic.formula.lexer import KEYWORDS
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.printer import format_name
from metrion.semantic.formula.walk import names
from metrion.semantic.model import DatasetDef, MetricDef
from metrion.semantic.units import UnknownUnit, parse_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metrion.identity.schemas import Actor
    from metrion.semantic.formula.types import Typed

MAX_COMPLETIONS: Final = 20
_WORD: Final = re.compile(r"(?:[\[【\"]([^\]】\"]*)|([^\W\d]\w*))$")


def check_formula(actor: Actor, text: str, dataset: str | None) -> FormulaCheck:
    """Return everything wrong with a row expression (`dataset` given) or a formula over metrics, with offsets."""
    sight = Sight(actor)
    if dataset is not None:
        columns = {column.name: column.type for column in _dataset(sight, dataset).columns}
        tokens = formula_tokens(text, sight.held.catalogue, metrics=False)
        if text.strip() == "*":
            return FormulaCheck(faults=(), type="integer", tokens=tokens)
    else:
        actor.require("metric.read")
        columns = {}
        tokens = formula_tokens(text, sight.held.catalogue, metrics=True)
    try:
        expression = parse_expression(text)
    except FormulaError as refusal:
        return FormulaCheck(faults=(formula_fault(refusal),), tokens=tokens)
    if dataset is not None:
        typed, faults = inspect_row_expression(expression, columns)
    else:
        typed, faults = inspect_metric_formula(expression, _inputs(sight, names(expression)))
    return FormulaCheck(
        faults=tuple(map(formula_fault, faults)),
        type=None if typed.type in {"null", "unknown"} else typed.type,
        unit=str(typed.unit) if typed.unit is not None else None,
        tokens=tokens,
    )


def functions() -> list[FunctionCard]:
    """Return the functions that formulas may use, by name."""
    return [
        FunctionCard(
            name=function.name, signature=function.signature, description=function.doc, example=function.example.formula
        )
        for function in sorted(FUNCTIONS.values(), key=lambda each: each.name)
    ]


def complete_formula(actor: Actor, text: str, cursor: int, dataset: str | None) -> list[Completion]:
    """Propose what may stand for the word at the caret: columns or metrics first, then functions, then keywords."""
    before = text[: max(0, min(cursor, len(text)))]
    found = _WORD.search(before)
    word = (found.group(1) if found and found.group(1) is not None else found.group(2) if found else "") or ""
    start = found.start() if found else len(before)
    sight = Sight(actor)
    names_first = _columns(sight, dataset, word) if dataset is not None else _metrics(actor, word)
    proposals = [*names_first]
    if not (found and found.group(1) is not None):
        proposals += _functions(word, in_metrics=dataset is None)
        proposals += [
            ("keyword", each, each, Text(), "") for each in sorted(KEYWORDS) if word and each.startswith(fold(word))
        ]
    return [
        Completion.model_validate(
            {
                "kind": kind,
                "label": label,
                "insert": insert,
                "name": name,
                "detail": detail,
                "start": start,
                "end": len(before),
            }
        )
        for kind, label, insert, name, detail in proposals[:MAX_COMPLETIONS]
    ]


_Proposal = tuple[str, str, str, Text, str]


def _columns(sight: Sight, dataset: str, word: str) -> Iterator[_Proposal]:
    wanted = fold(word)
    for column in _dataset(sight, dataset).columns:
        if any(wanted in fold(each) for each in (column.name, column.label.zh, column.label.en)):
            yield "column", column.name, format_name(column.name), column.label, column.type


def _metrics(actor: Actor, word: str) -> Iterator[_Proposal]:
    for card in metric_cards(actor, word, limit=MAX_COMPLETIONS).items:
        yield "metric", card.name.pick(current_language()), format_name(card.code), card.name, card.unit


def _functions(word: str, *, in_metrics: bool) -> Iterator[_Proposal]:
    for function in FUNCTIONS.values():
        if function.name.startswith(fold(word)) and (function.in_metrics or not in_metrics):
            yield "function", function.name, f"{function.name}(", function.doc, function.signature


def _dataset(sight: Sight, code: str) -> DatasetDef:
    open_head(sight, ("dataset", code))
    found = sight.held.catalogue.find("dataset", code)
    if not isinstance(found, DatasetDef):
        raise NotFound(kind_zh="数据集", kind_en="dataset", key=code)
    return found


def _inputs(sight: Sight, used: tuple[str, ...]) -> Mapping[str, Typed]:
    """Return the units of the metrics that a formula names, as far as they are open to the person."""
    held = sight.held
    found = {}
    for code in used:
        head = held.heads.get(("metric", code))
        metric = held.catalogue.find("metric", code) if head and sight.sees(head) else None
        if not isinstance(metric, MetricDef):
            continue
        facts = facts_of(metric, held.catalogue)
        try:
            found[code] = metric_input(parse_unit(metric.unit or (facts.unit if facts else "")))
        except UnknownUnit:
            continue
    return found
