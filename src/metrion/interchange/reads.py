"""The library as files, and single texts for the expert view."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from metrion.base.errors import NotFound
from metrion.base.text import Text
from metrion.catalog import reads as catalog
from metrion.interchange.foreign.formats import EXPORTS
from metrion.interchange.foreign.report import Exported
from metrion.interchange.schemas import YamlFault, YamlResult, YamlText
from metrion.interchange.yaml_text import from_yaml, to_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.catalog.schemas import Raw
    from metrion.identity.schemas import Actor

OWN: Final = "yaml"
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


def export_files(actor: Actor, tool: str = OWN, domain: str | None = None) -> Exported:
    """Return everything published that the person may see as files: our own YAML, or the form of another tool.

    Ours are `domain/kind/code.yaml`, without loss. Another tool also gets what the definitions of a domain rest on.
    """
    actor.require("metric.read")
    if tool == OWN:
        listed = catalog.readable_definitions(actor, domain)
        return Exported({f"{each.domain}/{each.kind}/{each.code}.yaml": to_yaml(each) for each in listed})
    exporter = EXPORTS.get(tool)
    if exporter is None:
        raise NotFound(kind_zh="格式", kind_en="format", key=tool, field="format")
    return exporter(catalog.readable_definitions(actor, domain, with_foundations=True))


def export_zip(actor: Actor, tool: str = OWN, domain: str | None = None) -> bytes:
    """Return the same as a zip, always the same bytes; what could not be said stands in `LOSSES.md`."""
    exported = export_files(actor, tool, domain)
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, text in (*exported.files.items(), *_told(exported)):
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text)
    return target.getvalue()


def _told(exported: Exported) -> Iterator[tuple[str, str]]:
    if exported.losses:
        lines = [f"- {loss.path} ({loss.kind}): {loss.text.zh} / {loss.text.en}" for loss in exported.losses]
        yield "LOSSES.md", "\n".join(lines) + "\n"
