"""Entities for our relationships, and the addresses of our fields: `listing__user__home_state`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.interchange.foreign.errors import NotExpressible
from metrion.semantic.errors import SemanticError
from metrion.semantic.model import METRIC_TIME, Atomic, DatasetDef, DimensionDef, MetricsTable
from metrion.semantic.paths import locate_own

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import Code, RelationshipDef


@dataclass(frozen=True, slots=True)
class Key:
    """An entity of a dataset that is a key of it."""

    name: str
    column: str


class Addresses:
    """What stands where in the project."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.relationships = [catalogue.relationship(code) for code in catalogue.codes("relationship")]
        self.dimensions = [catalogue.dimension(code) for code in catalogue.codes("dimension")]
        self.metrics = [catalogue.metric(code) for code in catalogue.codes("metric")]

    # --- entities ---

    def entity(self, relationship: RelationshipDef) -> str:
        """Return the entity that a join goes by."""
        return relationship.role or relationship.to_dataset

    def keys(self, dataset: DatasetDef) -> tuple[Key, ...]:
        """Return the entities that are keys of a dataset: one for each role in which others join to it."""
        found: dict[str, Key] = {}
        for relationship in self.relationships:
            if relationship.to_dataset == dataset.code:
                name = self.entity(relationship)
                found.setdefault(name, Key(name, relationship.columns[0].one))
        if not found and len(dataset.primary_key) == 1:
            name = self._own_name(dataset)
            found[name] = Key(name, dataset.primary_key[0])
        return tuple(found.values())

    def _own_name(self, dataset: DatasetDef) -> str:
        """Return what a row is called: the dimension of its key, what its dimensions begin with, or its dataset."""
        bound = list(self.bound(dataset.code))
        for dimension, column in bound:
            if (column,) == dataset.primary_key:
                return dimension.code
        before = {dimension.code.partition("__")[0] for dimension, _ in bound if "__" in dimension.code}
        return before.pop() if len(before) == 1 else dataset.code

    def prefix(self, dataset: DatasetDef) -> str:
        """Return the entity by which a dataset's own dimensions are addressed."""
        keys = self.keys(dataset)
        return keys[0].name if keys else self._own_name(dataset)

    def references(self, dataset: DatasetDef) -> Iterator[tuple[str, RelationshipDef]]:
        """Yield the entities by which a dataset joins to others."""
        for relationship in self.relationships:
            if relationship.from_dataset == dataset.code:
                yield self.entity(relationship), relationship

    def entities(self, dataset: DatasetDef) -> frozenset[str]:
        """Return the names of all entities of a dataset."""
        names = (name for name, _ in self.references(dataset))
        return frozenset([*(key.name for key in self.keys(dataset)), *names, *self.counted(dataset)])

    def counted(self, dataset: DatasetDef) -> dict[str, str]:
        """Return the columns that a stock is counted by, entity -> column: there these must be entities."""
        stocks = [
            metric.definition.measure.semi_additive
            for metric in self.metrics
            if isinstance(metric.definition, Atomic) and metric.definition.dataset == dataset.code
        ]
        columns = {column for stock in stocks if stock is not None for column in stock.entity}
        known = {relationship.columns[0].many for _, relationship in self.references(dataset)}
        known |= {key.column for key in self.keys(dataset)}
        names = {column: dimension.code for dimension, column in self.bound(dataset.code)}
        return {names.get(column, column): column for column in sorted(columns - known)}

    def grain(self, dataset: DatasetDef, column: str) -> str | None:
        """Return what the metrics that are aggregated by a time column tell apart."""
        first = next(iter(dataset.time_columns), None)
        for metric in self.metrics:
            definition = metric.definition
            if isinstance(definition, Atomic) and (definition.dataset, definition.time_column or first) == (
                dataset.code,
                column,
            ):
                return metric.smallest_grain
        return None

    # --- dimensions ---

    def bound(self, dataset: Code) -> Iterator[tuple[DimensionDef, str]]:
        """Yield the dimensions that are bound to a dataset, with their columns."""
        for dimension in self.dimensions:
            for binding in dimension.bindings:
                if binding.dataset == dataset:
                    yield dimension, binding.column

    def element(self, dimension: DimensionDef, dataset: DatasetDef) -> str:
        """Return the name of a dimension within its semantic model: without the entity before it."""
        for name in (*(key.name for key in self.keys(dataset)), self.prefix(dataset)):
            if dimension.code.startswith(f"{name}__"):
                return dimension.code.removeprefix(f"{name}__")
        return dimension.code

    def address(self, field: str, dataset: Code) -> str:
        """Return the address of a field from a dataset; raises `NotExpressible`."""
        try:
            located = locate_own(field, dataset, self.catalogue)
        except SemanticError as refusal:
            raise NotExpressible(zh=f"字段 {field}", en=f"the field {field}") from refusal
        if located is None:
            raise NotExpressible(zh=f"字段 {field}", en=f"the field {field}")
        steps = [self.entity(self.catalogue.relationship(hop.relationship)) for hop in located.path]
        target = self.catalogue.dataset(located.dataset)
        if located.dimension in self.entities(target):
            return "__".join([*steps, str(located.dimension)])
        element = located.column.name
        if located.dimension is not None:
            element = self.element(self.catalogue.dimension(located.dimension), target)
        return "__".join([*(steps or [self.prefix(target)]), element])

    def reference(self, field: str, datasets: Iterable[Code], grain: str | None = None) -> str:
        """Return a field as a reference in a filter: the same from all of these datasets; raises `NotExpressible`."""
        if field == METRIC_TIME:
            return f"{{{{ TimeDimension('{METRIC_TIME}', '{grain or 'day'}') }}}}"
        found = {self._reference(field, dataset, grain) for dataset in datasets}
        if len(found) != 1:
            raise NotExpressible(zh=f"字段 {field} 的路径不一致", en=f"{field}, which is reached in several ways")
        return found.pop()

    def _reference(self, field: str, dataset: Code, grain: str | None) -> str:
        located = locate_own(field, dataset, self.catalogue)
        address = self.address(field, dataset)
        if located is None:
            raise NotExpressible(zh=f"字段 {field}", en=f"the field {field}")
        target = self.catalogue.dataset(located.dataset)
        if isinstance(target.source, MetricsTable):
            entities = "__".join(self.entity(self.catalogue.relationship(hop.relationship)) for hop in located.path)
            return f"{{{{ Metric('{located.column.name}', ['{entities}']) }}}}"
        if located.column.type in {"date", "timestamp"} and "__" in address:
            return f"{{{{ TimeDimension('{address}', '{grain or 'day'}') }}}}"
        kind = "Dimension" if "__" in address and not self._is_entity(address, target) else "Entity"
        return f"{{{{ {kind}('{address}') }}}}"

    def _is_entity(self, address: str, dataset: DatasetDef) -> bool:
        last = address.rpartition("__")[2]
        return last in self.entities(dataset)
