"""Which datasets a person may know of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.catalog.visibility import Sight

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metrion.identity.schemas import Actor


def open_datasets(actor: Actor, codes: Iterable[str]) -> frozenset[str]:
    """Return those datasets in force that the person may know of. At most two queries."""
    sight = Sight(actor)
    heads = sight.held.heads
    return frozenset(code for code in codes if (head := heads.get(("dataset", code))) is not None and sight.sees(head))
