"""Worlds of definitions with their tables, and the questions about them, as data."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from metrion.lake.types import NARROW_DIGITS, WIDE_DIGITS, arrow_type
from metrion.semantic.compile import compile_query
from metrion.semantic.request import MetricQuery
from metrion.semantic.scope import DataScope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.semantic.world import Company

    from metrion.semantic.model import DatasetDef
    from metrion.semantic.prepared import Compiled

_LONGEST_TABLE: Final = 40


@dataclass(frozen=True)
class World:
    """A company whose tables lie in every engine."""

    name: str
    build: Callable[[], Company]

    @cached_property
    def company(self) -> Company:
        """The definitions, and a DuckDB connection that holds their rows."""
        return self.build()

    @cached_property
    def tables(self) -> dict[str, pa.Table]:
        """The rows of its datasets, by the code under which an engine keeps them."""
        return {self.table(one.code): self._read(one) for one in self._datasets}

    def table(self, dataset: str) -> str:
        """Return the code of a dataset's table: worlds may use the same code, and no database knows very long ones."""
        place = [one.code for one in self._datasets].index(dataset)
        return f"{self.name}_{place}_{dataset}"[:_LONGEST_TABLE]

    @property
    def own_names(self) -> dict[str, str]:
        """What its own database calls each table."""
        return {self.table(one.code): f's."{one.code}"' for one in self._datasets}

    def compiled(self, question: Question, dialect: str, names: Mapping[str, str]) -> Compiled:
        """Compile a question for an engine in which `names` says what each table is called, in double quotes."""
        company = self.company
        return compile_query(
            MetricQuery.model_validate(question.request),
            company.catalogue,
            question.scope,
            company.time,
            {one.code: names[self.table(one.code)] for one in self._datasets},
            dialect,
        )

    @property
    def _datasets(self) -> list[DatasetDef]:
        return [one for one in self.company.definitions if one.kind == "dataset" and one.place]

    def _read(self, dataset: DatasetDef) -> pa.Table:
        columns = [one for one in dataset.columns if one.expression is None]
        names = ", ".join(f'"{one.name.replace(chr(34), chr(34) * 2)}"' for one in columns)
        found: pa.Table = self.company.connection.sql(f'select {names} from s."{dataset.code}"').to_arrow_table()
        types = [
            pa.decimal128(WIDE_DIGITS if kind.precision > NARROW_DIGITS else NARROW_DIGITS, kind.scale)
            if one.type == "decimal" and pa.types.is_decimal(kind)
            else arrow_type(one.type)
            for one, kind in zip(columns, found.schema.types, strict=True)
        ]
        return found.cast(pa.schema([(one.name, kind) for one, kind in zip(columns, types, strict=True)]))


@dataclass(frozen=True)
class Question:
    """What is asked of a world, and by whom."""

    world: str
    request: Mapping[str, Any]
    scope: DataScope = field(default_factory=DataScope)
    about: frozenset[str] = frozenset()
    """Columns of which an engine may give an approximate value."""

    def seen_by(self, scope: DataScope) -> Question:
        """Return the question as somebody with this scope asks it."""
        return replace(self, scope=scope)


def ask(world: str, *metrics: str, by: tuple[str, ...] = (), **more: Any) -> Question:
    """Return a question; a dimension of `by` may have a grain or a part: `day:month`, `day@weekday`."""
    request = {"metrics": metrics, "dimensions": [_dimension(one) for one in by], **more}
    return Question(world, request)


def about(question: Question, *columns: str) -> Question:
    """Return the question with columns of which an engine may give an approximate value."""
    return replace(question, about=frozenset(columns))


def _dimension(text: str) -> dict[str, str]:
    for mark, key in ((":", "grain"), ("@", "part")):
        name, found, what = text.partition(mark)
        if found:
            return {"field": name, key: what}
    return {"field": text}


def compare(name: str, op: str, value: object) -> dict[str, object]:
    """Return a comparison."""
    return {"kind": "compare", "field": name, "op": op, "value": value}


def between(name: str, low: object, high: object) -> dict[str, object]:
    """Return a condition that holds from one value to another."""
    return every(compare(name, "ge", low), compare(name, "le", high))


def one_of(name: str, *values: object, negated: bool = False) -> dict[str, object]:
    """Return a condition that holds for some values."""
    return {"kind": "in", "field": name, "values": list(values), "negated": negated}


def match(name: str, how: str, text: str, *, negated: bool = False) -> dict[str, object]:
    """Return a search in a text."""
    return {"kind": "match", "field": name, "how": how, "text": text, "negated": negated}


def null(name: str, *, negated: bool = False) -> dict[str, object]:
    """Return a condition that holds where there is nothing."""
    return {"kind": "null", "field": name, "negated": negated}


def every(*items: dict[str, object]) -> dict[str, object]:
    """Return a condition that holds where all hold."""
    return {"kind": "and", "items": list(items)}


def either(*items: dict[str, object]) -> dict[str, object]:
    """Return a condition that holds where one holds."""
    return {"kind": "or", "items": list(items)}


def opposite(item: dict[str, object]) -> dict[str, object]:
    """Return a condition that holds where the other is false."""
    return {"kind": "not", "item": item}


def dates(start: str | None = None, end: str | None = None) -> dict[str, object]:
    """Return a range of days or instants."""
    return {"kind": "absolute", "start": start, "end": end}


def down(by: str, **more: str) -> dict[str, object]:
    """Return an order from the greatest."""
    return {"by": by, "descending": True, **more}


def up(by: str, **more: str) -> dict[str, object]:
    """Return an order from the least."""
    return {"by": by, **more}
