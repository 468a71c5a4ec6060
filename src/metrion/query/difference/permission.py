"""Which rows a receipt was computed on, and which its reader may see now.

No step is ever computed with a permission of the past, or of somebody else. The numbers that receipts keep
are the ends; what lies between such an end and the same number under the reader's permission of today is
the share of permission.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.base.errors import MetrionError
from metrion.base.settings import get_settings
from metrion.catalog import reads as catalog
from metrion.identity import reads as identity
from metrion.integration import reads as integration
from metrion.query.difference import words
from metrion.query.difference.schemas import Factor, FactorDetail
from metrion.query.difference.states import live_places
from metrion.semantic.condition import Or
from metrion.semantic.model import DatasetDef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from metrion.identity.schemas import Actor
    from metrion.query.difference.ladder import Level
    from metrion.query.difference.words import Names
    from metrion.query.schemas import KeptReceipt
    from metrion.semantic.condition import Condition

Gap = tuple["Level", "Level"]
NO_ROWS: Final = Or(items=())
UNKNOWN: Final = Factor(id="unknown", kind="unknown", title=words.UNKNOWN, note=words.UNKNOWN_NOTE)
"""Nothing that the receipts tell of explains a difference."""


def rules_now(actor: Actor, receipts: Iterable[KeptReceipt]) -> dict[str, Condition | None]:
    """Return, for each published dataset of the receipts, the reader's row condition of today; None: all rows."""
    published = catalog.catalogue()
    codes = dict.fromkeys(used.dataset for receipt in receipts for used in receipt.data)
    datasets = [found for code in codes if isinstance(found := published.find("dataset", code), DatasetDef)]
    rows = identity.data_scope(actor, datasets).rows
    return {dataset.code: rows.get(dataset.code) for dataset in datasets}


def rules_of(receipt: KeptReceipt) -> dict[str, Condition | None]:
    """Return the row conditions that a receipt was computed with."""
    return {used.dataset: used.row_policy for used in receipt.data}


def factors(a: KeptReceipt, b: KeptReceipt, names: Names) -> tuple[Factor, ...]:
    """Return permission and surroundings as far as the two receipts differ in them."""
    details = tuple(_differing(rules_of(a), rules_of(b), names))
    found = [Factor(id="permission", kind="permission", title=words.PERMISSION, details=details)] if details else []
    around = tuple(_around(_surroundings(a), _surroundings(b)))
    if around:
        found.append(Factor(id="engine", kind="engine", title=words.ENGINE, details=around))
    return tuple(found)


def ends(
    actor: Actor, a: KeptReceipt, b: KeptReceipt, from_a: Gap, to_b: Gap, names: Names
) -> tuple[tuple[Factor, ...], tuple[Factor, ...]]:
    """Return what lies between the number of each receipt and the same number as the reader may see it now.

    `from_a` and `to_b` are the two numbers each, in the order of the ladder.
    """
    now = rules_now(actor, (a, b))
    first = Factor(
        id="permission.a",
        kind="permission",
        title=words.PERMISSION_A,
        details=tuple(_differing(rules_of(a), now, names)),
    )
    last = Factor(
        id="permission.b",
        kind="permission",
        title=words.PERMISSION_B,
        details=tuple(_differing(now, rules_of(b), names)),
    )
    return tuple(_end(a, first, from_a, now)), tuple(_end(b, last, to_b, now))


def _end(receipt: KeptReceipt, permission: Factor, gap: Gap, now: Mapping[str, Condition | None]) -> Iterator[Factor]:
    moved = not isinstance(gap[0], MetrionError) and not isinstance(gap[1], MetrionError) and gap[0] != gap[1]
    around = tuple(_around(_surroundings(receipt), _surroundings_now(receipt)))
    ruled = any(rule is not None for rules in (rules_of(receipt), now) for rule in rules.values())
    if permission.details:
        yield permission
    elif moved and ruled:  # the rule is the same; what it lets through is not
        yield permission.model_copy(update={"note": words.MOVED_NOTE})
    if around:
        yield Factor(id="engine", kind="engine", title=words.ENGINE, details=around)
    elif moved and not ruled:
        yield UNKNOWN


def _differing(
    old: Mapping[str, Condition | None], new: Mapping[str, Condition | None], names: Names
) -> Iterator[FactorDetail]:
    for dataset in old:
        if dataset in new and old[dataset] != new[dataset]:
            said = [words.condition(each[dataset], names, words.ALL_ROWS) for each in (old, new)]
            yield FactorDetail(label=names.of(("dataset", dataset)), a=said[0], b=said[1])


Surroundings = tuple[str, str, str | None]
"""Engine, time zone, first day of the week (None: not noted)."""


def _surroundings(receipt: KeptReceipt) -> Surroundings:
    return receipt.engine, receipt.time_zone, receipt.week_start


def _surroundings_now(receipt: KeptReceipt) -> Surroundings:
    """Return what would be around the receipt's question today; a database is not asked what it is by now."""
    settings = get_settings()
    engine = receipt.engine if live_places(receipt) else integration.engine().describe()
    return engine, settings.time_zone, settings.week_start


def _around(old: Surroundings, new: Surroundings) -> Iterator[FactorDetail]:
    for label, before, after in zip((words.ENGINE_NAME, words.ZONE, words.WEEK), old, new, strict=True):
        if before is not None and after is not None and before != after:
            yield FactorDetail(label=label, a=words.code(before), b=words.code(after))
