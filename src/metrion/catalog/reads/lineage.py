"""The lineage graph of a metric: column -> dataset -> measure -> metric -> metric, in both directions, bounded.

What the asker may not see is left out downstream. Upstream it stays as a node without a name: the number
does rest on it, and a gap would say that it does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.base.text import Text
from metrion.catalog.links import EdgeKind, Key, fields_of
from metrion.catalog.reads.definitions import open_head
from metrion.catalog.schemas import Lineage, LineageEdge, LineageNode, NodeKind
from metrion.catalog.visibility import Sight
from metrion.semantic.formula.errors import FormulaError
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.walk import names
from metrion.semantic.model import Atomic, Composite, DatasetDef, MetricDef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.catalog import snapshot
    from metrion.identity.schemas import Actor

MAX_NODES = 300
_HIDDEN = Text(zh="无权查看", en="No permission")
_MEASURE = Text(zh="度量", en="Measure")


def lineage(actor: Actor, code: str, *, depth: int = 6) -> Lineage:
    """Return the graph around a metric, at most `depth` steps each way and `MAX_NODES` nodes. Two queries."""
    sight = Sight(actor)
    start: Key = ("metric", code)
    head = open_head(sight, start)
    return _Graph(sight, sight.held).around(head, depth)


class _Graph:
    """Nodes and edges as they are found, nearest first."""

    def __init__(self, sight: Sight, held: snapshot.Snapshot) -> None:
        self.sight = sight
        self.held = held
        self.nodes: dict[str, LineageNode] = {}
        self.edges: dict[tuple[str, str], LineageEdge] = {}
        self.truncated = False

    def around(self, start: snapshot.Head, depth: int) -> Lineage:
        """Walk upstream, then downstream."""
        self._node(start, 0)
        upstream = [start]
        for step in range(1, depth + 1):
            upstream = [found for head in upstream for found in self._above(head, -step)]
        downstream = [start]
        for step in range(1, depth + 1):
            downstream = [found for head in downstream for found in self._below(head, step)]
        ends = {node for edge in self.edges.values() for node in (edge.source, edge.target)}
        self.truncated |= any(head.uses for head in upstream)
        self.truncated |= any(self.held.used_by.get(head.key) for head in downstream)
        kept = tuple(node for node in self.nodes.values() if node.id in ends or node.level == 0)
        return Lineage(nodes=kept, edges=tuple(self.edges.values()), truncated=self.truncated)

    def _above(self, head: snapshot.Head, level: int) -> Iterator[snapshot.Head]:
        here = node_id(head.key)
        measure = self._measure(head, level)
        for kind, key in head.uses:
            other = self.held.heads.get(key)
            if other is None or (key[0] == "dimension" and head.key[0] == "metric"):
                continue
            behind = measure if measure and key[0] == "dataset" else here
            new = node_id(key) not in self.nodes
            if self._named_upstream(other) and self._node(other, level):
                self._edge(node_id(key), behind, kind)
                if new:
                    yield other
            elif not self._named_upstream(other):
                hidden = f"hidden:{len(self.nodes)}"
                if self._add(LineageNode(id=hidden, kind="hidden", code="", name=_HIDDEN, level=level)):
                    self._edge(hidden, behind, kind)

    def _below(self, head: snapshot.Head, level: int) -> Iterator[snapshot.Head]:
        for key in sorted(self.held.used_by.get(head.key, ())):
            other = self.held.heads[key]
            if not self.sight.sees(other):
                continue
            new = node_id(key) not in self.nodes
            if self._node(other, level):
                self._edge(node_id(head.key), node_id(key), "uses")
                if new:
                    yield other

    def _named_upstream(self, head: snapshot.Head) -> bool:
        """Tell whether a node has its name: datasets under an open metric do, metrics and modifiers must be open."""
        return head.key[0] in {"dataset", "relationship"} or self.sight.sees(head)

    def _measure(self, head: snapshot.Head, level: int) -> str | None:
        """Add the measure of an atomic metric and the columns that it reads; return the node's id."""
        metric = self.held.catalogue.find(*head.key)
        if not isinstance(metric, MetricDef) or not isinstance(metric.definition, Atomic):
            return None
        atomic = metric.definition
        node = f"measure:{metric.code}"
        detail = f"{atomic.measure.aggregation}({atomic.measure.expression})"
        if not self._add(
            LineageNode(id=node, kind="measure", code=metric.code, name=_MEASURE, detail=detail, level=level)
        ):
            return None
        self._edge(node, node_id(head.key), "uses")
        dataset = self.held.catalogue.find("dataset", atomic.dataset)
        if isinstance(dataset, DatasetDef):
            for column in _columns(atomic, dataset):
                self._column(dataset, column, level - 1)
        return node

    def _column(self, dataset: DatasetDef, name: str, level: int) -> None:
        column = dataset.column(name)
        if column is None:
            return
        label = column.label if column.label.pick() else Text(zh=name, en=name)
        node = f"column:{dataset.code}.{name}"
        code = f"{dataset.code}.{name}"
        if self._add(LineageNode(id=node, kind="column", code=code, name=label, detail=column.type, level=level)):
            self._edge(node, node_id(("dataset", dataset.code)), "reads")

    def _node(self, head: snapshot.Head, level: int) -> bool:
        kinds: dict[str, NodeKind] = {
            "dataset": "dataset", "relationship": "dataset", "dimension": "dimension", "modifier": "modifier",
        }  # fmt: skip
        kind = kinds.get(head.key[0], "metric")
        return self._add(
            LineageNode(
                id=node_id(head.key), kind=kind, code=head.key[1], name=head.name, detail=_detail(head), level=level
            )
        )

    def _add(self, node: LineageNode) -> bool:
        if node.id in self.nodes:
            return True
        if len(self.nodes) >= MAX_NODES:
            self.truncated = True
            return False
        self.nodes[node.id] = node
        return True

    def _edge(self, source: str, target: str, kind: EdgeKind) -> None:
        if source in self.nodes or source.startswith("hidden"):
            self.edges.setdefault((source, target), LineageEdge(source=source, target=target, kind=kind))


def node_id(key: Key) -> str:
    """Return the id of a definition's node."""
    return f"{key[0]}:{key[1]}"


def _columns(atomic: Atomic, dataset: DatasetDef) -> tuple[str, ...]:
    """Return the columns of its dataset that a measure reads, the time axis last."""
    found: list[str] = []
    if atomic.measure.expression.strip() != "*":
        try:
            found += names(parse_expression(atomic.measure.expression))
        except FormulaError:
            found = []
    if atomic.measure.filter is not None:
        found += fields_of(atomic.measure.filter)
    time = atomic.time_column or next(iter(dataset.time_columns), None)
    return tuple(dict.fromkeys([*found, time] if time else found))


def _detail(head: snapshot.Head) -> str:
    definition = head.content.get("definition")
    if isinstance(definition, dict) and definition.get("type") == Composite.model_fields["type"].default:
        return str(definition.get("formula", ""))
    return ""
