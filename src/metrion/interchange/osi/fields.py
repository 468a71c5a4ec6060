"""Fields of OSI datasets as columns of ours: those that the table has, and those that are computed from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.expressions import to_expression
from metrion.interchange.osi.calculated import Calculated, rows_code, select, type_of, way_to
from metrion.interchange.osi.calculated import column as calculated_column
from metrion.interchange.osi.errors import (
    AmbiguousRoute,
    BadExpression,
    FieldCycle,
    FinerGrain,
    NameNotFound,
    NoPath,
    NoSafeRewrite,
    OsiRefusal,
)
from metrion.interchange.osi.expressions import aggregates, columns, has_window, normal, reference, unquoted, unwrapped
from metrion.interchange.osi.model import is_column
from metrion.semantic.formula.check import inspect_row_expression
from metrion.semantic.formula.printer import format_expression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from metrion.interchange.osi.model import Dataset, Field, Model
    from metrion.semantic.model import DataType

_TYPES: Final[Mapping[str, DataType]] = {
    "string": "string",
    "varchar": "string",
    "text": "string",
    "char": "string",
    "integer": "integer",
    "int": "integer",
    "bigint": "integer",
    "smallint": "integer",
    "decimal": "decimal",
    "numeric": "decimal",
    "number": "decimal",
    "float": "float",
    "double": "float",
    "real": "float",
    "boolean": "boolean",
    "bool": "boolean",
    "date": "date",
    "time": "string",
    "datetime": "timestamp",
    "datetimetz": "timestamp",
    "timestamp": "timestamp",
    "opaque": "string",
}
_NUMERIC: Final = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Sum, exp.Avg, exp.Median, exp.Stddev, exp.Variance)


@dataclass(frozen=True, slots=True)
class Reading:
    """Where a field is read: a column of its own dataset, or of one that each of its rows has at most one of."""

    dataset: str
    column: str


@dataclass(slots=True)
class Columns:
    """The columns of one dataset."""

    types: dict[str, DataType] = field(default_factory=dict)
    """In the order in which they are first needed: name -> type."""
    formulas: dict[str, str] = field(default_factory=dict)
    guessed: set[str] = field(default_factory=set)
    """Columns whose type nothing says."""
    above: set[str] = field(default_factory=set)
    """Columns that are calculated by the dataset's SELECT, and what is made from them."""


