"""Cubes as datasets: their columns, those that are computed, and those that are looked up in other cubes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from metrion.interchange.cube.columns import DIALECT, TYPES, bare, types_of
from metrion.interchange.cube.model import Dimension, Measure, Segment, Words
from metrion.interchange.cube.names import named
from metrion.interchange.cube.source import Query, filters_inside, source_of, table_code
from metrion.interchange.cube.template import Column as Written
from metrion.interchange.cube.template import Member
from metrion.interchange.cube.texts import joined_as_texts
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.expressions import parsed, to_expression
from metrion.semantic.formula.printer import format_expression
from metrion.semantic.model import Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlglot import exp

    from metrion.interchange.cube.model import Cube
    from metrion.interchange.cube.names import Work
    from metrion.interchange.cube.template import Template
    from metrion.semantic.model import DataType

NO_WORDS: Final = Words()


@dataclass
class Table:
    """The dataset of one cube while it is made."""

    cube: Cube
    code: str
    source: str | Query
    columns: dict[str, Column] = field(default_factory=dict)
    lookups: dict[tuple[str, str], str] = field(default_factory=dict)
    """(cube, its column) -> the name of the column here."""
    pairs: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Cube that is joined N:1 -> (column here, column there)."""
    key: tuple[str, ...] = ()
    dated: list[str] = field(default_factory=list)
    """Columns of a query that are made days."""

    def type_of(self, name: str) -> DataType | None:
        """Return the type of a column."""
        column = self.columns.get(name)
        return None if column is None else column.type


