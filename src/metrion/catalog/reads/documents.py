"""The metadata document of one metric, and of the library, made from what the reader may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from metrion.base.clock import now
from metrion.base.settings import get_settings
from metrion.catalog.documents import html, markdown
from metrion.catalog.documents.sheet import Stay, Writer
from metrion.catalog.documents.words import WORDS
from metrion.catalog.models import Item, Publication
from metrion.catalog.reads.definitions import open_head
from metrion.catalog.reads.people import People
from metrion.catalog.visibility import Sight

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metrion.base.text import Language
    from metrion.catalog import snapshot
    from metrion.identity.schemas import Actor

DocumentFormat = Literal["markdown", "html"]
_CHUNK = 200


def document(actor: Actor, code: str, format: DocumentFormat, language: Language) -> str:  # noqa: A002 - the public name
    """Return the document of one metric; raises `NotFound`. Six queries at most."""
    sight = Sight(actor)
    head = open_head(sight, ("metric", code))
    sheet = _writer(sight, [head], language).sheet(head)
    if format == "markdown":
        return markdown.sheet(sheet)
    return html.head(sheet.title, (), language) + html.sheet(sheet) + html.foot()


def library_document(
    actor: Actor,
    format: DocumentFormat,  # noqa: A002 - the public name
    language: Language,
    domain: str | None = None,
) -> Iterator[str]:
    """Yield the document of all metrics that the person may see, by domain. Three queries for each 200 metrics.

    Refusals come before the first part, so that a stream never ends in one.
    """
    actor.require("metric.read")
    sight = Sight(actor)
    held = sight.held
    if domain is not None:
        sight.tree.path(domain)
    heads: dict[str, list[snapshot.Head]] = {}
    for key, head in held.heads.items():
        if key[0] == "metric" and sight.sees(head):
            heads.setdefault(head.domain, []).append(head)
    return _parts(sight, heads, format, language, domain)


def _parts(
    sight: Sight, heads: dict[str, list[snapshot.Head]], kind: DocumentFormat, language: Language, domain: str | None
) -> Iterator[str]:
    title = WORDS["library"].pick(language)
    roots = (domain,) if domain is not None else sight.tree.children.get(None, ())
    shown = [code for root in roots for code in sight.tree.subtree(root) if heads.get(code)]
    count = sum(len(heads[code]) for code in shown)
    made = now().astimezone(ZoneInfo(get_settings().time_zone)).strftime("%Y-%m-%d %H:%M")
    lines = (WORDS["metrics"].pick(language).format(count=count), f"{WORDS['made_at'].pick(language)}: {made}")
    yield markdown.head(title, lines) if kind == "markdown" else html.head(title, lines, language)
    for code in shown:
        path = " > ".join(each.name.pick(language) for each in sight.tree.lineage(code))
        yield markdown.group(path, 1) if kind == "markdown" else html.group(path, 1)
        ordered = sorted(heads[code], key=lambda head: head.key)
        for start in range(0, len(ordered), _CHUNK):
            chunk = ordered[start : start + _CHUNK]
            writer = _writer(sight, chunk, language)
            for head in chunk:
                sheet = writer.sheet(head)
                yield markdown.sheet(sheet, 3) if kind == "markdown" else html.sheet(sheet, 2)
    yield markdown.foot() if kind == "markdown" else html.foot()


def _writer(sight: Sight, heads: Sequence[snapshot.Head], language: Language) -> Writer:
    """Read what the sheets of these metrics need. Three queries."""
    items = [head.item for head in heads]
    rows = Publication.objects.filter(item__in=items, valid_from__lte=now()).order_by("-valid_from")
    stays: dict[str, list[Stay]] = {}
    columns = ("item__code", "version__number", "version__digest", "version__author_id", "valid_from", "valid_to")
    for code, number, digest, author, valid_from, valid_to in rows.values_list(*columns):
        stays.setdefault(code, []).append(Stay(number, digest, author, valid_from, valid_to))
    people = {str(head.content.get(field) or "") for head in heads for field in ("owner", "steward")}
    people |= {stay.author for each in stays.values() for stay in each}
    retired = Item.objects.filter(id__in=items, deprecated_at__isnull=False).values_list("code", flat=True)
    return Writer(sight, sight.held, People(people), stays, language, frozenset(retired))
