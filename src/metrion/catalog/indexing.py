"""The read model of a publication: what lists show and search finds."""

from __future__ import annotations

from metrion.base.text import Text
from metrion.catalog.content import area_of
from metrion.catalog.models import Card, Publication
from metrion.catalog.pinyin import syllables
from metrion.catalog.search import all_grams, fold, lines, spellings
from metrion.semantic.model import DatasetDef, Definition, DimensionDef, MetricDef, ModifierDef, RelationshipDef

_SORT_LENGTH = 160
"""Characters that an order goes by: an index entry of PostgreSQL holds 2,700 bytes."""


def card_of(publication: Publication, number: int, definition: Definition) -> Card:
    """Return the unsaved card of the publication of a version."""
    name = definition.name if definition.name.pick() else Text(zh=definition.code, en=definition.code)
    called = (name.zh, name.en)
    aliases = () if isinstance(definition, (DatasetDef, RelationshipDef)) else definition.aliases
    names = lines((definition.code, *called))
    other_names = lines((*aliases, *(spelling for each in (*called, *aliases) for spelling in spellings(each))))
    text = fold(" ".join(_texts(definition)))
    metric = definition if isinstance(definition, MetricDef) else None
    return Card(
        publication=publication,
        item_id=publication.item_id,
        kind=definition.kind,
        code=definition.code,
        name_zh=name.zh,
        name_en=name.en,
        sort_zh=fold(" ".join(syllables(name.pick("zh"))))[:_SORT_LENGTH],
        sort_en=fold(name.pick("en"))[:_SORT_LENGTH],
        domain=area_of(definition),
        number=number,
        valid_from=publication.valid_from,
        valid_to=publication.valid_to,
        deprecated=False,
        type=metric.definition.type if metric else "",
        owner="" if isinstance(definition, RelationshipDef) else definition.owner,
        steward=metric.steward if metric else "",
        sensitivity=metric.sensitivity if metric else "",
        tags=lines(metric.tags) if metric and metric.tags else "",
        summary=_summary(metric) if metric else {},
        names=names,
        aliases=other_names,
        text=text,
        grams=all_grams((names, other_names, text)),
    )


def _texts(definition: Definition) -> tuple[str, ...]:
    match definition:
        case MetricDef(caliber=caliber, purpose=purpose, tags=tags):
            return (caliber.zh, caliber.en, purpose.zh, purpose.en, *tags)
        case DatasetDef(description=about) | DimensionDef(description=about) | ModifierDef(description=about):
            return (about.zh, about.en)
        case _:
            return ()


def _summary(metric: MetricDef) -> dict[str, object]:
    return metric.model_dump(mode="json", include={"aliases", "subject", "unit", "direction", "caliber", "tags"})
