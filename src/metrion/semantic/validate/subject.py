"""The metric that is being checked, and what the checks of every kind share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.base.errors import MetrionError
from metrion.base.text import Text
from metrion.semantic.calendar import is_grain
from metrion.semantic.errors import AmbiguousPath, DefinitionCycle, UnknownName, UnreachableDimension
from metrion.semantic.expand import Expander, leaves
from metrion.semantic.formula.types import Typed
from metrion.semantic.model import METRIC_TIME
from metrion.semantic.paths import locate
from metrion.semantic.value_type import value_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.expand import Leaf
    from metrion.semantic.model import Code, Level, MetricDef
    from metrion.semantic.units import Unit
    from metrion.semantic.validate.fault import Findings


@dataclass(frozen=True, slots=True)
class Subject:
    """One metric, its declared unit (None: none, or unknown), the definitions around it, the faults so far."""

    metric: MetricDef
    unit: Unit | None
    catalogue: Catalogue
    findings: Findings


def require_metric(code: Code, place: str, of: Subject) -> bool:
    """Tell whether there is a metric of that name, or note that there is none."""
    try:
        of.catalogue.metric(code)
    except MetrionError as refusal:
        of.findings.add_refusal(place, refusal)
        return False
    return True


def value_below(code: Code, catalogue: Catalogue) -> Typed | MetrionError:
    """Return type and unit of a metric below, or why it has none."""
    try:
        Expander(catalogue).value(code)
        return value_of(code, catalogue)
    except MetrionError as refusal:
        return refusal


def leaves_below(code: Code, catalogue: Catalogue) -> tuple[Leaf, ...]:
    """Return the leaves of a metric below; none where it is broken."""
    try:
        return leaves(Expander(catalogue).value(code))
    except MetrionError:
        return ()


def add_broken(place: str, name: str, refusal: MetrionError, findings: Findings) -> None:
    """Note that a metric below is not sound; a cycle is a fault of this one."""
    if isinstance(refusal, DefinitionCycle):
        findings.add_refusal(place, refusal)
        return
    why = Text(zh=refusal.render("zh")["title"], en=refusal.render("en")["title"])
    findings.add(
        place, "broken_input", f"指标“{name}”的定义本身有误。", f"The definition of “{name}” is not sound itself.", why
    )


def check_level(level: Level, place: str, of: Subject) -> None:
    """Check that a level is a grain or belongs to a calendar."""
    if is_grain(level):
        return
    try:
        of.catalogue.level(level)
    except MetrionError as refusal:
        of.findings.add_refusal(place, refusal)


def check_groups(fields: Iterable[str], place: str, base: Code, of: Subject, *, time: bool) -> None:
    """Check that each field is a dimension that the base can be split by; with `time`, or the time of the question."""
    seen: set[str] = set()
    for position, field in enumerate(fields):
        here = f"{place}.{position}"
        if field in seen:
            of.findings.add(here, "group_repeated", f"“{field}”重复。", f"“{field}” is there more than once.")
        seen.add(field)
        if not (time and field == METRIC_TIME):
            _check_group(field, here, base, of)


def _check_group(field: str, place: str, base: Code, of: Subject) -> None:
    try:
        of.catalogue.dimension(field.rpartition(".")[2])
        datasets = dict.fromkeys(leaf.dataset for leaf in leaves_below(base, of.catalogue))
        apart = [dataset for dataset in datasets if locate(field, dataset, of.catalogue) is None]
    except (UnknownName, AmbiguousPath) as refusal:
        of.findings.add_refusal(place, refusal)
        return
    for dataset in apart:
        of.findings.add_refusal(place, UnreachableDimension(metric=base, dataset=dataset, field=field))


def check_unit(follows: Unit | None, of: Subject) -> None:
    """Check that the declared unit is the one that follows from the definition."""
    declared = of.unit
    if declared is None or follows is None or declared == follows:
        return
    shown = follows.shown
    if declared.same_kind(follows):
        remedy = Text(
            zh=f"请改为“{follows.symbol}”，或用 convert(x, '{follows.symbol}', '{declared.symbol}') 换算。",
            en=f"Declare “{follows.symbol}”, or convert(x, '{follows.symbol}', '{declared.symbol}').",
        )
    else:
        remedy = Text(
            zh=f"请改为“{follows.symbol}”或留空。" if follows.symbol else "请改为 % 或留空。",
            en=f"Declare “{follows.symbol}” or leave it empty." if follows.symbol else "Declare % or leave it empty.",
        )
    of.findings.add(
        "unit",
        "unit_differs",
        f"声明的单位是“{declared.symbol}”，按定义得到的是{shown.zh}。",
        f"The declared unit is “{declared.symbol}”; what follows from the definition is {shown.en}.",
        remedy,
    )


def check_unit_below(code: Code, of: Subject) -> None:
    """Check the declared unit against that of the metric below; one without a unit says nothing."""
    below = value_below(code, of.catalogue)
    # The restriction may know better (quantity of goods sold by the piece).
    if isinstance(below, Typed) and below.unit is not None and below.unit.symbol:
        check_unit(below.unit, of)


def check_counting_unit(of: Subject) -> None:
    """Check that a number of things is measured in a counting word."""
    if of.unit is not None and not of.unit.counts:
        of.findings.add(
            "unit",
            "count_unit",
            f"计数的结果不能以“{of.unit.symbol}”为单位。",
            f"A count is not measured in “{of.unit.symbol}”.",
            Text(zh="请用计数单位，例如 笔、件、人、户、次。", en="Use a counting word such as 笔, 件, 人, 户 or 次."),
        )
