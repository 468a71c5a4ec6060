"""One dataset as a question reads it: its visible rows, and the joins that its fields need.

Every field goes through `Frame.column`, which is where hidden columns are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.semantic.condition import And, Compare, IsNull, Match, Not, OneOf, Or
from metrion.semantic.errors import ColumnUnfit, ForbiddenColumn, NoTable, UnknownName, UnreachableFilter
from metrion.semantic.paths import locate, locate_own
from metrion.semantic.plan import BoundCondition, Column, Join, Link, Scan, Visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from metrion.semantic.catalogue import Catalogue, Key
    from metrion.semantic.condition import Condition
    from metrion.semantic.model import Code
    from metrion.semantic.paths import Hop, Located, Path
    from metrion.semantic.plan import Rows, Term
    from metrion.semantic.scope import DataScope


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


class Frame:
    """The rows of one dataset and the fields that can be read beside them."""

    def __init__(self, dataset: Code, world: World, *, governed: bool = True) -> None:
        self.dataset = dataset
        self._world = world
        self._governed = governed
        """False inside a row policy: it is judged on all rows and all columns."""
        self._aliases: dict[Path, str] = {(): dataset}
        self.scan = self._scan(dataset, dataset)

    @property
    def alias(self) -> str:
        """Return the name of the base rows."""
        return self._aliases[()]

    def column(self, located: Located) -> Column:
        """Return the column of a located field, joining what it needs. Raises `ForbiddenColumn`."""
        if self._governed and (located.dataset, located.column.name) in self._world.scope.hidden_columns:
            raise ForbiddenColumn(field=located.dimension or located.column.name)
        self._require_fit(located.dataset, located.column.name)
        if located.dimension is not None:
            self._world.used["dimension", located.dimension] = None
        return Column(self._alias(located.path), located.column.name, located.column.type)

    def own(self, name: str) -> Column:
        """Return a column of the base rows. Raises `ForbiddenColumn`, `UnknownName`."""
        column = self._column_of(self.dataset, name, self.alias)
        if self._governed and (self.dataset, name) in self._world.scope.hidden_columns:
            raise ForbiddenColumn(field=name)
        return column

    def bind(
        self, condition: Condition, *, own: bool, term: Callable[[Located], Term] | None = None, metric: Code = ""
    ) -> BoundCondition:
        """Return the condition over this frame's columns.

        `own`: its fields may be columns of the base dataset. Raises `UnreachableFilter` for a field
        that the dataset has no path to.
        """
        find = locate_own if own else locate
        fields: dict[str, Term] = {}
        for field in fields_of(condition):
            located = find(field, self.dataset, self._world.catalogue)
            if located is None:
                raise UnreachableFilter(field=field, dataset=self.dataset, metric=metric)
            fields[field] = term(located) if term else self.column(located)
        return BoundCondition(condition, tuple(fields.items()))

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

    def _alias(self, path: Path) -> str:
        for length in range(1, len(path) + 1):
            part = path[:length]
            if part not in self._aliases:
                self._aliases[part] = self._free_name("_".join(hop.name for hop in part))
        return self._aliases[path]

    def _free_name(self, wanted: str) -> str:
        taken = set(self._aliases.values())
        name, number = wanted, 2
        while name in taken:
            name, number = f"{wanted}_{number}", number + 1
        return name

    def _link(self, path: Path) -> Link:
        hop: Hop = path[-1]
        relationship = self._world.catalogue.relationship(hop.relationship)
        self._world.used["relationship", hop.relationship] = None
        many = self._aliases[path[:-1]]
        pairs = tuple(
            (
                self._column_of(relationship.from_dataset, pair.many, many),
                self._column_of(relationship.to_dataset, pair.one, "").name,
            )
            for pair in relationship.columns
        )
        return Link(hop.relationship, pairs)

    def _scan(self, dataset: Code, alias: str) -> Scan:
        world = self._world
        table = world.tables.get(dataset)
        if table is None:
            raise NoTable(dataset=dataset)
        world.used["dataset", dataset] = None
        world.read[dataset] = None
        keys = world.catalogue.dataset(dataset).primary_key
        visible = self._visible(dataset, alias) if self._governed else None
        return Scan(dataset, table, alias, keys, visible)

    def _visible(self, dataset: Code, alias: str) -> Visible | None:
        rule = self._world.scope.rows.get(dataset)
        if rule is None:
            return None
        world, guard = self._world, self._world.guard
        guarding = guard.datasets.get(dataset) if guard else None
        if guard is not None and guarding is not None:
            world = World(guard.catalogue, world.scope, guard.tables, {}, {}, unfit=guard.unfit)
        inner = Frame(guarding or dataset, world, governed=False)
        condition = inner.bind(rule, own=True)
        joins = tuple(inner.links())
        self._note(world, inner.dataset)
        if joins:
            return Visible(condition, joins, inner.alias)
        moved = tuple(
            (field, Column(alias, term.name, term.type)) for field, term in condition.fields if isinstance(term, Column)
        )
        return Visible(BoundCondition(rule, moved))

    def _note(self, guarding: World, dataset: Code) -> None:
        """Note what a rule of `dataset` rests on, as far as the question knows it by the same name."""
        world = self._world
        if guarding is world:
            return
        for kind, code in guarding.used:
            if world.catalogue.find(kind, code) == guarding.catalogue.find(kind, code):
                world.used[kind, code] = None
        for code in guarding.read.keys() - {dataset}:
            if world.catalogue.has("dataset", code) and world.tables.get(code) == guarding.tables.get(code):
                world.read[code] = None

    def _column_of(self, dataset: Code, name: str, alias: str) -> Column:
        column = self._world.catalogue.dataset(dataset).column(name)
        if column is None:
            raise UnknownName(name=f"{dataset}.{name}", kind_zh="列", kind_en="column", nearest=())
        self._require_fit(dataset, name)
        return Column(alias, name, column.type)

    def _require_fit(self, dataset: Code, column: str) -> None:
        if (dataset, column) in self._world.unfit:
            raise ColumnUnfit(field=column, dataset=dataset, column=column)


def fields_of(condition: Condition) -> Iterator[str]:
    """Yield the fields that a condition tests, in the order they are written."""
    match condition:
        case Compare() | OneOf() | IsNull() | Match():
            yield condition.field
        case And(items=items) | Or(items=items):
            for item in items:
                yield from fields_of(item)
        case Not(item=item):
            yield from fields_of(item)
