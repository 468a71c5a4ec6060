"""One dataset as a question reads it: its visible rows, and the joins that its fields need.

Every field goes through `Frame.column` or `Frame.own`, which is where hidden columns are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from metrion.semantic.calendar import SECONDS, is_grain
from metrion.semantic.condition import And, Compare, Formula, IsNull, Match, Not, OneOf, Or
from metrion.semantic.errors import (
    ColumnUnfit,
    DefinitionCycle,
    ForbiddenColumn,
    MissingTimeAxis,
    NoTable,
    PolicyRepeats,
    TooDeep,
    UnknownName,
    UnreachableFilter,
)
from metrion.semantic.formula.ast import Call, Name, String
from metrion.semantic.formula.check import inspect_row_condition
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.walk import mapped, names
from metrion.semantic.model import METRIC_TIME, MetricsTable, SqlQuery
from metrion.semantic.naming import Names
from metrion.semantic.paths import locate, locate_own
from metrion.semantic.plan import BoundCondition, Calculated, Column, Join, Link, Moment, Part, Scan, Visible, innermost
from metrion.semantic.written import written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from metrion.semantic.calendar import WeekStart
    from metrion.semantic.catalogue import Catalogue, Key
    from metrion.semantic.condition import Condition
    from metrion.semantic.cut import Cut
    from metrion.semantic.formula.ast import Expression
    from metrion.semantic.formula.types import ValueType
    from metrion.semantic.model import CalendarLevel, Code, DatasetDef, DataType, Level
    from metrion.semantic.paths import Hop, Located, Path
    from metrion.semantic.plan import Project, Rows, Term, Written
    from metrion.semantic.scope import DataScope

_DEEPEST = 40
_MOST_PARTS = 400
"""Calculated columns that one column may come to: each use is written out."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What decides about rows where a question uses definitions other than the published ones.

    A draft, or a definition of the past, must not change what a row policy means: the rules of the scope
    are bound in this catalogue, over these tables, as rules of the published dataset on the same table.
    """

    catalogue: Catalogue
    tables: Mapping[Code, str]
    datasets: Mapping[Code, Code]
    """Dataset of the question -> the published dataset that guards its table."""
    unfit: frozenset[tuple[Code, str]] = frozenset()
    """As `World.unfit`, of the published datasets."""


@dataclass(frozen=True, slots=True)
class World:
    """What all frames of one compilation share. `used` and `read` note what the answer rests on."""

    catalogue: Catalogue
    scope: DataScope
    tables: Mapping[Code, str]
    used: dict[Key, None]
    read: dict[Code, None]
    guard: Guard | None = None
    unfit: frozenset[tuple[Code, str]] = frozenset()
    """(dataset, column) pairs that the loaded tables do not have as the definitions say."""
    answer: Callable[[Code, MetricsTable, World], Project] | None = None
    """Plans the rows of a dataset that is itself an answer."""
    counts_apart: bool = False
    """Whether distinct counts are scanned apart from measures that need joins (`metrion.semantic.apart`)."""
    opening: tuple[Code, ...] = ()
    """Datasets whose rows are being planned: one inside itself has no rows."""
    answers: dict[Code, Project] = field(default_factory=dict)
    promises: dict[tuple[Code, tuple[str, ...]], Code] = field(default_factory=dict)
    """(dataset, columns) that must be unique -> the relationship or metric that rests on it."""


class Frame:
    """The rows of one dataset and the fields that can be read beside them.

    `axis` is the time column of the metric that is read: where a history is joined, it says when.
    """

    def __init__(
        self, dataset: Code, world: World, *, governed: bool = True, alias: str | None = None, axis: str | None = None
    ) -> None:
        self.dataset = dataset
        self._world = world
        self._governed = governed
        """False inside a row policy: it is judged on all rows and all columns."""
        self._aliases: dict[Path, str] = {(): alias or dataset}
        self._axis = axis or next(iter(world.catalogue.dataset(dataset).time_columns), None)
        self._calendars: dict[tuple[Term, Code], Scan] = {}
        self._calculated = 0
        self.scan = self._scan(dataset, self._aliases[()])

    @property
    def alias(self) -> str:
        """Return the name of the base rows."""
        return self._aliases[()]

    @property
    def world(self) -> World:
        """Return what the compilation shares."""
        return self._world

    def column(self, located: Located) -> Term:
        """Return the term of a located field, joining what it needs. Raises `ForbiddenColumn`."""
        if located.dimension is not None:
            self._world.used["dimension", located.dimension] = None
        return self._term(
            located.dataset, located.column.name, self._alias(located.path), located.dimension or located.column.name
        )

    def own(self, name: str) -> Term:
        """Return the term of a column of the base rows. Raises `ForbiddenColumn`, `UnknownName`."""
        return self._term(self.dataset, name, self.alias, name)

    def key(self) -> tuple[Column, ...]:
        """Return the primary key of the base rows, which identifies them and is not shown."""
        keys = self._world.catalogue.dataset(self.dataset).primary_key
        terms = [self._term(self.dataset, name, self.alias, name, governed=False) for name in keys]
        return tuple(term for term in terms if isinstance(term, Column))

    def bind(
        self,
        condition: Condition,
        *,
        own: bool,
        term: Callable[[Located], Term] | None = None,
        metric: Code = "",
        time: Term | None = None,
    ) -> BoundCondition:
        """Return the condition over this frame's columns.

        `own`: its fields may be columns of the base dataset. `time` is what `metric_time` means. Raises
        `UnreachableFilter` for a field that the dataset has no path to.
        """
        find = locate_own if own else locate
        fields: dict[str, Term] = {}
        for field_name in fields_of(condition):
            if field_name == METRIC_TIME:
                if time is None:
                    raise MissingTimeAxis(metric=metric or METRIC_TIME, dataset=self.dataset)
                fields[field_name] = time
                continue
            located = find(field_name, self.dataset, self._world.catalogue)
            if located is None:
                raise UnreachableFilter(field=field_name, dataset=self.dataset, metric=metric)
            fields[field_name] = term(located) if term else self.column(located)
        for cut in cuts_of(condition):
            fields[cut.name] = self.cut(fields[cut.field], cut.level)
        return bound(condition, fields.items())

    def cut(self, at: Term, level: Level) -> Term:
        """Return the period that holds a moment: of a grain, or of a calendar's level."""
        if is_grain(level):
            return Moment(at, level, "monday")
        return self.level(at, *self._world.catalogue.level(level))

    def level(self, at: Term, calendar: Code, level: CalendarLevel) -> Term:
        """Return the period of a calendar's level that holds a moment, joining the calendar by its day."""
        scan = self._calendars.get((at, calendar))
        if scan is None:
            scan = self._calendars[at, calendar] = self._scan(calendar, self._free_name(calendar))
        return self._term(calendar, level.column, scan.alias, level.code)

    def period(self, at: Term, cut: Cut, week_start: WeekStart) -> Term:
        """Return what groups by a moment: its period, a part of it, or the moment itself."""
        if cut.level is not None:
            return self.level(at, *cut.level)
        if cut.part is not None:
            return Part(at, cut.part)
        return at if cut.grain is None else Moment(at, cut.grain, week_start)

    def along(self, path: Path, name: str) -> Term:
        """Return a column of the dataset at the end of a path."""
        return self._joined(path[-1].dataset, name, self._alias(path))

    def join_calendars(self, rows: Rows) -> Rows:
        """Return the rows with the calendars joined that a level has asked for."""
        for scan, link in self._calendar_links():
            rows = Join(rows, scan, link)
        return rows

    def leave_calendars(self, source: str) -> None:
        """Forget the calendars that hang on `source`: its rows are in a part of their own now, with these joins."""
        hanging = [key for key in self._calendars if (of := innermost(key[0])) is not None and of.source == source]
        for key in hanging:
            del self._calendars[key]

    def join(self, rows: Rows) -> Rows:
        """Return the rows with every dataset joined that a field has asked for. Raises `FanOut`."""
        for scan, link in self.links():
            rows = Join(rows, scan, link)
        return rows

    def links(self) -> Iterator[tuple[Scan, Link]]:
        """Yield the joins in an order in which each finds what it hangs on."""
        for path, alias in self._aliases.items():
            if path:
                yield self._scan(path[-1].dataset, alias), self._link(path)
        yield from self._calendar_links()

    def _calendar_links(self) -> Iterator[tuple[Scan, Link]]:
        for (at, calendar), scan in self._calendars.items():
            day = self._world.catalogue.dataset(calendar).time_columns[0]
            one = self._term(calendar, day, scan.alias, day)
            yield scan, Link(calendar, ((Moment(at, "day", "monday"), one),), (day,))

    def _alias(self, path: Path) -> str:
        for length in range(1, len(path) + 1):
            part = path[:length]
            if part not in self._aliases:
                self._aliases[part] = self._free_name("_".join(hop.name for hop in part))
        return self._aliases[path]

    def _free_name(self, wanted: str) -> str:
        return Names((*self._aliases.values(), *(scan.alias for scan in self._calendars.values()))).take(wanted)

    def _link(self, path: Path) -> Link:
        hop: Hop = path[-1]
        relationship = self._world.catalogue.relationship(hop.relationship)
        self._world.used["relationship", hop.relationship] = None
        left, right = self._aliases[path[:-1]], self._aliases[path]
        many, one = (right, left) if hop.back else (left, right)
        pairs = [
            (
                self._joined(relationship.from_dataset, pair.many, many),
                self._joined(relationship.to_dataset, pair.one, one),
            )
            for pair in relationship.columns
        ]
        if hop.back:
            return Link(hop.relationship, tuple((to, of) for of, to in pairs), (), many=True)
        met = tuple(pair.one for pair in relationship.columns)
        self._world.promises.setdefault((relationship.to_dataset, met), relationship.code)
        at = None
        if self._world.catalogue.dataset(relationship.to_dataset).validity is not None:
            at = self._instant(relationship.from_dataset, relationship.valid_at, left)
        return Link(hop.relationship, tuple(pairs), met, at)

    def _instant(self, dataset: Code, named: str | None, alias: str) -> Term:
        """Return when a row of a history must be true."""
        if named is not None:
            return self._joined(dataset, named, alias)
        if self._axis is None:
            raise MissingTimeAxis(metric=dataset, dataset=self.dataset)
        return self._joined(self.dataset, self._axis, self.alias)

    def _joined(self, dataset: Code, name: str, alias: str) -> Term:
        """Return a column that joins datasets: it need not be open to the asker."""
        return self._term(dataset, name, alias, name, governed=False)

    def _scan(self, dataset: Code, alias: str) -> Scan:
        world = self._world
        definition = world.catalogue.dataset(dataset)
        world.used["dataset", dataset] = None
        table = self._table(definition)
        visible = self._visible(dataset, alias) if self._governed else None
        validity = (definition.validity.start, definition.validity.end) if definition.validity else None
        return Scan(dataset, table, alias, definition.primary_key, visible, validity)

    def _table(self, dataset: DatasetDef) -> str | Written | Project:
        world = self._world
        if isinstance(dataset.source, (SqlQuery, MetricsTable)):
            if dataset.code in world.opening:
                raise DefinitionCycle(path=" → ".join([*world.opening, dataset.code]))
            inner = replace(world, opening=(*world.opening, dataset.code))
            if isinstance(dataset.source, SqlQuery):
                return written(dataset.source.sql, inner)
            return _answer_of(dataset.code, dataset.source, inner)
        table = world.tables.get(dataset.code)
        if table is None:
            raise NoTable(dataset=dataset.code)
        world.read[dataset.code] = None
        return table

    def _visible(self, dataset: Code, alias: str) -> Visible | None:
        rule = self._world.scope.rows.get(dataset)
        if rule is None:
            return None
        world, guard = self._world, self._world.guard
        guarding = guard.datasets.get(dataset) if guard else None
        if guard is not None and guarding is not None:
            world = World(guard.catalogue, world.scope, guard.tables, {}, {}, unfit=guard.unfit, answer=world.answer)
        inner = Frame(guarding or dataset, world, governed=False, alias=alias)
        condition = inner.bind(rule, own=True)
        joins = tuple(inner.links())
        if any(link.many for _, link in joins):
            # One row that fulfils the rule is enough. Without a key, rows could not be told apart again.
            if not world.catalogue.dataset(inner.dataset).primary_key:
                raise PolicyRepeats(dataset=dataset)
            keys = world.catalogue.dataset(inner.dataset).primary_key
            world.promises.setdefault((inner.dataset, keys), inner.dataset)
        self._note(world, inner.dataset)
        return Visible(condition, joins, inner.alias if joins else "")

    def _note(self, guarding: World, dataset: Code) -> None:
        """Note what a rule of `dataset` rests on, as far as the question knows it by the same name."""
        world = self._world
        if guarding is world:
            return
        for kind, code in guarding.used:
            if world.catalogue.find(kind, code) == guarding.catalogue.find(kind, code):
                world.used[kind, code] = None
        for (code, columns), relationship in guarding.promises.items():
            if world.catalogue.find("dataset", code) == guarding.catalogue.find("dataset", code):
                world.promises.setdefault((code, columns), relationship)
        for code in guarding.read.keys() - {dataset}:
            if world.catalogue.has("dataset", code) and world.tables.get(code) == guarding.tables.get(code):
                world.read[code] = None

    def _term(
        self, dataset: Code, name: str, alias: str, shown: str, above: tuple[str, ...] = (), *, governed: bool = True
    ) -> Term:
        """Return a column, or what it is calculated from, down to columns of the table."""
        column = self._world.catalogue.dataset(dataset).column(name)
        if column is None:
            raise UnknownName(name=f"{dataset}.{name}", kind_zh="列", kind_en="column", nearest=())
        if governed and self._governed and (dataset, name) in self._world.scope.hidden_columns:
            raise ForbiddenColumn(field=shown)
        if column.expression is None:
            if (dataset, name) in self._world.unfit:
                raise ColumnUnfit(field=name, dataset=dataset, column=name)
            return Column(alias, name, column.type)
        if name in above:
            raise DefinitionCycle(path=" → ".join([*above[above.index(name) :], name]))
        if not above:
            self._calculated = 0
        self._calculated += 1
        if len(above) == _DEEPEST or self._calculated > _MOST_PARTS:
            raise TooDeep(name=f"{dataset}.{name}", most=_DEEPEST)
        formula = parsed_formula(column.expression)
        further = (*above, name)
        parts = tuple(
            (part, self._term(dataset, part, alias, shown, further, governed=governed)) for part in names(formula)
        )
        return Calculated(formula, parts, column.type)