class Fields:
    """Reads the fields of a model; those that cannot be had are noted in `model.broken`."""

    def __init__(self, model: Model, codes: Mapping[str, str]) -> None:
        self.model = model
        self.codes = codes
        self.calculated: dict[str, Calculated] = {}
        self.columns = {name: Columns() for name in model.datasets}
        self.readings: dict[tuple[str, str], Reading] = {}
        self._spelt: dict[tuple[str, str], str] = {}
        self._open: list[tuple[str, str, str]] = []
        """Fields that are being read."""
        self._added = _summed(model)
        for dataset in model.datasets.values():
            self._table(dataset)
        for dataset in model.datasets.values():
            for each in dataset.fields.values():
                self._read_or_note(dataset, each)

    def reading(self, dataset: str, name: str, place: str) -> Reading:
        """Return where a field is read; raises the refusal of a field that is none or cannot be had."""
        if (refusal := self.model.broken.get(("field", dataset, name))) is not None:
            raise refusal
        found = self.readings.get((dataset, name))
        if found is None:
            raise NameNotFound(place, name=f"{dataset}.{name}".lower())
        return found

    def spelt(self, dataset: str) -> Mapping[str, str]:
        """Return the columns of a dataset's table that are used: normal name -> as they are spelt."""
        return {name: written for (table, name), written in self._spelt.items() if table == dataset}

    def select(self, dataset: str) -> str:
        """Return the SELECT of a dataset that has calculated columns."""
        known = self.columns[dataset]
        plain = [name for name in known.types if name not in known.above]
        code = self.codes[dataset]
        return select(code, plain, self.calculated[dataset], known.types, self.codes, self._spelt)

    # --- columns of the table -----------------------------------------------------------------------

    def _table(self, dataset: Dataset) -> None:
        for name, kind in dataset.types.items():
            self.columns[dataset.name].types[name] = kind
        for name, written in _needed(dataset, self.model):
            self._physical(dataset, name, written)

    def _physical(self, dataset: Dataset, name: str, written: str) -> str:
        """Return how a column of the table is spelt, and note it."""
        spelt = self._spelt.setdefault((dataset.name, name), dataset.table.get(name) or written)
        known = self.columns[dataset.name]
        if spelt not in known.types:
            known.types[spelt], said = self._type_of(dataset, name)
            if not said:
                known.guessed.add(spelt)
        return spelt

    def _type_of(self, dataset: Dataset, name: str) -> tuple[DataType, bool]:
        for each in dataset.fields.values():
            inner = unwrapped(each.tree)
            if isinstance(inner, exp.Column) and reference(inner)[1] == name:
                kind = _TYPES.get((each.node.datatype or "").partition("(")[0].lower())
                if kind is not None:
                    return kind, True
                if each.node.dimension is not None and each.node.dimension.is_time:
                    return "date", False
        return ("decimal", False) if (dataset.name, name) in self._added else ("string", False)

    # --- fields ---------------------------------------------------------------------------------------

    def _read_or_note(self, dataset: Dataset, each: Field) -> None:
        key = ("field", dataset.name, each.name)
        if (dataset.name, each.name) in self.readings or key in self.model.broken:
            return
        if key in self._open:
            names = [*self._open[self._open.index(key) :], key]
            raise FieldCycle(each.place, path=" → ".join(f"{table}.{name}".lower() for _, table, name in names))
        self._open.append(key)
        try:
            self.readings[dataset.name, each.name] = self._read(dataset, each)
        except OsiRefusal as refusal:
            self.model.broken[key] = refusal
        except NotExpressible as refusal:
            self.model.broken[key] = BadExpression(each.place, reason_zh=refusal.reason.zh, reason_en=refusal.reason.en)
        finally:
            self._open.pop()

    def _read(self, dataset: Dataset, each: Field) -> Reading:
        inner = unwrapped(each.tree)
        if isinstance(inner, exp.Column):
            return self._named(dataset, each, inner)
        found = {id(column): self._named(dataset, each, column) for column in columns(each.tree)}
        if has_window(each.tree) or any(reading.dataset != dataset.name for reading in found.values()):
            name = self.calculate(dataset.name, each.written, each.tree, lambda column: found[id(column)], each.place)
            return Reading(dataset.name, name)
        known = self.columns[dataset.name]
        renamed = _with(each.tree, lambda column: _plain(found[id(column)].column))
        formula = to_expression(renamed, str, type_of=known.types.get)
        name = _free(each.written, known.types)
        typed, _ = inspect_row_expression(formula, known.types)
        if any(reading.column in known.above for reading in found.values()):
            known.above.add(name)
        known.formulas[name] = format_expression(formula)
        known.types[name] = _stored(typed.type)
        return Reading(dataset.name, name)

    def calculate(
        self,
        home: str,
        wanted: str,
        tree: exp.Expression,
        reading: Callable[[exp.Column], Reading],
        place: str,
    ) -> str:
        """Return a column of `home` for a window function or an expression over several datasets."""
        made = self.calculated.get(home) or Calculated()
        known, types = self.columns[home], []

        def placed(column: exp.Column) -> exp.Expression:
            found = reading(column)
            types.append(self.columns[found.dataset].types[found.column])
            if found.dataset != home:
                made.ways.setdefault(found.dataset, way_to(self.model, home, found.dataset, place))
                return calculated_column(found.column, self.codes[found.dataset])
            if found.column in known.above:
                raise BadExpression(
                    place, reason_zh="窗口函数的结果再次用于计算", reason_en="it is made from a window function again"
                )
            return calculated_column(found.column, rows_code(self.codes[home]))

        written = _with(tree, placed)
        twin = next((name for name, each in made.columns.items() if each == written), None)
        if twin is not None:
            return twin
        name = _free(wanted, known.types)
        self.calculated[home] = made
        made.columns[name] = written
        known.types[name] = type_of(tree, types)
        known.above.add(name)
        return name

    def _named(self, dataset: Dataset, each: Field, column: exp.Column) -> Reading:
        """Return where a name in a field's expression is read."""
        table, name = reference(column)
        if is_column(dataset, each, table, name) and table in {"", dataset.name}:
            if dataset.table and name not in dataset.table:
                raise NameNotFound(each.place, name=column.sql())
            return Reading(dataset.name, self._physical(dataset, name, column.name))
        if table in {"", dataset.name}:
            if name not in dataset.fields and ("field", dataset.name, name) not in self.model.broken:
                raise NameNotFound(each.place, name=column.sql())
            if name in dataset.fields:
                self._read_or_note(dataset, dataset.fields[name])
            return self.reading(dataset.name, name, each.place)
        return self._related(dataset, each, column)

    def _related(self, dataset: Dataset, each: Field, column: exp.Column) -> Reading:
        table, name = reference(column)
        other = self.model.field_of(table, name)
        if other is None:
            raise NameNotFound(each.place, name=column.sql())
        match self.model.meeting(dataset.name, table):
            case "one" | "same":
                self._read_or_note(self.model.datasets[table], other)
                return self.reading(table, name, each.place)
            case "many":
                raise FinerGrain(each.place, name=column.sql())
            case "ambiguous":
                raise AmbiguousRoute(each.place, name=column.sql())
            case "none":
                raise NoPath(each.place, name=column.sql())
            case _:
                raise NoSafeRewrite(each.place, name=column.sql())


def _needed(dataset: Dataset, model: Model) -> Iterator[tuple[str, str]]:
    """Yield the columns of the table that keys and relationships name."""
    for key in (dataset.node.primary_key, *dataset.node.unique_keys):
        yield from ((normal(name), unquoted(name)) for name in key)
    for edge in model.edges:
        backwards = edge.many != normal(edge.node.source)
        many, one = edge.node.from_columns, edge.node.to_columns
        if dataset.name == edge.many:
            yield from ((normal(name), unquoted(name)) for name in (one if backwards else many))
        if dataset.name == edge.one:
            yield from ((normal(name), unquoted(name)) for name in (many if backwards else one))


def _summed(model: Model) -> set[tuple[str, str]]:
    """Return what is added up or calculated with: numbers, where nothing else is said."""
    trees = [("", aggregate) for metric in model.metrics.values() for aggregate in aggregates(metric.tree)]
    trees += [(name, each.tree) for name, dataset in model.datasets.items() for each in dataset.fields.values()]
    found: set[tuple[str, str]] = set()
    for home, tree in trees:
        for node in tree.find_all(*_NUMERIC):
            for column in node.find_all(exp.Column):
                table, name = reference(column)
                found.add((table or home, name))
    return found


def _plain(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))


def _stored(kind: str) -> DataType:
    return kind if kind in _TYPES.values() else "string"  # type: ignore[return-value]


def _with(tree: exp.Expression, replaced: Callable[[exp.Column], exp.Expression]) -> exp.Expression:
    """Return a copy of a tree with other references."""
    copy = exp.Paren(this=tree.copy())
    for original, column in zip(columns(tree), list(columns(copy)), strict=True):
        column.replace(replaced(original))
    inner: exp.Expression = copy.this
    return inner


def _free(wanted: str, taken: Mapping[str, object]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name
