"""One OSI model as it was read: what each of its names became here, and the words of its nodes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from metrion.base.text import Text
from metrion.interchange.osi.ours import VENDOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.interchange.foreign.report import Losses
    from metrion.interchange.osi.document import Named
    from metrion.interchange.osi.fields import Fields
    from metrion.interchange.osi.model import Model

_CJK: Final = re.compile(r"[\u3400-\u9fff]")


@dataclass(slots=True)
class Known:
    """A model and the codes of its parts. `model.broken` says why other names became nothing."""

    model: Model
    fields: Fields
    metrics: dict[str, str] = field(default_factory=dict)
    """Normal name -> code."""
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    """Metrics that count rows without saying whose: normal name -> dataset -> code."""
    windows: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Metrics whose window function goes over single rows: normal name -> dataset and the code of a dimension."""
    datasets: dict[str, str] = field(default_factory=dict)
    dimensions: dict[tuple[str, str], str] = field(default_factory=dict)
    """Dataset and field -> code."""

    def names(self) -> Iterator[tuple[str, str]]:
        """Yield which name became which code, as people write it."""
        for name, code in self.datasets.items():
            yield self.model.datasets[name].node.name, code
        for (table, name), code in self.dimensions.items():
            if (table, name) in self.fields.readings:
                dataset = self.model.datasets[table]
                yield f"{dataset.node.name}.{dataset.fields[name].node.name}", code
        for name, code in self.metrics.items():
            if ("metric", name) not in self.model.broken:
                yield self.model.metrics[name].node.name, code


def text_of(words: str) -> Text:
    """Return words as a text in the language that they are in."""
    said = words.strip()
    return Text(zh=said) if _CJK.search(said) else Text(en=said)


def instructions(node: Named) -> str:
    """Return what a node tells about its use."""
    context = node.ai_context
    if isinstance(context, Mapping):
        return str(context.get("instructions") or "")
    return context or ""


def report_asides(node: Named, place: str, losses: Losses, *, keeps: frozenset[str] = frozenset()) -> None:
    """Note what a node says beside its meaning and no definition has a place for; `keeps` names what it has."""
    vendors = sorted({each.vendor_name for each in node.custom_extensions} - {VENDOR})
    if vendors:
        names = ", ".join(vendors)
        losses.dropped(
            f"{place}.custom_extensions", f"未导入 {names} 的扩展内容", f"the extensions of {names} are left out"
        )
    context = None if any(each.vendor_name == VENDOR for each in node.custom_extensions) else node.ai_context
    said = set(context) if isinstance(context, Mapping) else {"instructions"} if context else set()
    lost = sorted(said - keeps)
    if lost:
        names = ", ".join(lost)
        losses.dropped(f"{place}.ai_context", f"没有存放 {names} 的地方", f"there is no place for its {names}")
    if getattr(node, "access_modifier", "public") != "public":
        losses.dropped(
            f"{place}.access_modifier", "未标为私有，导入后请设置密级", "it is not private here; set its sensitivity"
        )