class Tables:
    """The datasets of all cubes; a cube that cannot be one is left out, with its reason."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._tables: dict[str, Table] = {}
        self._broken: dict[str, NotExpressible] = {}
        self._members: dict[str, str] = {}
        self._open: set[str] = set()
        for cube in work.model.cubes.values():
            try:
                self._tables[cube.name] = Table(cube, work.code("dataset", cube.name), source_of(cube))
                if filters_inside(cube):
                    work.losses.changed(
                        f"{cube.place}.sql",
                        "筛选作用于查询的结果，不再写入查询内部（FILTER_PARAMS）。",
                        "Filters act on the result of the query, no longer inside it (FILTER_PARAMS).",
                    )
            except NotExpressible as refusal:
                self._broken[cube.name] = refusal
                work.losses.refused(str(cube.place), refusal.reason)
        loaded = {name: self._loaded(table) for name, table in self._tables.items()}
        known = {
            Written(name, column): kind for name, found in loaded.items() for column, kind in (found or {}).items()
        }
        self._types = types_of(work.model, known)
        for name, table in self._tables.items():
            self._fill(table, loaded[name])

    def table(self, cube: str) -> Table:
        """Return the dataset of a cube; raises `NotExpressible` where it cannot be had."""
        if (refusal := self._broken.get(cube)) is not None:
            raise refusal
        return self._tables[cube]

    def type(self, column: Written) -> DataType:
        """Return the type that a column of a cube's table has, as far as can be told."""
        return self._types.get(column, "string")

    def all(self) -> tuple[Table, ...]:
        """Return the datasets that can be had."""
        return tuple(self._tables.values())

    # --- columns ---

    def formula(self, cube: str, sql: str) -> str:
        """Return a row expression over the dataset of a cube; raises `NotExpressible`."""
        told = self.work.template(sql, cube)
        return self.read(cube, parsed(told.sql, DIALECT), told)

    def read(self, cube: str, node: exp.Expression, told: Template) -> str:
        """Return a part of an SQL expression as a row expression over the dataset of a cube."""
        table = self.table(cube)
        read = to_expression(node, lambda name: self._name(cube, told.meaning(name)), type_of=table.type_of)
        return format_expression(joined_as_texts(read, table.type_of))

    def column(self, member: Member) -> str:
        """Return the column with a dimension's values, in the dataset of its own cube; raises `NotExpressible`."""
        if (known := self._members.get(member.key)) is not None:
            return known
        if member.key in self._open:
            raise NotExpressible(zh=f"“{member.key}”引用了自己", en=f"“{member.key}”, which refers to itself")
        self._open.add(member.key)
        try:
            self._members[member.key] = found = self._column(member)
        finally:
            self._open.discard(member.key)
        table = self.table(member.cube)
        if isinstance(member.one, Dimension) and member.one.masked and table.cube.guarded:
            table.columns[found] = table.columns[found].model_copy(update={"sensitive": True})
        return found

    def computed(self, cube: str, name: str, formula: str, kind: DataType, member: Dimension | Segment | None) -> str:
        """Add a computed column to the dataset of a cube and return its name."""
        table = self.table(cube)
        free = name if name not in table.columns else f"{name}_value"
        label = named(member.words, member.name) if member is not None else named(NO_WORDS, name)
        table.columns[free] = Column(name=free, type=kind, label=label, expression=formula)
        return free

    def raw(self, column: Written) -> str:
        """Return a column that the table of a cube has."""
        return self._raw(column.cube, column.name)

    def key_column(self, cube: str, node: exp.Expression, told: Template) -> str:
        """Return the computed column with one side of a join; raises `NotExpressible`."""
        read = to_expression(node, lambda name: self._name(cube, told.meaning(name)))
        formula = format_expression(read)
        same = next((each.name for each in self.table(cube).columns.values() if each.expression == formula), None)
        return same or self.computed(cube, f"key_{len(self.table(cube).columns)}", formula, "string", None)

    def lookup(self, cube: str, other: str, column: str) -> str:
        """Return the name that a column of another cube has in the dataset of this one, joined N:1."""
        table, target = self.table(cube), self.table(other)
        if not self.way(cube, other):
            raise NotExpressible(
                zh=f"从“{cube}”无法 N:1 到达“{other}”", en=f"“{other}”, which is not N:1 from “{cube}”"
            )
        name = table.lookups.setdefault((other, column), f"{target.code}__{column}")
        if name not in table.columns:
            table.columns[name] = target.columns[column].model_copy(update={"name": name, "expression": None})
        return name

    def way(self, start: str, end: str) -> tuple[str, ...]:
        """Return the cubes along the shortest N:1 way, without the first; empty where there is none."""
        ways: list[tuple[str, ...]] = [()]
        seen = {start}
        while ways:
            way = ways.pop(0)
            for target in self._tables[way[-1] if way else start].pairs:
                if target == end:
                    return (*way, target)
                if target not in seen and target in self._tables:
                    seen.add(target)
                    ways.append((*way, target))
        return ()

    def _name(self, cube: str, found: Written | Member) -> str:
        if isinstance(found, Written):
            if found.cube == cube:
                return self._raw(cube, found.name)
            return self.lookup(cube, found.cube, self._raw(found.cube, found.name))
        if not isinstance(found.one, Dimension):
            kind = Segmented if isinstance(found.one, Segment) else Aggregated
            raise kind(zh=f"行表达式中的“{found.key}”", en=f"“{found.key}” in a row expression")
        column = self.column(found)
        return column if found.cube == cube else self.lookup(cube, found.cube, column)

    def _raw(self, cube: str, name: str) -> str:
        table = self.table(cube)
        if name not in table.columns:
            table.columns[name] = Column(name=name, type=self.type(Written(cube, name)))
        return name

    def _column(self, member: Member) -> str:
        dimension = member.one
        if not isinstance(dimension, Dimension):
            raise Aggregated(zh=f"“{member.key}”不是维度", en=f"“{member.key}”, which is no dimension")
        if member.granularity:
            return self._granular(member, dimension)
        if dimension.calc_group:
            raise NotExpressible(
                zh=f"“{member.key}”是计算组：它不是数据，而是在多个指标之间的选择",
                en=f"“{member.key}”, a calculation group: it is no data but a choice between metrics",
            )
        told = self.work.template(told_sql(dimension), member.cube)
        measured = dimension.multi_stage and any(isinstance(each.one, Measure) for each in told.members)
        if dimension.sub_query or measured:
            raise Asked(zh=f"“{member.key}”本身是查询的结果", en=f"“{member.key}”, which is the result of a query")
        column = bare(told)
        if column is not None and column.cube == member.cube:
            return self._raw(member.cube, column.name)
        kind = TYPES.get(dimension.type, "string")
        return self.computed(
            member.cube, dimension.name, self.formula(member.cube, told_sql(dimension)), kind, dimension
        )

    def _granular(self, member: Member, dimension: Dimension) -> str:
        from metrion.interchange.cube.periods import granularity_formula  # noqa: PLC0415 - made of formulas itself

        base = Member(member.cube, dimension)
        custom = next((each for each in dimension.granularities if each.name == member.granularity), None)
        name = f"{dimension.name}_{member.granularity}"
        if custom is not None and custom.sql:
            column = self._plain_column(member.cube, custom.sql)
            formula = self.formula(member.cube, custom.sql)
            return column or self.computed(member.cube, name, formula, "timestamp", dimension)
        formula = granularity_formula(self.column(base), member.granularity, custom)
        return self.computed(member.cube, name, formula, "date", dimension)

    def _plain_column(self, cube: str, sql: str) -> str | None:
        """Return the column that an SQL text merely names, itself or by a dimension."""
        told = self.work.template(sql, cube)
        name = told.sql.strip()
        found = told.meaning(name) if name.isidentifier() else bare(told)
        if isinstance(found, Member) and found.cube == cube:
            return self.column(found)
        return self._raw(cube, found.name) if isinstance(found, Written) and found.cube == cube else None

    # --- making ---

    def _loaded(self, table: Table) -> Mapping[str, DataType] | None:
        if isinstance(table.source, Query):
            return None
        return self.work.around.columns_of(table_code(table.source))

    def _fill(self, table: Table, loaded: Mapping[str, DataType] | None) -> None:
        if loaded is not None:
            for name, kind in loaded.items():
                table.columns[name] = Column(name=name, type=kind)
            return
        for column, kind in self._types.items():
            if column.cube == table.cube.name:
                table.columns.setdefault(column.name, Column(name=column.name, type=kind))


class Aggregated(NotExpressible):
    """A measure where rows are meant."""


class Segmented(NotExpressible):
    """A segment where a value is meant."""


class Asked(NotExpressible):
    """A dimension that is the result of a query."""


def told_sql(dimension: Dimension) -> str:
    """Return the SQL of a dimension; without any it is the column of its name."""
    return dimension.sql or dimension.name
