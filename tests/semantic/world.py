"""Small companies for the tests of the metric engine, run on a real DuckDB."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from metrion.base.text import Text
from metrion.semantic.catalogue import Catalogue
from metrion.semantic.compile import compile_query
from metrion.semantic.model import (
    Atomic,
    Binding,
    Column,
    ColumnPair,
    Composite,
    DatasetDef,
    Derived,
    DimensionDef,
    LakeTable,
    Measure,
    MetricDef,
    ModifierDef,
    RelationshipDef,
)
from metrion.semantic.request import MetricQuery
from metrion.semantic.scope import DataScope, TimeContext

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import duckdb

    from metrion.semantic.condition import Condition
    from metrion.semantic.model import Calculation, Definition, Input, Period, SemiAdditive
    from metrion.semantic.prepared import Compiled

Row = tuple[object, ...]


@dataclass
class Company:
    """Definitions with the tables that hold their rows."""

    definitions: tuple[Definition, ...]
    connection: duckdb.DuckDBPyConnection
    time: TimeContext = field(default_factory=lambda: TimeContext(zone="Asia/Shanghai", today=date(2024, 5, 31)))
    scope: DataScope = field(default_factory=DataScope)
    schema: str = "s"

    def with_(self, *definitions: Definition) -> Company:
        """Return the company with more definitions."""
        return Company((*self.definitions, *definitions), self.connection, self.time, self.scope, self.schema)

    def seen_by(self, scope: DataScope) -> Company:
        """Return the company as somebody with this scope sees it."""
        return Company(self.definitions, self.connection, self.time, scope, self.schema)

    def at(self, time: TimeContext) -> Company:
        """Return the company at another time."""
        return Company(self.definitions, self.connection, time, self.scope, self.schema)

    @property
    def catalogue(self) -> Catalogue:
        """The definitions as a catalogue."""
        return Catalogue.of(self.definitions)

    def compiled(self, **request: object) -> Compiled:
        """Compile a question."""
        tables = {
            one.code: f'{self.schema}."{one.place}"' for one in self.definitions if one.kind == "dataset" and one.place
        }
        return compile_query(MetricQuery.model_validate(request), self.catalogue, self.scope, self.time, tables)

    def ask(self, **request: object) -> list[Row]:
        """Return the rows of the answer."""
        compiled = self.compiled(**request)
        return self.connection.execute(compiled.sql, list(compiled.parameters)).fetchall()

    def totals(self, **request: object) -> Row:
        """Return the row of totals."""
        compiled = self.compiled(**request, totals=True)
        assert compiled.totals_sql is not None
        (row,) = self.connection.execute(compiled.totals_sql, list(compiled.totals_parameters)).fetchall()
        return row


def dataset(
    code: str,
    columns: Mapping[str, str],
    *,
    key: str | Iterable[str] = "id",
    time: str | None = None,
    computed: Mapping[str, tuple[str, str]] = MappingProxyType({}),
    **more: object,
) -> DatasetDef:
    """Return a dataset whose table has its own name; `computed`: name -> (type, row expression)."""
    own = [Column.model_validate({"name": name, "type": kind}) for name, kind in columns.items()]
    own += [Column.model_validate({"name": name, "type": of[0], "expression": of[1]}) for name, of in computed.items()]
    return DatasetDef.model_validate(
        {
            "code": code,
            "name": Text(zh=code, en=code),
            "domain": "sales",
            "shape": "fact" if time else "dimension",
            "source": LakeTable(table=code),
            "columns": tuple(own),
            "primary_key": (key,) if isinstance(key, str) else tuple(key),
            "time_columns": (time,) if time else (),
            **more,
        }
    )


def relationship(
    many: str, one: str, *pairs: tuple[str, str], role: str | None = None, **more: object
) -> RelationshipDef:
    """Return an N:1 relationship."""
    ends = {"code": f"{many}_{role or one}", "domain": "sales", "from_dataset": many, "to_dataset": one, "role": role}
    columns = tuple(ColumnPair(many=left, one=right) for left, right in pairs)
    return RelationshipDef.model_validate({**ends, "columns": columns, **more})


def dimension(code: str, *bindings: tuple[str, str]) -> DimensionDef:
    """Return a dimension with its bindings."""
    bound = tuple(Binding(dataset=of, column=column) for of, column in bindings)
    return DimensionDef(code=code, name=Text(zh=code, en=code), domain="sales", bindings=bound)


def modifier(code: str, condition: Condition, *, group: str | None = None) -> ModifierDef:
    """Return a modifier."""
    return ModifierDef(
        code=code, name=Text(zh=code, en=code), domain="sales", condition=condition, exclusive_group=group
    )


def atomic(
    code: str,
    of: str,
    aggregation: str,
    expression: str,
    *,
    where: Condition | None = None,
    stock: SemiAdditive | None = None,
    time: str | None = None,
    **more: object,
) -> MetricDef:
    """Return an atomic metric."""
    measure = Measure.model_validate(
        {"expression": expression, "aggregation": aggregation, "filter": where, "semi_additive": stock}
    )
    return metric(code, Atomic(dataset=of, measure=measure, time_column=time), **more)


def derived(
    code: str,
    base: str,
    *modifiers: str,
    period: Period | None = None,
    where: Condition | None = None,
    **more: object,
) -> MetricDef:
    """Return a derived metric."""
    return metric(code, Derived(base=base, modifiers=modifiers, period=period, filter=where), **more)


def composite(code: str, formula: str, *inputs: Input, **more: object) -> MetricDef:
    """Return a composite metric."""
    return metric(code, Composite(formula=formula, inputs=inputs), **more)


def metric(code: str, definition: Calculation, **more: object) -> MetricDef:
    """Return a metric of any kind."""
    name = Text(zh=code, en=code)
    return MetricDef.model_validate({"code": code, "name": name, "domain": "sales", "definition": definition, **more})
