"""An OSI model with its names resolved: datasets, their keys, how they are related, and what is wrong with all that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from metrion.base.errors import Faults, MetrionError
from metrion.interchange.foreign.codes import code_of
from metrion.interchange.osi.errors import (
    AggregateInField,
    BadShape,
    FieldCycle,
    NameCollision,
    NameNotFound,
    OsiRefusal,
    PrimaryKeyRequired,
    ReservedName,
)
from metrion.interchange.osi.expressions import aggregates, columns, normal, reference, tree_of, unquoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlglot import exp

    from metrion.interchange.osi.document import DatasetNode, FieldNode, MetricNode, ModelNode, RelationshipNode
    from metrion.semantic.model import DataType

RESERVED: Final = frozenset({"GRAIN", "FILTER", "QUERY_FILTER"})
Meeting = Literal["same", "one", "many", "ambiguous", "bridge", "many_to_many", "none"]
"""How rows of one dataset meet those of another: itself, at most one, several, unclear, several through a bridge,
several with nothing between them that says how, or not at all."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a dataset with the tree of its expression."""

    dataset: str
    name: str
    node: FieldNode
    tree: exp.Expression
    place: str

    @property
    def written(self) -> str:
        """Return the name as people read it."""
        return unquoted(self.node.name)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset: its fields, the columns of its table as far as they are known, and which columns are keys."""

    name: str
    node: DatasetNode
    place: str
    fields: Mapping[str, Field]
    keys: tuple[tuple[str, ...], ...]
    table: Mapping[str, str]
    """Columns of the table, normal name -> as it is spelt; empty where the table is not known."""
    types: Mapping[str, DataType]


@dataclass(frozen=True, slots=True)
class Edge:
    """Each row of `many` has at most one of `one`. `both`: and the other way round."""

    node: RelationshipNode
    many: str
    one: str
    pairs: tuple[tuple[str, str], ...]
    both: bool
    place: str


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric with the tree of its expression."""

    name: str
    node: MetricNode
    tree: exp.Expression
    place: str


@dataclass(slots=True)
class Model:
    """A whole model. `broken` holds why a field or a metric cannot be had, by its key."""

    file: str
    node: ModelNode
    datasets: dict[str, Dataset] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    loose: list[tuple[str, str]] = field(default_factory=list)
    """Pairs of datasets that are related many to many."""
    metrics: dict[str, Metric] = field(default_factory=dict)
    broken: dict[tuple[str, ...], OsiRefusal] = field(default_factory=dict)

    def field_of(self, dataset: str, name: str) -> Field | None:
        """Return a field by its normal names."""
        found = self.datasets.get(dataset)
        return found.fields.get(name) if found else None

    # --- how datasets meet ------------------------------------------------------------------------

    def ways(self, start: str, end: str, used: tuple[Edge, ...] = ()) -> Iterator[tuple[Edge, ...]]:
        """Yield the ways from one dataset to another on which no row is repeated."""
        for edge in self.edges:
            if edge in used or not (edge.many == start or (edge.both and edge.one == start)):
                continue
            target = edge.one if edge.many == start else edge.many
            if any(target in {each.many, each.one} for each in used) and target != end:
                continue
            longer = (*used, edge)
            if target == end:
                yield longer
            else:
                yield from self.ways(target, end, longer)

    def meeting(self, start: str, end: str) -> Meeting:
        """Tell how the rows of `start` meet those of `end`."""
        if start == end:
            return "same"
        there = list(self.ways(start, end))
        if there:
            shortest = min(there, key=len)
            return "one" if all(way[: len(shortest)] == shortest for way in there) else "ambiguous"
        if any(self.ways(end, start)):
            return "many"
        if any(any(self.ways(name, start)) and any(self.ways(name, end)) for name in self.datasets):
            return "bridge"
        return "many_to_many" if self._loosely(start, end) else "none"

    def _loosely(self, start: str, end: str) -> bool:
        seen, border = {start}, [start]
        pairs = [*self.loose, *((edge.many, edge.one) for edge in self.edges)]
        while border:
            here = border.pop()
            for left, right in pairs:
                for other in (right,) if left == here else (left,) if right == here else ():
                    if other not in seen:
                        seen.add(other)
                        border.append(other)
        return end in seen

    def connected(self, names: Sequence[str]) -> bool:
        """Tell whether relationships join all these datasets into one piece."""
        return all(self._loosely(names[0], other) for other in names[1:] if other != names[0])