def _answer_of(dataset: Code, source: MetricsTable, world: World) -> Project:
    known = world.answers.get(dataset)
    if known is None:
        if world.answer is None:
            raise NoTable(dataset=dataset)
        known = world.answers[dataset] = world.answer(dataset, source, world)
    return known


parsed_formula = lru_cache(maxsize=4096)(parse_expression)


@dataclass(frozen=True, slots=True)
class CutField:
    """A field of a condition, cut into periods that the formula language has no function for."""

    name: str
    """What stands for it in the formula."""
    field: str
    level: Level


def bound(condition: Condition, fields: Iterable[tuple[str, Term]]) -> BoundCondition:
    """Return a condition over terms. Raises the fault of a formula that does not fit their types."""
    found = BoundCondition(condition, tuple(fields))
    types = tuple((name, term.type) for name, term in found.fields)
    for formula in _formulas(condition):
        _require_fitting(formula, types)
    return found


@lru_cache(maxsize=4096)
def _require_fitting(formula: str, types: tuple[tuple[str, DataType], ...]) -> None:
    kinds: dict[str, ValueType] = dict(types)
    for fault in inspect_row_condition(parsed_condition(formula)[0], kinds):
        raise fault


def _formulas(condition: Condition) -> Iterator[str]:
    match condition:
        case Formula():
            yield condition.formula
        case And(items=items) | Or(items=items):
            for item in items:
                yield from _formulas(item)
        case Not(item=item):
            yield from _formulas(item)
        case _:
            return


