"""Dimensions: what questions split and filter by. A field is the code of one."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from metrion.interchange.cube.columns import DIALECT, TYPES
from metrion.interchange.cube.model import Dimension, Segment
from metrion.interchange.cube.names import described, named
from metrion.interchange.cube.tables import Aggregated, Asked
from metrion.interchange.cube.template import Column, Member
from metrion.interchange.foreign.conditions import to_condition
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.expressions import parsed, to_expression
from metrion.semantic.model import Binding, DimensionDef

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlglot import exp

    from metrion.interchange.cube.names import Work
    from metrion.interchange.cube.tables import Tables
    from metrion.interchange.cube.template import Template
    from metrion.semantic.condition import Condition
    from metrion.semantic.formula.ast import Expression
    from metrion.semantic.model import DataType


class Fields:
    """Gives members their dimensions."""

    def __init__(self, work: Work, tables: Tables, ask: Callable[[Member], tuple[str, str]]) -> None:
        self.work = work
        self.tables = tables
        self._ask = ask
        """Makes the dataset of a dimension that is the result of a query, and returns it and its column."""
        self._codes: dict[str, str] = {}

    def declare(self) -> None:
        """Put a dimension for each that the model has, and note those that cannot be had."""
        for table in self.tables.all():
            for dimension in table.cube.dimensions.values():
                member = Member(table.cube.name, dimension)
                self._try(member)
                for custom in dimension.granularities:
                    self._try(Member(table.cube.name, dimension, custom.name))
            for levels in table.cube.hierarchies:
                self._order(table.cube.name, levels)

    def field(self, member: Member) -> str:
        """Return the dimension of a member; raises `NotExpressible`."""
        if (known := self._codes.get(member.key)) is not None:
            return known
        dimension = member.one
        if not isinstance(dimension, Dimension):
            raise Aggregated(zh=f"“{member.key}”不是维度", en=f"“{member.key}”, which is no dimension")
        other = self._same_as(member)
        code = self._put(member, dimension) if other is None else self.field(other)
        self._codes[member.key] = code
        self.work.names[member.key] = code
        return code

    def of_column(self, column: Column) -> str:
        """Return a dimension with the values of a column."""
        table = self.tables.table(column.cube)
        for dimension in table.cube.dimensions.values():
            member = Member(column.cube, dimension)
            if self._is(member, column):
                return self.field(member)
        name = self.tables.raw(column)
        code = self.work.code("dimension", column.cube, name)
        binding = Binding(dataset=table.code, column=name)
        text = named(table.cube.words, name)
        return self.work.put(DimensionDef(code=code, name=text, domain=self.work.domain, bindings=(binding,)))

    def condition(self, sql: str, cube: str) -> Condition:
        """Return an SQL test as a condition on dimensions; raises `NotExpressible`."""
        told = self.work.template(sql, cube)
        return self.condition_of(parsed(told.sql, DIALECT), told)

    def condition_of(self, tree: exp.Expression, told: Template) -> Condition:
        """Return a part of an SQL expression that is a test as a condition on dimensions; raises `NotExpressible`."""
        return to_condition(self.expression_of(tree, told), self.type_of)

    def expression(self, told: Template) -> Expression:
        """Return an SQL expression over dimensions; raises `NotExpressible`."""
        return self.expression_of(parsed(told.sql, DIALECT), told)

    def expression_of(self, tree: exp.Expression, told: Template) -> Expression:
        """Return a part of an SQL expression over dimensions; raises `NotExpressible`."""
        return to_expression(tree, lambda name: self._named(told, name), type_of=self.type_of)

    def type_of(self, field: str) -> DataType | None:
        """Return the type of a dimension's values."""
        found = self.work.definitions.get(("dimension", field))
        if not isinstance(found, DimensionDef):
            return None
        binding = found.bindings[0]
        for table in self.tables.all():
            if table.code == binding.dataset:
                return table.type_of(binding.column)
        return None

    def _named(self, told: Template, name: str) -> str | Expression:
        found = told.meaning(name)
        if isinstance(found, Column):
            return self.of_column(found)
        if isinstance(found.one, Segment):
            return self.expression(self.work.template(found.one.sql, found.cube))
        return self.field(found)

    def _try(self, member: Member) -> None:
        try:
            self.field(member)
        except NotExpressible as refusal:
            place = member.one.place
            path = str(place) + (f".granularities.{member.granularity}" if member.granularity else "")
            self.work.losses.refused(path, refusal.reason)

    def _put(self, member: Member, dimension: Dimension) -> str:
        try:
            dataset, column = self.tables.table(member.cube).code, self.tables.column(member)
        except Asked:
            dataset, column = self._ask(member)
        name = f"{dimension.name}_{member.granularity}" if member.granularity else dimension.name
        code = self.work.code("dimension", member.cube, name)
        shown = named(dimension.words, dimension.name)
        if member.granularity:
            suffix = member.granularity.replace("_", " ")
            shown = shown.model_copy(update={"zh": f"{shown.zh} {suffix}", "en": f"{shown.en} {suffix}"})
        return self.work.put(
            DimensionDef(
                code=code,
                name=shown,
                description=described(dimension.words),
                domain=self.work.domain,
                bindings=(Binding(dataset=dataset, column=column),),
            )
        )

    def _same_as(self, member: Member) -> Member | None:
        """Return the dimension of another cube that this one merely names."""
        dimension = member.one
        if not isinstance(dimension, Dimension) or dimension.sub_query or dimension.type not in TYPES:
            return None
        told = self.work.template(dimension.sql, member.cube)
        if len(told.members) == 1 and told.sql.strip() == "member__0" and not member.granularity:
            other = told.members[0]
            known = isinstance(other.one, Dimension) and other.cube != member.cube
            return other if known else None
        return None

    def _is(self, member: Member, column: Column) -> bool:
        try:
            return member.cube == column.cube and self.tables.column(member) == column.name
        except NotExpressible:
            return False

    def _order(self, cube: str, levels: tuple[str, ...]) -> None:
        """Make each level of a hierarchy the parent of the next; they are written from coarse to fine."""
        codes = []
        for level in levels:
            try:
                codes.append(self.field(self.work.member(level, cube)))
            except NotExpressible:
                return
        for parent, code in pairwise(codes):
            found = self.work.definitions["dimension", code]
            if isinstance(found, DimensionDef) and found.parent is None:
                self.work.put(found.model_copy(update={"parent": parent}))
