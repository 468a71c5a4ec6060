"""Dimensions that are answers: a dataset with one row for each key, joined N:1 (`sub_query`, groups by measures)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.interchange.cube.columns import DIALECT, TYPES
from metrion.interchange.cube.model import Dimension, Measure
from metrion.interchange.cube.names import described, named
from metrion.interchange.cube.template import Member
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.expressions import to_formula
from metrion.semantic.model import Column, ColumnPair, DatasetDef, MetricsTable, RelationshipDef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.interchange.cube.fields import Fields
    from metrion.interchange.cube.measures import Measures
    from metrion.interchange.cube.names import Work
    from metrion.interchange.cube.tables import Tables
    from metrion.semantic.model import DataType


class Answers:
    """Makes the datasets of dimensions that are the result of a query."""

    def __init__(self, work: Work, tables: Tables) -> None:
        self.work = work
        self.tables = tables
        self.fields: Fields
        self.measures: Measures

    def ask(self, member: Member) -> tuple[str, str]:
        """Return the dataset and the column of such a dimension; raises `NotExpressible`."""
        dimension = member.one
        if not isinstance(dimension, Dimension):
            raise NotExpressible(zh=f"“{member.key}”", en=f"“{member.key}”")
        return self._bucket(member, dimension) if dimension.multi_stage else self._value(member, dimension)

    def _value(self, member: Member, dimension: Dimension) -> tuple[str, str]:
        """Return the dataset with a measure for each row of the cube."""
        told = self.work.template(dimension.sql, member.cube)
        one = told.members[0] if len(told.members) == 1 and told.sql.strip() == "member__0" else None
        if one is None or not isinstance(one.one, Measure):
            raise NotExpressible(zh="不是单个度量的子查询", en="a subquery for something else than one measure")
        keys = [Member(member.cube, each) for each in self.work.cube(member.cube).primary_key]
        if not keys:
            raise NotExpressible(zh="没有主键的立方体的子查询", en="a subquery of a cube without a primary key")
        if dimension.propagates:
            self.work.losses.changed(
                f"{dimension.place}.propagate_filters_to_sub_query",
                "子查询维度不随问题的筛选而变。",
                "The value does not follow the filters of a question.",
            )
        metric = self.measures.metric(one)
        return self._dataset(member, dimension, [metric], keys, None), metric

    def _bucket(self, member: Member, dimension: Dimension) -> tuple[str, str]:
        """Return the dataset with a group for each key, made of measures of that key over all time."""
        told = self.work.template(dimension.sql, member.cube)
        keys = [self.work.member(path, member.cube) for path in dimension.grain.include]
        if len({key.cube for key in keys}) != 1 or any(not isinstance(each.one, Measure) for each in told.members):
            raise NotExpressible(
                zh=f"多阶段维度“{member.key}”：它不只由一个立方体的键的度量得出",
                en=f"the multi-stage dimension “{member.key}”, made of more than measures by the keys of one cube",
            )
        metrics = [self.measures.metric(each) for each in told.members]
        names = {f"member__{number}": code for number, code in enumerate(metrics)}
        formula = to_formula(told.sql, lambda name: _measured(name, names), dialect=DIALECT)
        self.work.losses.changed(
            str(dimension.place),
            "该分组按全部数据计算，不随问题的筛选和时间而变。",
            "These groups are made of all data; they do not follow the filters and times of a question.",
        )
        column = Column(name=dimension.name, type=TYPES.get(dimension.type, "string"), expression=formula)
        return self._dataset(member, dimension, metrics, keys, column), dimension.name

    def _dataset(
        self, member: Member, dimension: Dimension, metrics: list[str], keys: list[Member], computed: Column | None
    ) -> str:
        """Put a dataset with the measures of each key, join it N:1 to the cube that has the keys, return its code."""
        owner = keys[0].cube
        table = self.tables.table(owner)
        mine = [self.tables.column(key) for key in keys]
        groups = [self.fields.field(key) for key in keys]
        values = list(dict.fromkeys((*metrics, self.measures.rows(owner))))
        kinds: dict[str, DataType] = {metrics[0]: "timestamp"} if dimension.type == "time" else {}
        columns = [
            Column(name=group, type=table.type_of(name) or "string") for group, name in zip(groups, mine, strict=True)
        ]
        columns += [Column(name=value, type=kinds.get(value, "decimal")) for value in values]
        code = self.work.put(
            DatasetDef(
                code=self.work.code("dataset", member.cube, dimension.name),
                name=named(dimension.words, f"{member.cube} {dimension.name}"),
                description=described(dimension.words),
                domain=self.work.domain,
                shape="dimension",
                source=MetricsTable(metrics=tuple(values), dimensions=tuple(groups)),
                columns=(*columns, *([computed] if computed is not None else [])),
                primary_key=tuple(groups),
                row_access="open",
            )
        )
        self.work.put(
            RelationshipDef(
                code=self.work.code("relationship", member.cube, dimension.name),
                domain=self.work.domain,
                from_dataset=table.code,
                to_dataset=code,
                columns=tuple(ColumnPair(many=many, one=one) for many, one in zip(mine, groups, strict=True)),
            )
        )
        return code


def _measured(name: str, names: Mapping[str, str]) -> str:
    if name not in names:
        raise NotExpressible(zh=f"多阶段维度中的列“{name}”", en=f"the column “{name}” in a multi-stage dimension")
    return names[name]