@lru_cache(maxsize=4096)
def parsed_condition(text: str) -> tuple[Expression, tuple[CutField, ...]]:
    """Return a condition's formula with `date_trunc` of a calendar's level, or of less than a day, as a field."""
    cuts: dict[str, CutField] = {}

    def cut(node: Expression) -> Expression:
        match node:
            case Call(function="date_trunc", arguments=(String(value=level), Name(value=field_name))):
                if is_grain(level) and level not in SECONDS:
                    return node
                name = f"{level}({field_name})"
                cuts[name] = CutField(name, field_name, level)
                return Name(name, node.span)
            case _:
                return node

    return mapped(parsed_formula(text), cut), tuple(cuts.values())


def fields_of(condition: Condition) -> Iterator[str]:
    """Yield the fields that a condition tests, in the order they are written."""
    match condition:
        case Compare() | OneOf() | IsNull() | Match():
            yield condition.field
        case Formula(formula=formula):
            yield from names(parsed_formula(formula))
        case And(items=items) | Or(items=items):
            for item in items:
                yield from fields_of(item)
        case Not(item=item):
            yield from fields_of(item)


def cuts_of(condition: Condition) -> Iterator[CutField]:
    """Yield the fields that a condition cuts into periods."""
    match condition:
        case Formula(formula=formula):
            yield from parsed_condition(formula)[1]
        case And(items=items) | Or(items=items):
            for item in items:
                yield from cuts_of(item)
        case Not(item=item):
            yield from cuts_of(item)
        case _:
            return


def conjuncts(condition: Condition | None) -> Iterator[Condition]:
    """Yield the conditions that must all hold."""
    if isinstance(condition, And):
        for item in condition.items:
            yield from conjuncts(item)
    elif condition is not None:
        yield condition