class Builder:
    """Resolves the names of a model; collects every fault."""

    def __init__(self, file: str, node: ModelNode, columns_of: Callable[[str], Mapping[str, DataType] | None]) -> None:
        self.model = Model(file, node)
        self._columns_of = columns_of
        self._faults: list[MetrionError] = []
        self._globals: dict[str, str] = {}

    def build(self) -> Model:
        """Return the model; raises `Faults` with what no part of it can be had in spite of."""
        node = self.model.node
        for dataset in node.datasets:
            self._dataset(dataset)
        for relationship in node.relationships:
            self._relationship(relationship)
        for metric in node.metrics:
            self._metric(metric)
        for found in self.model.datasets.values():
            self._cycles(found)
        if self._faults:
            raise Faults(self._faults)
        return self.model

    def _place(self, *parts: str) -> str:
        return f"{self.model.file}: {'.'.join(parts)}"

    def _name(self, written: str, place: str, taken: dict[str, str]) -> str | None:
        """Return the normal name, or None where it cannot be used."""
        name = normal(written)
        if name in RESERVED:
            self._faults.append(ReservedName(place, name=written))
            return None
        if name in taken:
            self._faults.append(NameCollision(place, name=written, other=taken[name]))
            return None
        taken[name] = place
        return name

    def _dataset(self, node: DatasetNode) -> None:
        place = self._place("datasets", node.name)
        name = self._name(node.name, place, self._globals)
        if name is None:
            return
        types = self._columns_of(code_of(table_of(node.source))) or {}
        fields: dict[str, Field] = {}
        taken: dict[str, str] = {}
        for each in node.fields:
            where = f"{place}.fields.{each.name}"
            key = self._name(each.name, where, taken)
            if key is None:
                continue
            try:
                tree = tree_of(each.expression, self.model.node.dialect, where)
            except OsiRefusal as refusal:
                self.model.broken["field", name, key] = refusal
                continue
            if any(True for _ in aggregates(tree)):
                self._faults.append(AggregateInField(where))
                continue
            fields[key] = Field(name, key, each, tree, where)
        keys = tuple(tuple(map(normal, key)) for key in (node.primary_key, *node.unique_keys) if key)
        spelt = {column.upper(): column for column in types} | {column: column for column in types}
        self.model.datasets[name] = Dataset(name, node, place, fields, keys, spelt, types)

    def _relationship(self, node: RelationshipNode) -> None:
        place = self._place("relationships", node.name)
        if self._name(node.name, place, self._globals) is None:
            return
        many, one = normal(node.source), normal(node.target)
        missing = [name for name, key in ((node.source, many), (node.target, one)) if key not in self.model.datasets]
        self._faults.extend(NameNotFound(place, name=name) for name in missing)
        if len(node.from_columns) != len(node.to_columns):
            zh, en = "from_columns 与 to_columns 数量不同", "from_columns and to_columns differ in number"
            self._faults.append(BadShape(place, reason_zh=zh, reason_en=en))
            return
        if missing:
            return
        left, right = [tuple(map(normal, part)) for part in (node.from_columns, node.to_columns)]
        from_one, to_one = _is_key(left, self.model.datasets[many]), _is_key(right, self.model.datasets[one])
        if to_one:
            self.model.edges.append(Edge(node, many, one, tuple(zip(left, right, strict=True)), from_one, place))
        elif from_one:
            self.model.edges.append(
                Edge(node, one, many, tuple(zip(right, left, strict=True)), both=False, place=place)
            )
        elif self.model.datasets[one].keys:
            self.model.loose.append((many, one))
        else:
            self._faults.append(PrimaryKeyRequired(self.model.datasets[one].place))

    def _metric(self, node: MetricNode) -> None:
        place = self._place("metrics", node.name)
        name = self._name(node.name, place, self._globals)
        if name is None:
            return
        try:
            tree = tree_of(node.expression, self.model.node.dialect, place)
        except OsiRefusal as refusal:
            self.model.broken["metric", name] = refusal
            return
        self.model.metrics[name] = Metric(name, node, tree, place)

    def _cycles(self, dataset: Dataset) -> None:
        """Note each circle of fields once, where it begins."""
        done: set[str] = set()
        for start in dataset.fields:
            path: list[str] = []
            self._walk(dataset, start, path, done)

    def _walk(self, dataset: Dataset, name: str, path: list[str], done: set[str]) -> None:
        if name in path:
            names = [dataset.fields[each].written for each in (*path[path.index(name) :], name)]
            self._faults.append(FieldCycle(dataset.fields[name].place, path=" → ".join(names)))
            done.update(path)
            return
        if name in done:
            return
        path.append(name)
        for other in siblings(dataset, dataset.fields[name]):
            self._walk(dataset, other, path, done)
        path.pop()
        done.add(name)


def siblings(dataset: Dataset, of: Field) -> tuple[str, ...]:
    """Return the fields of the same dataset that a field is made from; columns of the table come first."""
    found: list[str] = []
    for column in columns(of.tree):
        table, name = reference(column)
        if is_column(dataset, of, table, name):
            continue
        if table in {"", dataset.name} and name in dataset.fields:
            found.append(name)
    return tuple(dict.fromkeys(found))


def is_column(dataset: Dataset, of: Field, table: str, name: str) -> bool:
    """Tell whether a name in a field's expression is a column of the table, rather than another field."""
    if table:
        return table == dataset.name and name == of.name
    return name == of.name or name in dataset.table or name not in dataset.fields


def _is_key(names: tuple[str, ...], dataset: Dataset) -> bool:
    return any(set(key) <= set(names) for key in dataset.keys)


def table_of(source: str) -> str:
    """Return the last part of the name of a table."""
    return source.strip().rpartition(".")[2].strip('"`')
