"""Checks of datasets, relationships, dimensions and modifiers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from metrion.base.text import Text
from metrion.semantic.errors import DefinitionCycle, FanOut, UnknownName
from metrion.semantic.formula.suggest import nearest
from metrion.semantic.formula.types import TYPE_NAMES, common_type
from metrion.semantic.model import DatasetDef
from metrion.semantic.validate.conditions import check_values, tests_of

if TYPE_CHECKING:
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import Code, Column, DimensionDef, ModifierDef, RelationshipDef
    from metrion.semantic.validate.fault import Findings

TIME_TYPES = frozenset({"date", "timestamp"})


def check_dataset(definition: DatasetDef, findings: Findings) -> None:
    """Check columns, key and time axis."""
    if not definition.columns:
        findings.add("columns", "no_columns", "数据集至少要有一列。", "A dataset has at least one column.")
    counted = Counter(column.name for column in definition.columns)
    for position, column in enumerate(definition.columns):
        if not column.name.strip():
            findings.add(f"columns.{position}.name", "column_name_missing", "请填写列名。", "Give the column a name.")
        elif counted[column.name] > 1:
            findings.add(
                f"columns.{position}.name",
                "column_repeated",
                f"列“{column.name}”出现了多次。",
                f"The column “{column.name}” is there more than once.",
            )
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
    for place, test in tests_of(definition.condition, "condition"):
        try:
            dimension = catalogue.dimension(test.field.rpartition(".")[2])
        except UnknownName as refusal:
            findings.add_refusal(f"{place}.field", refusal)
            continue
        for binding in dimension.bindings:
            dataset = catalogue.find("dataset", binding.dataset)
            column = dataset.column(binding.column) if isinstance(dataset, DatasetDef) else None
            if column is not None:
                check_values(test, place, column.type, findings)
                break


def find_dataset(code: Code, field: str, catalogue: Catalogue, findings: Findings) -> DatasetDef | None:
    """Return the dataset, or note that there is none."""
    try:
        return catalogue.dataset(code)
    except UnknownName as refusal:
        findings.add_refusal(field, refusal)
        return None


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
