"""The formulas that stand behind the templates of metrics: ratio, growth, share, index, difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.semantic.model import Difference, Growth, Index, Ratio, Share

if TYPE_CHECKING:
    from metrion.semantic.model import Code

Template = Ratio | Growth | Share | Index | Difference

RATIO: Final = "[a] / [b]"
CHANGE: Final = "[a] - [b]"
RATE: Final = "([a] - [b]) / abs([b])"
INDEX: Final = "[a] / [b] * 100"


def written(template: Template) -> str:
    """Return the formula of a template over `a` and `b`."""
    match template:
        case Ratio() | Share():
            return RATIO
        case Index():
            return INDEX
        case Growth(result=result) | Difference(result=result):
            return RATE if result == "rate" else CHANGE


def inputs(template: Template) -> dict[str, Code]:
    """Return the metrics that `a` and `b` are; where both are the same, they differ in time or in their groups."""
    match template:
        case Ratio(numerator=numerator, denominator=denominator):
            return {"a": numerator.metric, "b": denominator.metric}
        case Difference(metric=metric, target=target):
            return {"a": metric, "b": target}
        case _:
            return {"a": template.metric, "b": template.metric}
