"""How semantic models are joined, and where an address such as `listing__user__home_state` leads.

An address is a way: each entity is a step from the model where it stands to one that it identifies. The way
becomes the roles of a field (`listing.user.user__home_state`), so that it stays exactly the one that was meant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from metrion.interchange.foreign.codes import Codes, code_of
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.metricflow.words import name_of, text_of
from metrion.semantic.model import Binding, ColumnPair, DatasetDef, DimensionDef, RelationshipDef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metrion.interchange.metricflow.datasets import ModelData
    from metrion.interchange.metricflow.manifest import Dimension, Entity
    from metrion.semantic.model import Code

_MOST_JOINS: Final = 2
_JOINED: Final = {
    "primary": ("primary", "unique", "natural"),
    "unique": ("primary", "unique", "natural"),
    "foreign": ("primary", "unique", "natural"),
    "natural": ("primary", "unique"),
}
"""Type of an entity where a join starts -> types where it may end."""


@dataclass(frozen=True, slots=True)
class Node:
    """A dataset: a semantic model as one of its keys tells its rows apart."""

    code: Code
    data: ModelData
    key: Entity | None


@dataclass(frozen=True, slots=True)
class Edge:
    """A join from one dataset to another along an entity."""

    entity: str
    source: Node
    target: Node
    relationship: RelationshipDef


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address leads from one dataset: the roles on the way, and the dimension there."""

    roles: tuple[str, ...]
    node: Node
    dimension: Code
    column: str


