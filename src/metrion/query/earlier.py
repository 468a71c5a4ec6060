"""Earlier versions of data under the row policies of today.

A row policy is judged on the rows as they are now. An earlier version may hold a row that has since been
moved out of somebody's sight: another region, another customer. Read from that version, it would be seen
again. So where a rule decides about a table, its earlier version is read without the rows that the present
version has with other values in what the rule looks at. Rows that are no longer there are judged as they
were; the tables that a rule joins to are always read as they are now (`semantic.frame.Guard`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.integration import reads as integration
from metrion.lake import Snapshot
from metrion.query.errors import EarlierDataClosed
from metrion.semantic.frame import fields_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from metrion.integration.reads import LiveTable
    from metrion.query.protection import Protection
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.condition import Condition
    from metrion.semantic.model import DatasetDef


def still_judged_alike(
    datasets: Iterable[DatasetDef],
    snapshots: Mapping[str, Snapshot | LiveTable | None],
    newest: Callable[[DatasetDef], Snapshot | LiveTable | None],
    protection: Protection,
    published: Catalogue,
) -> dict[str, str]:
    """Return, for each dataset that a rule narrows and that is read in an earlier version, the table to read.

    Raises `EarlierDataClosed` where the rows of the two versions cannot be told to be the same.
    """
    found = {}
    for dataset in datasets:
        old, rule = snapshots[dataset.code], protection.scope.rows.get(dataset.code)
        new = newest(dataset)
        if rule is None or not isinstance(old, Snapshot) or not isinstance(new, Snapshot) or old.version == new.version:
            continue
        guard = published.find("dataset", (protection.guards or {}).get(dataset.code, ""))
        judge = guard if guard is not None and guard.kind == "dataset" else dataset
        columns = _looked_at(rule, judge, published)
        if not columns:  # the rule says the same of every row
            continue
        if not judge.primary_key or not _alike(old, new, (*judge.primary_key, *columns)):
            raise EarlierDataClosed(dataset=dataset.code)
        found[dataset.code] = integration.engine().unmoved_name(old, new, judge.primary_key, columns)
    return found


def _looked_at(rule: Condition, dataset: DatasetDef, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the columns of the dataset that decide what the rule says of a row, rather too many than too few.

    A field that is no column of the dataset is read through some relationship: then the columns of all count,
    and the days, since what a row is joined to may depend on its day.
    """
    found: dict[str, None] = {}
    for field in fields_of(rule):
        own = _own_column(field, dataset, catalogue)
        if own is not None:
            found[own] = None
            continue
        found.update(dict.fromkeys(_joining(dataset, catalogue)))
        found.update(dict.fromkeys(dataset.time_columns))
    return tuple(found)


def _joining(dataset: DatasetDef, catalogue: Catalogue) -> Iterator[str]:
    """Yield the columns of the dataset that relationships join by."""
    for code in catalogue.codes("relationship"):
        relationship = catalogue.relationship(code)
        for pair in relationship.columns:
            if relationship.from_dataset == dataset.code:
                yield pair.many
            if relationship.to_dataset == dataset.code:
                yield pair.one


def _own_column(field: str, dataset: DatasetDef, catalogue: Catalogue) -> str | None:
    if dataset.column(field) is not None:
        return field
    dimension = catalogue.find("dimension", field)
    bindings = dimension.bindings if dimension is not None and dimension.kind == "dimension" else ()
    return next((binding.column for binding in bindings if binding.dataset == dataset.code), None)


def _alike(old: Snapshot, new: Snapshot, columns: Iterable[str]) -> bool:
    """Tell whether both versions have these columns, in the same types."""
    return all(
        name in old.schema.names
        and name in new.schema.names
        and old.schema.field(name).type == new.schema.field(name).type
        for name in columns
    )
