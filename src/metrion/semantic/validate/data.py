"""Checks of datasets, relationships, dimensions and modifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.base.text import Text
from metrion.semantic.errors import DefinitionCycle, FanOut, UnknownName
from metrion.semantic.formula.types import TYPE_NAMES, common_type
from metrion.semantic.validate.calendars import check_calendar, check_time_grain, check_validity
from metrion.semantic.validate.columns import check_columns, require_column, require_number, require_time
from metrion.semantic.validate.conditions import check_condition, dimension_fields
from metrion.semantic.validate.sources import check_source

if TYPE_CHECKING:
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import Code, Column, DatasetDef, DimensionDef, ModifierDef, RelationshipDef
    from metrion.semantic.validate.fault import Findings


def check_dataset(definition: DatasetDef, catalogue: Catalogue, findings: Findings) -> None:
    """Check columns, key, time axis, and what the shape and the source ask for."""
    check_columns(definition, findings)
    for position, name in enumerate(definition.primary_key):
        require_column(definition, name, f"primary_key.{position}", findings)
    for position, name in enumerate(definition.time_columns):
        found = require_column(definition, name, f"time_columns.{position}", findings)
        if found is not None:
            require_time(found, f"time_columns.{position}", findings)
    if definition.shape in {"dimension", "snapshot"} and not definition.primary_key:
        findings.add(
            "primary_key",
            "primary_key_missing",
            "维度表和快照表需要主键，否则关联会使数据重复。",
            "A dimension or snapshot needs a primary key, or joins would repeat rows.",
        )
    if definition.shape == "snapshot" and not definition.time_columns:
        findings.add("time_columns", "time_column_missing", "快照表需要时间列。", "A snapshot needs a time column.")
    check_time_grain(definition, findings)
    check_validity(definition, findings)
    check_calendar(definition, catalogue, findings)
    check_source(definition, catalogue, findings)


def check_relationship(definition: RelationshipDef, catalogue: Catalogue, findings: Findings) -> None:
    """Check both ends, the types of the pairs, and that the target side is a key."""
    source = find_dataset(definition.from_dataset, "from_dataset", catalogue, findings)
    target = find_dataset(definition.to_dataset, "to_dataset", catalogue, findings)
    if not definition.columns:
        findings.add("columns", "no_columns", "请至少指定一对关联列。", "Name at least one pair of columns.")
    for position, pair in enumerate(definition.columns):
        place = f"columns.{position}"
        many = require_column(source, pair.many, f"{place}.many", findings) if source else None
        one = require_column(target, pair.one, f"{place}.one", findings) if target else None
        if many is not None and one is not None and common_type((many.type, one.type)) is None:
            left, right = TYPE_NAMES[many.type], TYPE_NAMES[one.type]
            findings.add(
                place,
                "relationship_types",
                f"关联列类型不同：“{many.name}”是{left.zh}，“{one.name}”是{right.zh}。",
                f"The types of the columns differ: “{many.name}” is {left.en}, “{one.name}” is {right.en}.",
            )
    if target and definition.columns:
        joined = {pair.one for pair in definition.columns}
        if not target.primary_key or not joined.issuperset(target.primary_key):
            findings.add_refusal("columns", FanOut(relationship=definition.code, dataset=target.code))
    if source:
        _check_role(definition, catalogue, findings)
        _check_weight(definition, source, findings)
    _check_history(definition, source, target, findings)


def _check_weight(definition: RelationshipDef, source: DatasetDef, findings: Findings) -> None:
    if definition.backwards == "weighted" and definition.weight is None:
        findings.add(
            "weight",
            "weight_missing",
            "按权重分摊需要权重列。",
            "To allocate by weight, name the column with a row's share.",
        )
    if definition.weight is None:
        return
    if definition.backwards != "weighted":
        findings.add(
            "weight",
            "option_unused",
            "只有按权重分摊时才使用权重列。",
            "A weight means something only where rows are allocated by it.",
            Text(zh="请去掉权重，或将反向关联设为按权重分摊。", en="Leave it out, or set backwards to weighted."),
        )
    column = require_column(source, definition.weight, "weight", findings)
    if column is not None:
        require_number(column, "weight", findings)


def _check_history(
    definition: RelationshipDef, source: DatasetDef | None, target: DatasetDef | None, findings: Findings
) -> None:
    """Check that a moment is named only where one is looked up, and that a history is not walked backwards."""
    if source is not None and definition.valid_at is not None:
        column = require_column(source, definition.valid_at, "valid_at", findings)
        if column is not None:
            require_time(column, "valid_at", findings)
    if target is None:
        return
    if definition.valid_at is not None and target.validity is None:
        findings.add(
            "valid_at",
            "no_history",
            f"数据集“{target.code}”没有有效期，不需要时间列。",
            f"The dataset “{target.code}” has no validity; no moment is looked up in it.",
            Text(
                zh="请去掉该列，或为数据集填写有效期。",
                en="Leave it out, or say when the rows of the dataset are valid.",
            ),
        )
    if definition.backwards != "refuse" and target.validity is not None:
        findings.add(
            "backwards",
            "history_backwards",
            f"数据集“{target.code}”的一个键有多行历史，不能反向关联。",
            f"The dataset “{target.code}” has several rows of one key; it cannot be split by what points at it.",
        )


def _check_role(definition: RelationshipDef, catalogue: Catalogue, findings: Findings) -> None:
    twins = [
        other.code
        for other in catalogue.relationships_from(definition.from_dataset)
        if other.code != definition.code and other.to_dataset == definition.to_dataset and other.role == definition.role
    ]
    if twins:
        findings.add(
            "role",
            "role_missing",
            f"关系“{twins[0]}”连接相同的两个数据集，请用不同的角色区分。",
            f"The relationship “{twins[0]}” joins the same datasets; tell them apart by their roles.",
        )


def check_dimension(definition: DimensionDef, catalogue: Catalogue, findings: Findings) -> None:
    """Check that bindings name columns of one type and that the hierarchy ends."""
    if not definition.bindings:
        findings.add(
            "bindings", "no_bindings", "维度至少要绑定一个数据集的列。", "Bind the dimension to a column of a dataset."
        )
    bound: dict[Code, Column] = {}
    for position, binding in enumerate(definition.bindings):
        place = f"bindings.{position}"
        dataset = find_dataset(binding.dataset, f"{place}.dataset", catalogue, findings)
        column = require_column(dataset, binding.column, f"{place}.column", findings) if dataset else None
        if column is None:
            continue
        if binding.dataset in bound:
            findings.add(
                f"{place}.dataset",
                "binding_repeated",
                f"数据集“{binding.dataset}”绑定了多次。",
                f"The dataset “{binding.dataset}” is bound more than once.",
            )
        first = next(iter(bound.values()), column)
        if common_type((first.type, column.type)) is None:
            left, right = TYPE_NAMES[first.type], TYPE_NAMES[column.type]
            findings.add(
                f"{place}.column",
                "binding_types",
                f"各绑定列的类型不同：{left.zh}与{right.zh}。",
                f"The bound columns have different types: {left.en} and {right.en}.",
            )
        bound.setdefault(binding.dataset, column)
    _check_parents(definition, catalogue, findings)


def _check_parents(definition: DimensionDef, catalogue: Catalogue, findings: Findings) -> None:
    path = [definition.code]
    parent = definition.parent
    while parent is not None:
        if parent in path:
            findings.add_refusal("parent", DefinitionCycle(path=" → ".join([*path[path.index(parent) :], parent])))
            return
        path.append(parent)
        try:
            parent = catalogue.dimension(parent).parent
        except UnknownName as refusal:
            findings.add_refusal("parent", refusal)
            return


def check_modifier(definition: ModifierDef, catalogue: Catalogue, findings: Findings) -> None:
    """Check that the condition names dimensions and that its values have their types."""
    check_condition(definition.condition, "condition", dimension_fields(catalogue), catalogue, findings)


def find_dataset(code: Code, field: str, catalogue: Catalogue, findings: Findings) -> DatasetDef | None:
    """Return the dataset, or note that there is none."""
    try:
        return catalogue.dataset(code)
    except UnknownName as refusal:
        findings.add_refusal(field, refusal)
        return None
