"""Datasets, relationships and fields of an OSI model as datasets, relationships and dimensions of ours."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, Literal

from metrion.base.text import Text
from metrion.interchange.foreign.codes import code_of
from metrion.interchange.osi.calculated import rows_code
from metrion.interchange.osi.expressions import aggregates, columns, reference, unquoted
from metrion.interchange.osi.known import text_of
from metrion.interchange.osi.model import table_of
from metrion.interchange.osi.ours import restored
from metrion.semantic.model import (
    Binding,
    Column,
    ColumnPair,
    DatasetDef,
    DimensionDef,
    LakeTable,
    RelationshipDef,
    SqlQuery,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from metrion.interchange.foreign.report import Losses
    from metrion.interchange.osi.known import Known
    from metrion.interchange.osi.model import Dataset, Edge, Field
    from metrion.semantic.model import Definition

_TEMPORAL: Final = frozenset({"date", "timestamp"})
_SELECT: Final = re.compile(r"\(?\s*(select|with)\b", re.IGNORECASE)
_BRIDGED: Final = 2


class Data:
    """Makes the definitions of what a model says about data."""

    def __init__(self, known: Known, domain: str, code_of: Callable[[str, str], str], losses: Losses) -> None:
        self.known = known
        self.model = known.model
        self.domain = domain
        self.code_of = code_of
        self.losses = losses

    def definitions(self) -> Iterator[Definition]:
        """Yield datasets with their dimensions, then relationships."""
        for dataset in self.model.datasets.values():
            if own := restored(dataset.node, self.losses, dataset.place):
                yield from own
            else:
                yield from self._datasets(dataset)
                yield from self._dimensions(dataset)
        for edge in self.model.edges:
            yield from restored(edge.node, self.losses, edge.place) or self._relationship(edge)
        for many, one in self.model.loose:
            other = self.model.datasets[one].node.name
            self.losses.dropped(
                self.model.datasets[many].place,
                f"与 {other} 的关系未导入：关联列不是任何一方的键，行是多对多",
                f"the relationship with {other} is left out: no side's columns are a key, rows meet many to many",
            )

    # --- datasets -------------------------------------------------------------------------------------

    def _datasets(self, dataset: Dataset) -> Iterator[DatasetDef]:
        """Yield a dataset; where columns of it are calculated, its plain rows are a dataset below it."""
        whole = self._dataset(dataset)
        if not self.known.fields.calculated.get(dataset.name):
            yield whole
            return
        above = self.known.fields.columns[dataset.name].above
        plain = tuple(column for column in whole.columns if column.name not in above)
        code = rows_code(whole.code)
        yield whole.model_copy(update={"code": code, "name": _of_rows(whole.name), "columns": plain})
        given = _plain_columns(whole.columns, above)
        yield whole.model_copy(
            update={"columns": given, "source": SqlQuery(sql=self.known.fields.select(dataset.name))}
        )

    def _dataset(self, dataset: Dataset) -> DatasetDef:
        node, known = dataset.node, self.known.fields.columns[dataset.name]
        if known.guessed:
            names = ", ".join(sorted(known.guessed))
            self.losses.changed(
                dataset.place,
                f"未说明类型，按用法推断：{names}",
                f"no type is given, it is guessed from the use: {names}",
            )
        return DatasetDef(
            code=self.known.datasets[dataset.name],
            name=text_of(unquoted(node.name)),
            description=text_of(node.description),
            domain=self.domain,
            shape=self._shape(dataset),
            source=self._source(dataset),
            columns=tuple(self._columns(dataset)),
            primary_key=self._key(dataset),
            time_columns=self._times(dataset),
        )

    def _columns(self, dataset: Dataset) -> Iterator[Column]:
        known, written = self.known.fields.columns[dataset.name], self._fields_of_columns(dataset)
        for name, kind in known.types.items():
            field = written.get(name)
            yield Column(
                name=name,
                type=kind,
                label=text_of(field.node.label or (field.written if field.written != name else ""))
                if field
                else Text(),
                description=text_of(field.node.description) if field else Text(),
                expression=known.formulas.get(name),
            )

    def _fields_of_columns(self, dataset: Dataset) -> Mapping[str, Field]:
        """Return the field by which each column is known."""
        found: dict[str, Field] = {}
        for name, each in dataset.fields.items():
            reading = self.known.fields.readings.get((dataset.name, name))
            if reading is not None and reading.dataset == dataset.name:
                found.setdefault(reading.column, each)
        return found

    def _source(self, dataset: Dataset) -> LakeTable | SqlQuery:
        source = dataset.node.source.strip()
        if _SELECT.match(source):
            return SqlQuery(sql=source)
        table = table_of(source)
        if table != source:
            self.losses.changed(
                f"{dataset.place}.source",
                f"数据读自数据湖的表 {table}，而不是 {source}",
                f"its rows are read from the lake table {table}, not from {source}",
            )
        return LakeTable(table=code_of(table))

    def _shape(self, dataset: Dataset) -> Literal["fact", "dimension", "bridge"]:
        leaving = {edge.one for edge in self.model.edges if edge.many == dataset.name}
        arriving = any(edge.one == dataset.name for edge in self.model.edges)
        measured = any(
            reference(column)[0] == dataset.name
            for metric in self.model.metrics.values()
            for aggregate in aggregates(metric.tree)
            for column in columns(aggregate)
        )
        if not measured and not arriving and len(leaving) >= _BRIDGED and dataset.keys:
            return "bridge"
        return "dimension" if dataset.keys and not measured and (arriving or not leaving) else "fact"

    def _key(self, dataset: Dataset) -> tuple[str, ...]:
        chosen = self._chosen(dataset)
        others = [key for key in dataset.keys if set(key) != set(chosen)]
        if others:
            names = "; ".join(", ".join(key).lower() for key in others)
            self.losses.dropped(
                f"{dataset.place}.unique_keys",
                f"数据集只有一个键，未导入：{names}",
                f"a dataset has one key; these are left out: {names}",
            )
        spelt = self.known.fields.spelt(dataset.name)
        return tuple(spelt[name] for name in chosen)

    def _chosen(self, dataset: Dataset) -> tuple[str, ...]:
        """Return the key by which others refer to a dataset: the primary one, else a unique one that they all use."""
        used = [{one for _, one in edge.pairs} for edge in self.model.edges if edge.one == dataset.name]
        fitting = [key for key in dataset.keys if all(set(key) <= each for each in used)]
        return next(iter(fitting or dataset.keys), ())

    def _times(self, dataset: Dataset) -> tuple[str, ...]:
        types = self.known.fields.columns[dataset.name].types
        found: list[str] = []
        for column, each in self._fields_of_columns(dataset).items():
            said = each.node.dimension.is_time if each.node.dimension else None
            if types[column] in _TEMPORAL and said is not False:
                found.append(column)
        if len(found) > 1:
            self.losses.changed(
                dataset.place,
                f"时间轴取第一个时间字段 {found[0]}",
                f"the first of its times is its time axis: {found[0]}",
            )
        return tuple(found)

    def _dimensions(self, dataset: Dataset) -> Iterator[DimensionDef]:
        for name, each in dataset.fields.items():
            reading = self.known.fields.readings.get((dataset.name, name))
            if reading is None:
                continue
            yield DimensionDef(
                code=self.known.dimensions[dataset.name, name],
                name=text_of(each.node.label or each.written),
                aliases=each.node.synonyms(),
                description=text_of(each.node.description),
                domain=self.domain,
                bindings=(Binding(dataset=self.known.datasets[reading.dataset], column=reading.column),),
            )

    # --- relationships --------------------------------------------------------------------------------

    def _relationship(self, edge: Edge) -> list[RelationshipDef]:
        target = self.model.datasets[edge.one]
        if not set(self._chosen(target)) <= {one for _, one in edge.pairs}:
            self.losses.refused(
                edge.place,
                Text(
                    zh=f"“{target.node.name}”只有一个键，该关系用的是另一个",
                    en=f"“{target.node.name}” has one key, and this relationship goes by another",
                ),
            )
            return []
        twins = Counter((each.many, each.one) for each in self.model.edges)
        told_apart = edge.many == edge.one or twins[edge.many, edge.one] > 1
        code = self.code_of("relationship", unquoted(edge.node.name))
        many, one = self.known.fields.spelt(edge.many), self.known.fields.spelt(edge.one)
        return [
            RelationshipDef(
                code=code,
                name=text_of(unquoted(edge.node.name)),
                domain=self.domain,
                from_dataset=self.known.datasets[edge.many],
                to_dataset=self.known.datasets[edge.one],
                columns=tuple(ColumnPair(many=many[left], one=one[right]) for left, right in edge.pairs),
                role=code if told_apart else None,
                backwards="once",
            )
        ]


def _of_rows(name: Text) -> Text:
    return Text(zh=f"{name.pick('zh')}（原始行）", en=f"{name.pick('en')} (plain rows)")


def _plain_columns(columns: Sequence[Column], above: Collection[str]) -> tuple[Column, ...]:
    """Return the columns of a SELECT: what its rows have calculated already comes as it is."""
    return tuple(
        column if column.name in above else column.model_copy(update={"expression": None}) for column in columns
    )
