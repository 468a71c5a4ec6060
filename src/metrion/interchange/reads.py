"""The library as files, and single texts for the expert view."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from metrion.base.text import Text
from metrion.catalog import reads as catalog
from metrion.interchange.schemas import YamlFault, YamlResult, YamlText
from metrion.interchange.yaml_text import from_yaml, to_yaml

if TYPE_CHECKING:
    from metrion.catalog.schemas import Raw
    from metrion.identity.schemas import Actor

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""All files of an export carry this time, so that equal libraries are equal bytes."""


def yaml_of(actor: Actor, raw: Raw) -> YamlText:
    """Return the canonical text of a definition or of an unfinished draft."""
    actor.require("metric.read")
    return YamlText(yaml=to_yaml(raw))


def read_yaml(actor: Actor, text: str) -> YamlResult:
    """Return what one definition's text says, with every fault in its place."""
    actor.require("metric.read")
    documents = from_yaml(text)
    if len(documents) != 1:
        words = Text(zh="此处应只有一个定义。", en="Exactly one definition belongs here.")
        line = documents[1].line if documents else 1
        return YamlResult(raw=None, faults=(YamlFault(line=line, column=1, field="", code="yaml_count", text=words),))
    document = documents[0]
    if document.definition is None:
        return YamlResult(raw=document.raw or None, faults=document.faults)
    result = catalog.check(actor, document.raw)
    return YamlResult(
        raw=document.raw,
        definition=document.definition,
        faults=tuple(document.located(fault) for fault in result.faults),
        facts=result.facts,
    )


def export_zip(actor: Actor, domain: str | None = None) -> bytes:
    """Return a zip of everything published that the person may see: `domain/kind/code.yaml`, always the same bytes."""
    actor.require("metric.read")
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for definition in catalog.readable_definitions(actor, domain):
            name = f"{definition.domain}/{definition.kind}/{definition.code}.yaml"
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, to_yaml(definition))
    return target.getvalue()
