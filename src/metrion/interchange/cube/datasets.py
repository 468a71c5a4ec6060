"""The datasets that cubes become: over a table, over a query, or over other datasets where columns are looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from metrion.interchange.cube.names import described, named
from metrion.interchange.cube.source import Query, table_code
from metrion.interchange.cube.tables import NO_WORDS
from metrion.interchange.cube.template import Column as Written
from metrion.semantic.model import Column, DatasetDef, LakeTable, SqlQuery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.interchange.cube.names import Work
    from metrion.interchange.cube.tables import Table, Tables
    from metrion.semantic.model import CalendarLevel, DataType

_BASE: Final = "base"
_QUOTE: Final = '"'


class Datasets:
    """Puts the datasets of cubes, once it is known which columns they need."""

    def __init__(self, work: Work, tables: Tables) -> None:
        self.work = work
        self.tables = tables

    def put(
        self, table: Table, *, shape: str, time_columns: tuple[str, ...], levels: tuple[CalendarLevel, ...] = ()
    ) -> None:
        """Put the dataset of a cube, and those that it stands on."""
        cube = table.cube
        found = {
            "code": table.code,
            "name": named(cube.words, cube.name),
            "description": described(cube.words),
            "domain": self.work.domain,
            "shape": shape,
            "source": self._source(table),
            "columns": tuple(table.columns.values()),
            "primary_key": table.key,
            "time_columns": time_columns,
            "levels": levels,
            "anchor": "today",  # Cube's relative dates end there.
            "row_access": _access(table),
        }
        self.work.put(DatasetDef.model_validate(found))

    def _source(self, table: Table) -> LakeTable | SqlQuery:
        return self._joined(table) if table.lookups else self._plain(table)

    def _plain(self, table: Table) -> LakeTable | SqlQuery:
        source = table.source
        if isinstance(source, str):
            return LakeTable(table=table_code(source))
        below = {name: self._below(table, source, name) for name in source.tables}
        sql = source.written(below)
        if table.dated:
            days = ", ".join(f"CAST({_quoted(name)} AS DATE) AS {_quoted(name)}" for name in table.dated)
            sql = f"SELECT * REPLACE ({days}) FROM ({sql}) AS {_BASE}"
        return SqlQuery(sql=sql)

    def _below(self, table: Table, query: Query, name: str) -> str:
        """Put a dataset for a table that a cube's query reads, and return its code."""
        columns = self.work.around.columns_of(table_code(name)) or self._guessed(table, query, name)
        return self.work.put(
            DatasetDef(
                code=self.work.codes.of("dataset", f"table {name}", f"{name}_table"),
                name=named(NO_WORDS, name),
                domain=self.work.domain,
                shape="fact",
                source=LakeTable(table=table_code(name)),
                columns=tuple(Column(name=each, type=kind) for each, kind in columns.items()),
                row_access=_access(table),
            )
        )

    def _guessed(self, table: Table, query: Query, name: str) -> Mapping[str, DataType]:
        found = {each: self.tables.type(Written(table.cube.name, each)) for each in query.columns_of(name)}
        if query.takes_all:
            found |= {each: one.type for each, one in table.columns.items() if one.expression is None}
        self.work.losses.changed(
            str(table.cube.place),
            f"表“{name}”不在湖中，其列由 SQL 推断，请核对。",
            f"The table “{name}” is not in the lake; its columns are guessed from the SQL. Check them.",
        )
        return found

    def _joined(self, table: Table) -> SqlQuery:
        """Return the cube's own rows with the columns of others beside them, none of which repeats rows."""
        joins, aliases = self._joins(table)
        picked = [f"{_BASE}.{_quoted(name)}" for name in self._own(table)]
        for (other, column), name in table.lookups.items():
            picked.append(f"{aliases[other]}.{_quoted(column)} AS {_quoted(name)}")
        base = self.work.code("dataset", table.cube.name, "rows")
        return SqlQuery(sql=f"SELECT {', '.join(picked)} FROM {base} AS {_BASE} {' '.join(joins)}")

    def _own(self, table: Table) -> tuple[str, ...]:
        """Put the dataset with a cube's own columns, below the one with those of others, and return their names."""
        looked_up = set(table.lookups.values())
        own = [one for one in table.columns.values() if one.expression is None and one.name not in looked_up]
        words = named(table.cube.words, table.cube.name)
        self.work.put(
            DatasetDef(
                code=self.work.code("dataset", table.cube.name, "rows"),
                name=words.model_copy(update={"zh": f"{words.zh}（原表）", "en": f"{words.en} (table)"}),
                domain=self.work.domain,
                shape="fact",
                source=self._plain(table),
                columns=tuple(own),
                row_access=_access(table),
            )
        )
        return tuple(one.name for one in own)

    def _joins(self, table: Table) -> tuple[list[str], dict[str, str]]:
        joins: list[str] = []
        aliases: dict[str, str] = {table.cube.name: _BASE}
        for other in dict.fromkeys(other for other, _ in table.lookups):
            before = table.cube.name
            for step in self.tables.way(table.cube.name, other):
                if step not in aliases:
                    aliases[step] = alias = f"joined_{len(aliases)}"
                    tests = " AND ".join(
                        f"{aliases[before]}.{_quoted(mine)} = {alias}.{_quoted(theirs)}"
                        for mine, theirs in self.tables.table(before).pairs[step]
                    )
                    joins.append(f"LEFT JOIN {self.tables.table(step).code} AS {alias} ON {tests}")
                before = step
        return joins, aliases


def _access(table: Table) -> Literal["policy", "open"]:
    return "policy" if table.cube.guarded else "open"


def _quoted(name: str) -> str:
    return _QUOTE + name.replace(_QUOTE, _QUOTE * 2) + _QUOTE
