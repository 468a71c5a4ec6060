"""Columns of a dataset: their names, and those that are calculated from others."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from metrion.base.text import Text
from metrion.semantic.errors import DefinitionCycle
from metrion.semantic.formula.ast import Name
from metrion.semantic.formula.errors import FormulaError, FormulaTooDeep
from metrion.semantic.formula.suggest import nearest
from metrion.semantic.formula.types import TYPE_NAMES, common_type, is_number
from metrion.semantic.formula.walk import names, walk
from metrion.semantic.frame import parsed_formula
from metrion.semantic.validate.formulas import check_row

if TYPE_CHECKING:
    from collections.abc import Container

    from metrion.semantic.formula.types import ValueType
    from metrion.semantic.model import Column, DatasetDef, DataType
    from metrion.semantic.validate.fault import Findings

TIME_TYPES: Final = frozenset({"date", "timestamp"})
_LARGEST: Final = 5_000
"""Most nodes of a calculated column once all that it rests on is written out."""
_DEEPEST: Final = 24


def check_columns(dataset: DatasetDef, findings: Findings) -> None:
    """Check that each column has a name of its own, and the formulas of those that are calculated."""
    if not dataset.columns:
        findings.add("columns", "no_columns", "数据集至少要有一列。", "A dataset has at least one column.")
    counted = Counter(column.name for column in dataset.columns)
    for position, column in enumerate(dataset.columns):
        if not column.name.strip():
            findings.add(f"columns.{position}.name", "column_name_missing", "请填写列名。", "Give the column a name.")
        elif counted[column.name] > 1:
            findings.add(
                f"columns.{position}.name",
                "column_repeated",
                f"列“{column.name}”出现了多次。",
                f"The column “{column.name}” is there more than once.",
            )
    for position, column in enumerate(dataset.columns):
        if column.expression is not None:
            _check_calculated(column, column.expression, f"columns.{position}", dataset, findings)


def _check_calculated(column: Column, expression: str, place: str, dataset: DatasetDef, findings: Findings) -> None:
    before = len(findings)
    found = check_row(expression, f"{place}.expression", dataset, findings)
    if len(findings) > before:
        return
    try:
        _written_out(column.name, dataset, (), {})
    except (DefinitionCycle, FormulaError) as refusal:
        findings.add_refusal(f"{place}.expression", refusal)
        return
    if not fits(found, column.type):
        shown, said = TYPE_NAMES[found], TYPE_NAMES[column.type]
        findings.add(
            f"{place}.type",
            "column_type",
            f"列“{column.name}”声明为{said.zh}，公式的结果是{shown.zh}。",
            f"The column “{column.name}” is declared as {said.en}; its formula gives {shown.en}.",
            Text(zh="请修改类型，或在公式中转换。", en="Change the type, or convert in the formula."),
        )


def fits(found: ValueType, declared: DataType) -> bool:
    """Tell whether values of type `found` may be called `declared` without a number or a time of day being lost."""
    if common_type((found, declared)) is None:
        return False
    narrowed = declared == "integer" and found in ("decimal", "float")
    return not narrowed and not (declared == "date" and found == "timestamp")


def _written_out(name: str, dataset: DatasetDef, open_: tuple[str, ...], known: dict[str, int]) -> int:
    """Return how many nodes a column has when what it rests on is written out."""
    if name in open_:
        raise DefinitionCycle(path=" → ".join([*open_[open_.index(name) :], name]))
    column = dataset.column(name)
    if name in known or column is None or column.expression is None:
        return known.get(name, 1)
    formula = parsed_formula(column.expression)
    inner = {part: _written_out(part, dataset, (*open_, name), known) for part in names(formula)}
    size = sum(inner[node.value] if isinstance(node, Name) else 1 for node in walk(formula))
    if size > _LARGEST or len(open_) >= _DEEPEST:
        raise FormulaTooDeep(formula.span)
    known[name] = size
    return size


def require_column(dataset: DatasetDef, name: str, field: str, findings: Findings) -> Column | None:
    """Return the column, or note that the dataset lacks it."""
    column = dataset.column(name)
    if column is None:
        close = nearest(name, [known.name for known in dataset.columns])
        remedy = (
            Text(zh=f"最接近的列：{'、'.join(close)}", en=f"The nearest columns are: {', '.join(close)}")
            if close
            else None
        )
        findings.add(
            field,
            "unknown_column",
            f"数据集“{dataset.code}”没有列“{name}”。",
            f"The dataset “{dataset.code}” has no column “{name}”.",
            remedy,
        )
    return column


def require_time(column: Column, field: str, findings: Findings) -> None:
    """Note that a column is no date or timestamp."""
    if column.type not in TIME_TYPES:
        name = TYPE_NAMES[column.type]
        findings.add(
            field,
            "no_time_column",
            f"时间列“{column.name}”应为日期或时间戳，实际是{name.zh}。",
            f"The time column “{column.name}” is {name.en}, not a date or a timestamp.",
        )


def require_number(column: Column, field: str, findings: Findings) -> None:
    """Note that a column is no number."""
    if not is_number(column.type):
        require_type(column, ("integer", "decimal", "float"), Text(zh="数字", en="a number"), field, findings)


def require_type(column: Column, types: Container[DataType], wanted: Text, field: str, findings: Findings) -> None:
    """Note that a column has none of `types`, which `wanted` names."""
    if column.type not in types:
        name = TYPE_NAMES[column.type]
        findings.add(
            field,
            "column_type",
            f"列“{column.name}”应为{wanted.zh}，实际是{name.zh}。",
            f"The column “{column.name}” is {name.en}, not {wanted.en}.",
        )
