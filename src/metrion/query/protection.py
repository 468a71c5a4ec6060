"""What an asker may see where a question uses definitions other than those in force: drafts, or the past.

What protects data is published: row policies, column grants, the marks of sensitive columns. A draft that
calls a table by another name, marks a column as open or moves the dimension that a policy names must not
widen what its author sees, nor tell whether a table exists. So the published datasets on the same table
decide, the strictest of them wins, and their rules are read with the published definitions. A table, or a
column, that no published dataset describes is open to those who manage the data of its department.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.catalog import reads as catalog
from metrion.identity import reads as identity
from metrion.integration import reads as integration
from metrion.semantic.condition import And
from metrion.semantic.errors import ForbiddenColumn
from metrion.semantic.model import DatasetDef, RelationshipDef
from metrion.semantic.scope import DataScope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metrion.identity.schemas import Actor
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import Definition


@dataclass(frozen=True, slots=True)
class Protection:
    """The asker's scope over the question's datasets, and who says so."""

    scope: DataScope
    published: Catalogue | None = None
    """What row conditions are bound in; None: the question's own definitions are those in force."""
    guards: Mapping[str, str] | None = None
    """Dataset of the question -> the published dataset that guards its table."""
    closed: frozenset[str] = frozenset()
    """Datasets whose tables the asker may not know of."""


def in_force(actor: Actor, datasets: Sequence[DatasetDef]) -> Protection:
    """Return what the asker may see of published datasets."""
    return Protection(identity.data_scope(actor, datasets))


def strictest(
    actor: Actor, datasets: Sequence[DatasetDef], published: Catalogue, candidates: Sequence[Definition]
) -> Protection:
    """Return what the asker may see of datasets that are drafts (`candidates`) or were published in the past.

    Raises `ForbiddenColumn` where a drafted relationship joins by a column that is hidden from the asker: the
    matches would tell its values.
    """
    guards = _guards(datasets, published)
    guarding = {guard.code: guard for each in guards.values() for guard in each}
    theirs, own = identity.data_scope(actor, guarding.values()), identity.data_scope(actor, datasets)
    managed = integration.managed_tables(actor, {dataset.place for dataset in datasets})
    rows, hidden = {}, set(own.hidden_columns)
    for dataset in datasets:
        found = guards[dataset.code]
        if not found:
            if dataset.code in own.rows:
                rows[dataset.code] = own.rows[dataset.code]
            continue
        rules = tuple(theirs.rows[guard.code] for guard in found if guard.code in theirs.rows)
        if rules:
            rows[dataset.code] = rules[0] if len(rules) == 1 else And(items=rules)
        hidden |= _hidden(dataset, found, theirs, described_only=bool(dataset.place) and dataset.place not in managed)
    drafted = {each.code for each in candidates if isinstance(each, DatasetDef)}
    known = catalog.open_datasets(actor, guarding) if drafted else frozenset()
    closed = {
        dataset.code
        for dataset in datasets
        if dataset.code in drafted
        and dataset.place
        and dataset.place not in managed
        and not any(guard.code in known for guard in guards[dataset.code])
    }
    _refuse_hidden_joins(candidates, hidden)
    return Protection(
        scope=DataScope(rows=rows, hidden_columns=frozenset(hidden)),
        published=published,
        guards={code: found[0].code for code, found in guards.items() if found},
        closed=frozenset(closed),
    )


def _guards(datasets: Iterable[DatasetDef], published: Catalogue) -> dict[str, tuple[DatasetDef, ...]]:
    """Return the published datasets on the table of each; a dataset that is published as it is guards itself."""
    by_table = integration.datasets_by_table(published)
    return {
        dataset.code: (dataset,)
        if published.find("dataset", dataset.code) == dataset
        else by_table.get(dataset.place, ())
        for dataset in datasets
    }


def _hidden(
    dataset: DatasetDef, guards: Sequence[DatasetDef], scope: DataScope, *, described_only: bool
) -> set[tuple[str, str]]:
    """Return the columns that any guard hides, and with `described_only` those that none describes."""
    return {
        (dataset.code, column.name)
        for column in dataset.columns
        if column.expression is None  # what is calculated is as hidden as what it is calculated from
        and (
            any((guard.code, column.name) in scope.hidden_columns for guard in guards)
            or (described_only and all(guard.column(column.name) is None for guard in guards))
        )
    }


def _refuse_hidden_joins(candidates: Iterable[Definition], hidden: set[tuple[str, str]]) -> None:
    for relationship in candidates:
        if not isinstance(relationship, RelationshipDef):
            continue
        for pair in relationship.columns:
            for dataset, column in ((relationship.from_dataset, pair.many), (relationship.to_dataset, pair.one)):
                if (dataset, column) in hidden:
                    raise ForbiddenColumn(field=column)
