"""Definitions of ours as one OSI model (0.2.0.dev0), each node with the full definition beside its OSI form.

What OSI cannot say is reported, and comes back with our own import all the same: the definition is in the extension.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlglot import exp

from metrion.base.errors import MetrionError
from metrion.base.text import Text
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.report import Exported, Loss, Losses
from metrion.interchange.osi.measures import atomic_sql
from metrion.interchange.osi.model import RESERVED
from metrion.interchange.osi.ours import enclosed
from metrion.interchange.osi.sql import condition_sql, formula_sql
from metrion.interchange.yaml_text import plain_yaml
from metrion.semantic.catalogue import Catalogue
from metrion.semantic.model import (
    METRIC_TIME,
    Atomic,
    Composite,
    DatabaseTable,
    DatasetDef,
    Derived,
    DimensionDef,
    LakeTable,
    MetricDef,
    Ratio,
    RelationshipDef,
    SqlQuery,
)
from metrion.semantic.paths import locate_own

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from metrion.interchange.foreign.report import LossKind
    from metrion.semantic.condition import Condition
    from metrion.semantic.model import Code, Column, DataType, Definition, Kind, Operand

VERSION: Final = "0.2.0.dev0"
DIALECT: Final = "ANSI_SQL"
MODEL: Final = "metrion"
_TYPES: Final[Mapping[DataType, str]] = {
    "string": "String",
    "integer": "Integer",
    "decimal": "Decimal",
    "float": "Float",
    "boolean": "Boolean",
    "date": "Date",
    "timestamp": "DateTime",
}
Node = dict[str, Any]


def osi_files(definitions: Sequence[Definition]) -> Exported:
    """Return the definitions as one OSI file."""
    document, losses = export_osi(definitions, MODEL)
    return Exported({f"{MODEL}.osi.yaml": plain_yaml(document)}, losses)


def export_osi(definitions: Iterable[Definition], name: str) -> tuple[Node, tuple[Loss, ...]]:
    """Return an OSI document and what it cannot say about the definitions."""
    found = tuple(definitions)
    writer = _Writer(found)
    return {"version": VERSION, "semantic_model": [writer.model(name)]}, _together(writer.losses.found)


def _together(losses: Sequence[Loss]) -> tuple[Loss, ...]:
    """Return one loss for all places that lose the same."""
    places: dict[tuple[LossKind, Text], list[str]] = {}
    for loss in losses:
        places.setdefault((loss.kind, loss.text), []).append(loss.path)
    return tuple(Loss(", ".join(paths), kind, text) for (kind, text), paths in places.items())


class _Writer:
    """Writes one model."""

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self.definitions = definitions
        self.catalogue = Catalogue.of(definitions)
        self.losses = Losses()
        self._aside: list[Definition] = []
        """What no node of the model stands for."""
        self._apart: set[Code] = set()
        """Metrics that OSI cannot say."""

        self._names = self._all_names()

    def _all_names(self) -> dict[tuple[Kind, Code], str]:
        """Return the name of each definition in the model, where all kinds share their names."""
        taken: dict[str, None] = dict.fromkeys(name.lower() for name in RESERVED)
        found: dict[tuple[Kind, Code], str] = {}
        for kind in ("dataset", "relationship", "metric"):
            for each in self.definitions:
                if each.kind == kind:
                    name = each.code
                    while name in taken:
                        name = f"{name}_{kind}"
                    if name != each.code:
                        self.losses.changed(f"{kind}.{each.code}", f"名称改为 {name}", f"it is named {name}")
                    taken[name] = None
                    found[each.kind, each.code] = name
        return found

    def _dataset_name(self, code: Code) -> str:
        return self._names.get(("dataset", code), code)

    def model(self, name: str) -> Node:
        datasets = [self._dataset(each) for each in self.definitions if isinstance(each, DatasetDef)]
        relationships = [
            self._relationship(each)
            for each in self.definitions
            if isinstance(each, RelationshipDef) and self._joins(each)
        ]
        metrics = self._metrics()
        others = [each for each in self.definitions if each.kind in {"dimension", "modifier"}]
        node: Node = {"name": name}
        if datasets:
            node["datasets"] = datasets
        if relationships:
            node["relationships"] = relationships
        if metrics:
            node["metrics"] = metrics
        return enclosed(node, [*others, *self._aside])

    # --- data -----------------------------------------------------------------------------------------

    def _dataset(self, dataset: DatasetDef) -> Node:
        place = f"dataset.{dataset.code}"
        node: Node = {"name": self._names["dataset", dataset.code], "source": self._source(dataset, place)}
        if dataset.primary_key:
            node["primary_key"] = [_spelt(each) for each in dataset.primary_key]
        if description := _said(dataset.description):
            node["description"] = description
        if synonyms := _words(dataset.name):
            node["ai_context"] = {"synonyms": synonyms}
        fields = [field for column in dataset.columns if (field := self._field(dataset, column, place))]
        if fields:
            node["fields"] = fields
        if dataset.validity is not None:
            self.losses.dropped(place, "历史表的有效期", "the validity of a history")
        if dataset.levels:
            self.losses.dropped(place, "日历的层级", "the levels of a calendar")
        return enclosed(node, [dataset])

    def _source(self, dataset: DatasetDef, place: str) -> str:
        match dataset.source:
            case LakeTable(table=table):
                return table
            case DatabaseTable(table=table):
                return table
            case SqlQuery(sql=sql):
                return sql
        self.losses.dropped(place, "由指标得出的数据集", "a dataset that is made from metrics")
        return dataset.code

    def _field(self, dataset: DatasetDef, column: Column, place: str) -> Node | None:
        node: Node = {"name": _spelt(column.name)}
        try:
            tree = _named(column.name) if column.expression is None else formula_sql(column.expression, _named)
        except MetrionError as refusal:
            self._refused(f"{place}.{column.name}", refusal)
            return None
        node["expression"] = _expression(tree)
        if column.name in dataset.time_columns:
            node["dimension"] = {"is_time": True}
        elif any(self._binds(dataset.code, column.name)):
            node["dimension"] = {"is_time": False}
        if label := column.label.pick():
            node["label"] = label
        if description := _said(column.description):
            node["description"] = description
        node["datatype"] = _TYPES[column.type]
        if synonyms := [word for each in self._binds(dataset.code, column.name) for word in _words(each.name)]:
            node["ai_context"] = {"synonyms": synonyms}
        if column.sensitive:
            self.losses.dropped(f"{place}.{column.name}", "敏感标记", "that it is sensitive")
        return node

    def _binds(self, dataset: Code, column: str) -> list[DimensionDef]:
        return [
            each
            for each in self.definitions
            if isinstance(each, DimensionDef)
            and any(binding.dataset == dataset and binding.column == column for binding in each.bindings)
        ]

    def _joins(self, relationship: RelationshipDef) -> bool:
        """Tell whether both datasets are exported; else the relationship goes along as it is."""
        here = all(("dataset", code) in self._names for code in (relationship.from_dataset, relationship.to_dataset))
        if not here:
            self._aside.append(relationship)
            self.losses.dropped(
                f"relationship.{relationship.code}", "两端的数据集不全", "one of its datasets is not here"
            )
        return here

    def _relationship(self, relationship: RelationshipDef) -> Node:
        place = f"relationship.{relationship.code}"
        if relationship.role is not None:
            self.losses.dropped(place, f"角色 {relationship.role}", f"its role {relationship.role}")
        if relationship.valid_at is not None:
            self.losses.dropped(place, "按时点关联历史", "that it joins a history as of a time")
        if relationship.backwards != "once":
            self.losses.changed(
                place,
                "反向拆分的方式；OSI 一律按每组计一次",
                "how it is split backwards; OSI counts a row once in each group",
            )
        node = {
            "name": self._names["relationship", relationship.code],
            "from": self._dataset_name(relationship.from_dataset),
            "to": self._dataset_name(relationship.to_dataset),
            "from_columns": [_spelt(pair.many) for pair in relationship.columns],
            "to_columns": [_spelt(pair.one) for pair in relationship.columns],
        }
        return enclosed(node, [relationship])

    # --- metrics --------------------------------------------------------------------------------------

    def _metrics(self) -> list[Node]:
        """Return the metrics that OSI can say; what one cannot be had for takes along whatever is made from it."""
        wanted = [each for each in self.definitions if isinstance(each, MetricDef)]
        trees: dict[Code, exp.Expression] = {}
        while True:
            before = len(self._apart)
            for metric in wanted:
                if metric.code not in self._apart:
                    self._try(metric, trees)
            if len(self._apart) == before:
                break
        self._aside.extend(metric for metric in wanted if metric.code in self._apart)
        return [self._metric(metric, trees[metric.code]) for metric in wanted if metric.code not in self._apart]

    def _try(self, metric: MetricDef, trees: dict[Code, exp.Expression]) -> None:
        try:
            trees[metric.code] = self._calculation(metric)
        except MetrionError as refusal:
            self._refused(f"metric.{metric.code}", refusal)
            self._apart.add(metric.code)

    def _metric(self, metric: MetricDef, tree: exp.Expression) -> Node:
        place = f"metric.{metric.code}"
        node: Node = {"name": self._names["metric", metric.code], "expression": _expression(tree)}
        if description := _said(metric.caliber):
            node["description"] = description
        context: Node = {}
        if purpose := _said(metric.purpose):
            context["instructions"] = purpose
        if synonyms := [*_words(metric.name), *metric.aliases]:
            context["synonyms"] = synonyms
        if context:
            node["ai_context"] = context
        if metric.fill in {"forward", "zero"} or metric.row_set != "facts":
            self.losses.dropped(place, "补值与行集合", "how gaps are filled and which periods have rows")
        if metric.unit:
            self.losses.dropped(place, "单位", "the unit")
        return enclosed(node, [metric])

    def _calculation(self, metric: MetricDef) -> exp.Expression:
        definition = metric.definition
        match definition:
            case Atomic():
                return self._atomic(definition)
            case Derived(base=base, modifiers=modifiers, filter=own, period=None):
                return self._restricted(base, [*self._conditions(modifiers), *([] if own is None else [own])])
            case Composite(formula=formula, inputs=inputs):
                named = {each.name: self._operand(each) for each in inputs}
                return formula_sql(formula, lambda name: named[name].copy() if name in named else self._reference(name))
            case Ratio(numerator=numerator, denominator=denominator):
                below = exp.Anonymous(this="NULLIF", expressions=[self._operand(denominator), exp.Literal.number(0)])
                return exp.Div(this=self._operand(numerator), expression=below)
        raise NotExpressible(
            zh=f"OSI 没有“{definition.type}”类指标或时间周期",
            en=f"OSI has no {definition.type} metrics with their periods",
        )

    def _operand(self, operand: Operand) -> exp.Expression:
        if operand.period is not None:
            raise NotExpressible(zh="OSI 没有时间周期", en="OSI has no periods")
        own = [] if operand.filter is None else [operand.filter]
        conditions = [*self._conditions(operand.modifiers), *own]
        return self._restricted(operand.metric, conditions) if conditions else self._reference(operand.metric)

    def _reference(self, code: Code) -> exp.Expression:
        """Return a metric by its name; raises where it has no place in the model itself."""
        if code in self._apart:
            raise NotExpressible(zh=f"用到了无法导出的“{code}”", en=f"it uses “{code}”, which cannot be exported")
        return _named(self._names.get(("metric", code), code))

    def _conditions(self, modifiers: Iterable[Code]) -> list[Condition]:
        return [self.catalogue.modifier(code).condition for code in modifiers]

    def _restricted(self, base: Code, conditions: Sequence[Condition]) -> exp.Expression:
        """Return a metric under conditions: OSI has none on metrics, so they go into the aggregate."""
        definition = self.catalogue.metric(base).definition
        if not conditions:
            return self._reference(base)
        match definition:
            case Atomic():
                return self._atomic(definition, conditions)
            case Derived(base=inner, modifiers=modifiers, filter=own, period=None):
                more = [*self._conditions(modifiers), *([] if own is None else [own])]
                return self._restricted(inner, [*more, *conditions])
        raise NotExpressible(
            zh=f"带条件的“{base}”不是单个聚合", en=f"a condition on “{base}”, which is no single aggregate"
        )

    def _atomic(self, atomic: Atomic, conditions: Sequence[Condition] = ()) -> exp.Expression:
        fields = self._fields_of(atomic)
        rules = [condition_sql(each, fields) for each in conditions]
        if atomic.measure.filter is not None:
            rules.append(condition_sql(atomic.measure.filter, fields))
        return atomic_sql(atomic, rules, fields, self.catalogue.dataset(atomic.dataset).primary_key)

    def _fields_of(self, atomic: Atomic) -> Callable[[str], exp.Expression]:
        """Return how the fields of a dataset are written outside of it: `orders.amount`, `customers.region`."""
        dataset = self.catalogue.dataset(atomic.dataset)

        def node(field: str) -> exp.Expression:
            if field == METRIC_TIME:
                return _named(
                    atomic.time_column or next(iter(dataset.time_columns), field), self._dataset_name(dataset.code)
                )
            located = locate_own(field, dataset.code, self.catalogue)
            if located is None or "." in field:
                raise NotExpressible(zh=f"字段 {field}", en=f"the field {field}")
            return _named(located.column.name, self._dataset_name(located.dataset))

        return node

    def _refused(self, place: str, refusal: MetrionError) -> None:
        words = Text(zh=refusal.render("zh")["title"], en=refusal.render("en")["title"])
        self.losses.refused(place, words)


def _named(name: str, table: str | None = None) -> exp.Expression:
    return exp.column(_identifier(name), table=None if table is None else _identifier(table))


def _identifier(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=not _is_plain(name))


def _is_plain(name: str) -> bool:
    """Tell whether a name is the same in any case, so that it needs no quotes."""
    return name.isascii() and name.isidentifier() and name == name.lower() and name.upper() not in RESERVED


def _spelt(name: str) -> str:
    """Return a name as it is written in the file."""
    return name if _is_plain(name) else '"' + name.replace('"', '""') + '"'


def _expression(tree: exp.Expression) -> Node:
    return {"dialects": [{"dialect": DIALECT, "expression": tree.sql(dialect="snowflake")}]}


def _said(text: Text) -> str:
    """Return a text in the languages that it has, one under the other."""
    return "\n".join(dict.fromkeys(words for words in (text.zh, text.en) if words))


def _words(text: Text) -> list[str]:
    return list(dict.fromkeys(words for words in (text.zh, text.en) if words))
