"""Datasets as semantic models, and calendars as time spines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.sql_text import to_sql
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.model import LakeTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import JsonValue

    from metrion.interchange.foreign.report import Losses
    from metrion.interchange.metricflow.export.addresses import Addresses
    from metrion.semantic.model import Column, DatasetDef, RelationshipDef

Part = dict[str, "JsonValue"]


def semantic_model(dataset: DatasetDef, addresses: Addresses, losses: Losses) -> Part | None:
    """Return a dataset as a semantic model without measures; None, with a loss, where it is no table."""
    path = f"dataset.{dataset.code}"
    if not isinstance(dataset.source, LakeTable):
        losses.dropped(path, "只有数据湖中的表可以导出。", "Only tables of the lake can be exported.")
        return None
    writer = _Model(dataset, addresses, losses, path)
    part: Part = {"name": dataset.code}
    if description := dataset.description.pick():
        part["description"] = description
    part["node_relation"] = {"alias": dataset.source.table, "schema_name": "main"}
    if dataset.time_columns:
        part["defaults"] = {"agg_time_dimension": writer.time_name(dataset.time_columns[0])}
    if not addresses.keys(dataset):
        part["primary_entity"] = addresses.prefix(dataset)
    part["entities"] = list(writer.entities())
    part["dimensions"] = list(writer.dimensions())
    return part


class _Model:
    """Writes one semantic model."""

    def __init__(self, dataset: DatasetDef, addresses: Addresses, losses: Losses, path: str) -> None:
        self.dataset = dataset
        self.addresses = addresses
        self.losses = losses
        self.path = path

    def entities(self) -> Iterator[JsonValue]:
        """Yield keys, then references."""
        keys = self.addresses.keys(self.dataset)
        kind = "natural" if self.dataset.validity is not None else "primary"
        for at, key in enumerate(keys):
            yield {"name": key.name, "type": kind if at == 0 else "unique", "expr": self._sql(key.column)}
        seen = {key.name for key in keys}
        for name, relationship in self.addresses.references(self.dataset):
            self._report(relationship)
            if name not in seen:
                seen.add(name)
                yield {"name": name, "type": "foreign", "expr": self._sql(relationship.columns[0].many)}
        for name, column in self.addresses.counted(self.dataset).items():
            yield {"name": name, "type": "foreign", "expr": self._sql(column)}

    def _report(self, relationship: RelationshipDef) -> None:
        place = f"relationship.{relationship.code}"
        if any(pair.many != pair.one for pair in relationship.columns[1:]):
            self.losses.changed(
                place,
                "只有第一对关联列作为实体，其余作为分区，两侧列名须相同。",
                "Only the first pair of columns is an entity; the others are partitions, whose names must agree.",
            )
        if relationship.valid_at is not None or relationship.backwards != "refuse":
            self.losses.dropped(
                place,
                "有效时间列与反向拆分没有对应。",
                "A column that says when, and splitting backwards, have no place.",
            )

    def dimensions(self) -> Iterator[JsonValue]:
        """Yield the columns that something can be split by or aggregated over."""
        found: dict[str, Part] = {}
        entities = self.addresses.entities(self.dataset)
        for dimension, column in self.addresses.bound(self.dataset.code):
            if dimension.code in entities:
                continue
            name = self.addresses.element(dimension, self.dataset)
            found[name] = self._dimension(name, column)
            if (label := dimension.name.pick()) != name:
                found[name]["label"] = label
        named = {str(each.get("expr", name)) for name, each in found.items()}
        for column in (*self.dataset.time_columns, *self._others()):
            if column not in named:
                found[column] = self._dimension(column, column)
        for name, each in found.items():
            if str(each.get("expr", name)) in self._partitions():
                each["is_partition"] = True
        yield from (each for each in found.values() if each)

    def time_name(self, column: str) -> str:
        """Return the name of the dimension that a time column is."""
        for dimension, bound in self.addresses.bound(self.dataset.code):
            if bound == column:
                return self.addresses.element(dimension, self.dataset)
        return column

    def _others(self) -> tuple[str, ...]:
        """Return the columns of the validity and of partitions: they are dimensions there."""
        validity = self.dataset.validity
        return (*((validity.start, validity.end) if validity else ()), *sorted(self._partitions()))

    def _partitions(self) -> set[str]:
        found: set[str] = set()
        for relationship in self.addresses.relationships:
            for pair in relationship.columns[1:]:
                if relationship.from_dataset == self.dataset.code:
                    found.add(pair.many)
                if relationship.to_dataset == self.dataset.code:
                    found.add(pair.one)
        return found

    def _dimension(self, name: str, column: str) -> Part:
        known = self.dataset.column(column)
        part: Part = {"name": name, "type": "categorical"}
        expression = self._sql(column)
        if expression != name:
            part["expr"] = expression
        if known is not None and known.type in {"date", "timestamp"}:
            params: Part = {"time_granularity": self._grain(known)}
            validity = self.dataset.validity
            if validity is not None and column in {validity.start, validity.end}:
                params["validity_params"] = {"is_start" if column == validity.start else "is_end": True}
            part |= {"type": "time", "type_params": params}
        return part

    def _grain(self, column: Column) -> str:
        if column.name in self.dataset.time_columns:
            return self.addresses.grain(self.dataset, column.name) or self.dataset.time_grain
        return "day" if column.type == "date" else "second"

    def _sql(self, column: str) -> str:
        known = self.dataset.column(column)
        if known is None or known.expression is None:
            return column
        try:
            return to_sql(parse_expression(known.expression), lambda name: self._sql(name.value))
        except NotExpressible as refusal:
            self.losses.refused(f"{self.path}.columns.{column}", refusal.reason)
            return column


def time_spine(dataset: DatasetDef) -> Part | None:
    """Return a calendar as a time spine."""
    if not isinstance(dataset.source, LakeTable) or not dataset.time_columns:
        return None
    levels: list[JsonValue] = [{"name": level.code, "column_name": level.column} for level in dataset.levels]
    return {
        "node_relation": {"alias": dataset.source.table, "schema_name": "main"},
        "primary_column": {"name": dataset.time_columns[0], "time_granularity": dataset.time_grain},
        **({"custom_granularities": levels} if levels else {}),
    }
