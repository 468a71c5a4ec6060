"""The definitions of the demo company, as the YAML that users write, and who publishes them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import yaml
from pydantic import JsonValue

from metrion.base.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

RawDefinition = dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class DefinitionGroup:
    """One file of definitions that is submitted as one change request."""

    file: str
    title: Text
    author: str
    approver: str
    kinds: tuple[str, ...]
    """Which kinds of the file belong to this change."""

    @property
    def has_metrics(self) -> bool:
        """Tell whether there are numbers to look at before approving."""
        return "metric" in self.kinds

    def contents(self) -> Iterator[RawDefinition]:
        """Yield the raw definitions of this change, in the order of the file."""
        text = (files(__name__) / f"{self.file}.yaml").read_text(encoding="utf-8")
        for raw in yaml.safe_load_all(text):
            if raw["kind"] in self.kinds:
                yield raw


_DATA = ("dataset", "relationship", "dimension", "modifier")
_METRICS = ("metric",)


def _line(file: str, zh: str, en: str, analyst: str, approver: str, *, split: bool) -> tuple[DefinitionGroup, ...]:
    data_file, metric_file = (f"{file}_data", f"{file}_metrics") if split else (file, file)
    return (
        DefinitionGroup(data_file, Text(zh=f"{zh}数据模型", en=f"{en} data model"), "li.na", approver, _DATA),
        DefinitionGroup(metric_file, Text(zh=f"{zh}指标", en=f"{en} metrics"), analyst, approver, _METRICS),
    )


GROUPS = (
    *_line("retail", "零售", "Retail", "wang.fang", "liu.yang", split=True),
    *_line("manufacturing", "智能制造", "Manufacturing", "he.jun", "gao.jian", split=False),
    *_line("bank_risk", "银行风险", "Bank risk", "xu.min", "lin.bo", split=False),
    *_line("internet", "互联网", "Internet", "tang.yue", "deng.wei", split=False),
)
PROPOSAL = DefinitionGroup(
    "proposal",
    Text(zh="优惠券折扣额只计厂商券", en="Count manufacturers' coupons only"),
    "wang.fang",
    "liu.yang",
    _METRICS,
)
"""A change of meaning that waits for its approver when the demo is opened."""
PROPOSAL_REASON = "配券由零售商自己承担，与厂商结算时不应计入；拆开后折扣率也更清楚。"
