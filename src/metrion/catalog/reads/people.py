"""People on the cards of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.base.text import Text
from metrion.catalog.schemas import Person
from metrion.identity import reads as identity

if TYPE_CHECKING:
    from collections.abc import Iterable


class People:
    """The people of one answer, read with one query."""

    def __init__(self, usernames: Iterable[str]) -> None:
        wanted = {name for name in usernames if name}
        self._cards = identity.person_cards(wanted) if wanted else {}

    def get(self, username: str) -> Person:
        """Return the person; somebody unknown goes by his user name."""
        card = self._cards.get(username)
        return Person(username=username, name=card.name if card else Text(zh=username, en=username))

    def maybe(self, username: str) -> Person | None:
        """Return the person, or None when nobody is named."""
        return self.get(username) if username else None
