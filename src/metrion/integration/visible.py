"""Which rows and columns of a table a person may see, as SQL.

A published dataset on the table decides through its row policies and column grants. Where several
datasets read one table, a row must be visible through each of them. Without a dataset only those who
manage the table's data see it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from metrion.catalog import reads as catalog
from metrion.identity.reads import data_scope
from metrion.integration.warehouse import engine, lake
from metrion.semantic.condition import And
from metrion.semantic.frame import Frame, World
from metrion.semantic.model import LakeTable
from metrion.semantic.scope import DataScope
from metrion.semantic.sql.conditions import settled
from metrion.semantic.sql.dialects import dialect_of
from metrion.semantic.sql.nodes import column, named
from metrion.semantic.sql.rows import RowWriter
from metrion.semantic.sql.terms import Parameters, Terms

if TYPE_CHECKING:
    from metrion.identity.schemas import Actor
    from metrion.lake import Snapshot
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import DatasetDef
    from metrion.semantic.sql.terms import Parameter


@dataclass(frozen=True)
class View:
    """What one person may see of one table. `partial`: a row policy is in force."""

    datasets: tuple[DatasetDef, ...]
    scope: DataScope
    managed: bool
    """The person manages the table's data and no dataset guards it."""
    allowed: bool
    """Whether the person may know of the table at all: through one of its datasets, or as who manages it."""

    @property
    def partial(self) -> bool:
        """Whether a row policy narrows what is seen."""
        return bool(self.scope.rows)

    def masks(self, name: str) -> bool:
        """Tell whether the values of a column stay hidden: by a dataset, or because none describes it."""
        if self.managed:
            return False
        if any((dataset.code, name) in self.scope.hidden_columns for dataset in self.datasets):
            return True
        return all(dataset.column(name) is None for dataset in self.datasets)


def datasets_by_table(catalogue: Catalogue | None = None) -> Mapping[str, tuple[DatasetDef, ...]]:
    """Return the datasets of each table, of those in force unless told otherwise."""
    known = catalogue or catalog.catalogue()
    return known.memo(("datasets by table",), lambda: _by_table(known))


def _by_table(catalogue: Catalogue) -> dict[str, tuple[DatasetDef, ...]]:
    found: dict[str, tuple[DatasetDef, ...]] = {}
    for code in sorted(catalogue.codes("dataset")):
        dataset = catalogue.dataset(code)
        if dataset.place:
            found[dataset.place] = (*found.get(dataset.place, ()), dataset)
    return found


def view_of(
    actor: Actor,
    department: str,
    datasets: Sequence[DatasetDef],
    known: frozenset[str],
    scope: DataScope | None = None,
) -> View:
    """Return what the actor may see of a table of `department` that these datasets read.

    `known` are the datasets that the actor may know of.
    """
    manages = actor.may("data.manage", department)
    if not datasets:
        return View((), DataScope(), managed=manages, allowed=manages)
    allowed = manages or any(dataset.code in known for dataset in datasets)
    return View(
        tuple(datasets), _of_table(datasets, scope or data_scope(actor, datasets)), managed=False, allowed=allowed
    )


def _of_table(datasets: Sequence[DatasetDef], scope: DataScope) -> DataScope:
    """Return the scope of these datasets only: their rules as one rule of the first dataset."""
    codes = {dataset.code for dataset in datasets}
    rules = tuple(scope.rows[dataset.code] for dataset in datasets if dataset.code in scope.rows)
    hidden = frozenset(pair for pair in scope.hidden_columns if pair[0] in codes)
    if not rules:
        return DataScope(hidden_columns=hidden)
    return DataScope(rows={datasets[0].code: rules[0] if len(rules) == 1 else And(items=rules)}, hidden_columns=hidden)


def rows_query(view: View, snapshot: Snapshot, columns: Sequence[str]) -> tuple[str, tuple[Parameter, ...]]:
    """Return the statement for these columns of the visible rows of a snapshot."""
    name = engine().table_name(snapshot)
    terms = Terms(Parameters(), dialect_of("duckdb"))
    if not view.partial:
        picked = [named(column(name, each), each) for each in columns]
        select = exp.Select(
            expressions=picked, from_=exp.From(this=exp.Table(this=exp.Identifier(this=name, quoted=True)))
        )
        return select.sql("duckdb"), ()
    catalogue = catalog.catalogue()
    tables = _Tables(catalogue, {dataset.code: name for dataset in view.datasets})
    frame = Frame(view.datasets[0].code, World(catalogue, view.scope, tables, {}, {}))
    shown: list[exp.Expression] = [named(column(frame.alias, each), each) for each in columns]
    select = RowWriter(terms).clauses(frame.scan).select(shown)
    return select.sql("duckdb"), settled(terms.parameters.values, ())


class _Tables(Mapping[str, str]):
    """Names of the newest snapshots, asked for only where a policy needs a joined dataset."""

    def __init__(self, catalogue: Catalogue, fixed: Mapping[str, str]) -> None:
        self._catalogue = catalogue
        self._fixed = fixed

    def __getitem__(self, dataset: str) -> str:
        if dataset in self._fixed:
            return self._fixed[dataset]
        source = self._catalogue.dataset(dataset).source
        if not isinstance(source, LakeTable):
            raise KeyError(dataset)
        return engine().table_name(lake().snapshot(source.table))

    def __iter__(self) -> Iterator[str]:
        return iter(self._catalogue.codes("dataset"))

    def __len__(self) -> int:
        return len(tuple(self._catalogue.codes("dataset")))