@dataclass(slots=True)
class Graph:
    """All datasets, joins and dimensions of a manifest."""

    domain: Code
    codes: Codes
    models: tuple[ModelData, ...]
    nodes: dict[Code, Node] = field(default_factory=dict)
    edges: dict[Code, list[Edge]] = field(default_factory=dict)
    dimensions: dict[Code, DimensionDef] = field(default_factory=dict)
    leads: dict[Code, RelationshipDef] = field(default_factory=dict)
    """Joins to tables of metrics."""

    # --- making ---

    def build(self) -> None:
        """Make nodes, edges and dimensions."""
        for data in self.models:
            self._nodes(data)
        for source in list(self.nodes.values()):
            for target in list(self.nodes.values()):
                if source.data is not target.data:
                    self._join(source, target)
        for node in self.nodes.values():
            self._dimensions(node)

    def _nodes(self, data: ModelData) -> None:
        """Make a dataset, and one more for each further key by which others are joined to it."""
        keys = data.keys
        first = keys[0] if keys else None
        wanted = [key for key in keys if self._is_referred(key, data)]
        main = first if first in wanted or not wanted else wanted[0]
        self._node(data.code, data, main)
        for key in wanted:
            if key is not main and data.entities[key.name] != data.entities[main.name if main else key.name]:
                self._node(self.codes.of("dataset", f"{data.code} by {key.name}"), data, key)

    def _node(self, code: Code, data: ModelData, key: Entity | None) -> None:
        self.nodes[code] = Node(code, data, key)

    def _is_referred(self, key: Entity, data: ModelData) -> bool:
        """Tell whether another model joins to this one by a key."""
        return any(
            other is not data
            and any(entity.name == key.name and key.type in _JOINED[entity.type] for entity in other.model.entities)
            for other in self.models
        )

    def _join(self, source: Node, target: Node) -> None:
        key = target.key
        if key is None or not self._may_start(source):
            return
        targets = {key.name: key}
        for other in target.data.keys:
            if target.data.entities[other.name] == target.data.entities[key.name]:
                targets[other.name] = other  # Another name of the same column is the same key.
        for entity in source.data.model.entities:
            end = targets.get(entity.name)
            fits = end is not None and end.type in _JOINED[entity.type] and entity.name in source.data.entities
            if fits and end is not None and self._is_useful(source, entity):
                self._edge(source, entity.name, target, end.name)

    def _may_start(self, source: Node) -> bool:
        """Only the main dataset of a model starts joins, and one that is joined to by its other key."""
        return source.key is not None or not source.data.keys or source.code == source.data.code

    def _is_useful(self, source: Node, entity: Entity) -> bool:
        """Leave out a join that only leads where the model before it could have gone by the same entity."""
        if entity.type == "foreign" or source.data.model.measures:
            return True
        return source.key is not None and source.key.name != entity.name

    def _edge(self, source: Node, entity: str, target: Node, key: str) -> None:
        pairs = [ColumnPair(many=source.data.entities[entity], one=target.data.entities[key])]
        pairs += [ColumnPair(many=many, one=one) for many, one in _partitions(source, target)]
        history = target.key is not None and target.key.type == "natural"
        if history and target.data.validity is None:
            return
        self._connect(source, entity, target, tuple(pairs))

    def _connect(self, source: Node, entity: str, target: Node, pairs: tuple[ColumnPair, ...]) -> None:
        relationship = RelationshipDef(
            code=self.codes.of("relationship", f"{source.code} {entity} {target.code}"),
            domain=self.domain,
            from_dataset=source.code,
            to_dataset=target.code,
            columns=pairs,
            role=code_of(entity),
        )
        self.edges.setdefault(source.code, []).append(Edge(entity, source, target, relationship))

    def lead(self, place: Place, entity: str, table: DatasetDef, pair: ColumnPair) -> str:
        """Join a dataset to a table of metrics by one of its entities, and return the role."""
        code = self.codes.of("relationship", f"{place.node.code} {entity} {table.code}")
        role = code_of(entity)
        self.leads[code] = RelationshipDef(
            code=code,
            domain=self.domain,
            from_dataset=place.node.code,
            to_dataset=table.code,
            columns=(pair,),
            role=role,
        )
        return role

    def _dimensions(self, node: Node) -> None:
        data = node.data
        for name, column in data.entities.items():
            entity = next(each for each in data.model.entities if each.name == name)
            self._bind(self.codes.of("dimension", name), entity, node, column)
        for name, column in data.dimensions.items():
            dimension = data.dimension(name)
            if dimension is not None:
                self._bind(self._code(data, name), dimension, node, column)

    def _code(self, data: ModelData, name: str) -> Code:
        return self.codes.of("dimension", f"{data.prefix}__{name}")

    def _bind(self, code: Code, part: Entity | Dimension, node: Node, column: str) -> None:
        known = self.dimensions.get(code)
        binding = Binding(dataset=node.code, column=column)
        if known is None:
            self.dimensions[code] = DimensionDef(
                code=code,
                name=name_of(part),
                description=text_of(part.description),
                domain=self.domain,
                bindings=(binding,),
            )
        elif all(each.dataset != node.code for each in known.bindings):
            self.dimensions[code] = known.model_copy(update={"bindings": (*known.bindings, binding)})

    def relationships(self) -> Iterator[RelationshipDef]:
        """Yield all joins."""
        for edges in self.edges.values():
            for edge in edges:
                yield edge.relationship
        yield from self.leads.values()

    def datasets(self) -> Iterator[DatasetDef]:
        """Yield all datasets of semantic models."""
        for node in self.nodes.values():
            yield node.data.dataset(self.domain, node.code, node.key)

    # --- finding ---

    def find(self, links: Sequence[str], element: str, dataset: Code) -> Place | None:
        """Return where an address leads from a dataset, by the fewest joins; None: nowhere.

        The entities before those that are named may be left out, as far as two joins are enough.
        """
        reached: list[tuple[tuple[str, ...], Node]] = [((), self.nodes[dataset])]
        for _ in range(_MOST_JOINS):
            if (found := self._along(reached, links, element)) is not None:
                return found
            reached = [step for roles, node in reached for step in self._steps(roles, node)]
        return None

    def _along(
        self, reached: Sequence[tuple[tuple[str, ...], Node]], links: Sequence[str], element: str
    ) -> Place | None:
        """Return where entities lead from any of the datasets that are reached, by the fewest joins."""
        for link in links:
            reached = [step for roles, node in reached for step in self._steps(roles, node, link)]
        found = [place for roles, node in reached if (place := self._element(roles, node, element)) is not None]
        return min(found, key=lambda place: len(place.roles)) if found else None

    def _steps(
        self, roles: tuple[str, ...], node: Node, link: str | None = None
    ) -> Iterator[tuple[tuple[str, ...], Node]]:
        """Yield where an entity leads, or any: along a join, or nowhere where each row is one itself."""
        if link is not None and not roles and (link in node.data.own_names or link == node.data.prefix):
            yield roles, node
        for edge in self.edges.get(node.code, ()):
            if link is None or edge.entity == link:
                yield (*roles, edge.relationship.role or ""), edge.target

    def _element(self, roles: tuple[str, ...], node: Node, element: str) -> Place | None:
        if element in node.data.dimensions:
            return Place(roles, node, self._code(node.data, element), node.data.dimensions[element])
        if element in node.data.entities:
            return Place(roles, node, self.codes.of("dimension", element), node.data.entities[element])
        return None

    def field(self, links: Sequence[str], element: str, datasets: Iterable[Code]) -> str:
        """Return the field that an address is, seen from all of these datasets; raises `NotExpressible`."""
        address = "__".join([*links, element])
        places = []
        for dataset in datasets:
            place = self.find(links, element, dataset)
            if place is None:
                raise NotExpressible(
                    zh=f"从“{dataset}”无法到达“{address}”", en=f"“{address}” cannot be reached from “{dataset}”"
                )
            places.append(place)
        if not places:
            raise NotExpressible(zh=f"没有“{address}”", en=f"there is no “{address}”")
        return field_of([place.roles for place in places], places[0].dimension)


def field_of(ways: Sequence[tuple[str, ...]], dimension: Code) -> str:
    """Return a dimension as a field: with the roles on the way to it where that is the same from everywhere."""
    roles = ways[0] if len(set(ways)) == 1 else ()
    return ".".join([*roles, dimension])


def _partitions(source: Node, target: Node) -> Iterator[tuple[str, str]]:
    """Yield the partitions that both sides have: their rows belong together within one."""
    for dimension in source.data.model.dimensions:
        other = target.data.dimension(dimension.name)
        both = dimension.is_partition and other is not None and other.is_partition
        if both and dimension.name in source.data.dimensions and dimension.name in target.data.dimensions:
            yield source.data.dimensions[dimension.name], target.data.dimensions[dimension.name]
