"""The words of the search index and the ranking of what it finds.

Single characters and pairs of neighbours (bigrams) of normalised text make 毛利 findable, which a trigram
index cannot. The same grams stand in an FTS5 index on SQLite and in a GIN index on PostgreSQL.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypedDict, cast
from unicodedata import normalize

from django.db.models import Case, IntegerField, Lookup, Q, QuerySet, TextField, Value, When

from metrion.catalog.models import Card
from metrion.catalog.pinyin import initials, syllables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_stubs_ext import WithAnnotations

    class Ranked(TypedDict):
        """How well a card matches: 0 exact ... 5 only in the text."""

        rank: int

    RankedCard = WithAnnotations[Card, Ranked]

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.expressions import Col
    from django.db.models.sql.compiler import SQLCompiler

_WORD = re.compile(r"[^\W_]+")
_BLANKS = re.compile(r"\s+")
GRAM = 2
"""Characters of the longest piece that the index holds as it is."""


def fold(text: str) -> str:
    """Return `text` as the index compares it: compatibility forms, case and runs of blanks made equal."""
    return _BLANKS.sub(" ", normalize("NFKC", text).casefold()).strip()


def words(text: str) -> tuple[str, ...]:
    """Return the words of a folded text: runs of letters and digits, of any script."""
    return tuple(_WORD.findall(fold(text)))


def word_grams(word: str) -> set[str]:
    """Return what the index must hold for `word` to be possible: its bigrams, or itself when it is one character."""
    return {word} if len(word) == 1 else {word[at : at + GRAM] for at in range(len(word) - 1)}


def all_grams(texts: Iterable[str]) -> str:
    """Return every character and bigram of `texts`, separated by blanks."""
    found: set[str] = set()
    for text in texts:
        for word in words(text):
            found.update(word)
            found |= word_grams(word)
    return " ".join(sorted(found))


def spellings(name: str) -> tuple[str, ...]:
    """Return pinyin and pinyin initials of a Chinese name: 毛利 -> maoli, ml. Empty for other scripts."""
    full = "".join(syllables(name))
    if full == name:
        return ()
    return fold(full), fold(initials(name))


def lines(entries: Iterable[str]) -> str:
    """Return entries one a line, with a line break before and after each, so that a whole entry can be searched."""
    kept = dict.fromkeys(folded for entry in entries if (folded := fold(entry)))
    return "\n" + "".join(f"{entry}\n" for entry in kept)


class HasGrams(Lookup):
    """`id__has_grams=[...]`: the card's index entry holds all of these grams."""

    lookup_name = "has_grams"
    prepare_rhs = False

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """Ask the FTS5 index."""
        column, left = self.process_lhs(compiler, connection)
        index = "SELECT rowid FROM catalog_card_index WHERE catalog_card_index MATCH"
        return f"{column} IN ({index} %s)", [*left, " AND ".join(f'"{gram}"' for gram in self.rhs)]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """Ask the GIN index, which stands on this expression."""
        del connection
        table = compiler.quote_name_unless_alias(cast("Col", self.lhs).alias)
        return f"catalog_grams({table}.grams) @> %s::text[]", [list(self.rhs)]


Card._meta.get_field("id").register_lookup(HasGrams)  # noqa: SLF001 - Django's public way to a field


class Holds(Lookup):
    """`names__holds="..."`: the text is in the column. Both are folded already, which LIKE would do once more."""

    lookup_name = "holds"

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """Look with instr()."""
        return self._sql("instr", compiler, connection)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """Look with strpos()."""
        return self._sql("strpos", compiler, connection)

    def _sql(self, function: str, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        column, left = self.process_lhs(compiler, connection)
        wanted, right = self.process_rhs(compiler, connection)
        return f"{function}({column}, {wanted}) > 0", [*left, *right]


TextField.register_lookup(Holds)


def matching(cards: QuerySet[Card], query: str) -> QuerySet[RankedCard]:
    """Keep the cards that hold every word of `query` and annotate `rank`: 0 exact ... 5 only in the text."""
    asked = words(query)
    if not asked:
        unranked = cards.annotate(rank=Value(0, output_field=IntegerField()))
        return cast("QuerySet[RankedCard]", unranked.none() if query.strip() else unranked)
    grams = sorted(set().union(*(word_grams(word) for word in asked)))
    whole = fold(query)
    in_names, in_aliases, anywhere = Q(), Q(), Q()
    for word in asked:
        name, alias = Q(names__holds=word), Q(aliases__holds=word)
        in_names &= name
        in_aliases &= name | alias
        anywhere &= name | alias | Q(text__holds=word)
    rank = Case(
        When(names__holds=f"\n{whole}\n", then=0),
        When(names__holds=f"\n{whole}", then=1),
        When(in_names, then=2),
        When(aliases__holds=f"\n{whole}\n", then=3),
        When(in_aliases, then=4),
        default=5,
        output_field=IntegerField(),
    )
    found = cards.filter(id__has_grams=grams).annotate(rank=rank)
    if any(len(word) > GRAM for word in asked):  # the index holds shorter words as they are
        found = found.filter(anywhere)
    return cast("QuerySet[RankedCard]", found)
