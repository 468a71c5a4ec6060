"""What our own export puts into an OSI file, so that it comes back whole: the full definitions beside their OSI form.

A definition is taken from there only while the node around it is as it was exported: whoever edits the file in
another tool means what the edited node says.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter, ValidationError

from metrion.base.canonical import digest
from metrion.catalog.content import compact
from metrion.semantic.model import Definition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metrion.interchange.foreign.report import Losses
    from metrion.interchange.osi.document import Named

VENDOR: Final = "METRION"
_APART: Final = {"custom_extensions", "datasets", "relationships", "metrics"}
"""Of a model: what has definitions of its own."""
_DEFINITIONS: Final[TypeAdapter[tuple[Definition, ...]]] = TypeAdapter(tuple[Definition, ...])


def enclosed(node: Mapping[str, Any], definitions: Sequence[Definition]) -> dict[str, Any]:
    """Return an OSI node with the definitions that it stands for."""
    own = {key: value for key, value in node.items() if key not in _APART}
    data = {"node": fingerprint(own), "definitions": [compact(definition) for definition in definitions]}
    shown = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return {**node, "custom_extensions": [{"vendor_name": VENDOR, "data": shown}]}


def restored(node: Named, losses: Losses, place: str) -> list[Definition]:
    """Return the definitions that a node of our own export stands for; none where it is another's, or was edited."""
    data = next((each.data for each in node.custom_extensions if each.vendor_name == VENDOR), None)
    if data is None:
        return []
    try:
        said = json.loads(data)
        written, definitions = said["node"], _DEFINITIONS.validate_python(said["definitions"])
    except (ValueError, KeyError, TypeError, ValidationError):
        losses.dropped(
            f"{place}.custom_extensions", "METRION 扩展内容无法读取", "the extension of METRION cannot be read"
        )
        return []
    plain = node.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude=_APART)
    if written != fingerprint(plain):
        losses.changed(
            place,
            "导出后经过修改，按修改后的内容导入，其余属性取默认值",
            "it was edited after the export: the edited text counts, everything else takes its default",
        )
        return []
    return list(definitions)


def fingerprint(node: Mapping[str, Any]) -> str:
    """Return a mark of an OSI node by which an edit is noticed."""
    return digest(node)[:16]
