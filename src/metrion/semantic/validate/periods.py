"""Checks of time in metrics: windows that exclude each other, units that make no sense, shifts that lead nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.base.text import Text
from metrion.semantic.calendar import MONTHS, SECONDS, is_grain
from metrion.semantic.errors import NoCalendar, NoSuchLevel, NoSuchUnit
from metrion.semantic.model import Period
from metrion.semantic.validate.subject import check_level

if TYPE_CHECKING:
    from metrion.semantic.model import Shift
    from metrion.semantic.validate.subject import Subject

_WHOLE_WEEKS: Final = frozenset({"week", *MONTHS})
"""Units that a shift by weekday or by working day goes by."""


def moves_nothing(period: Period | None) -> bool:
    """Tell whether a period changes nothing about when a metric looks."""
    return period is None or period == Period()


def has_window(period: Period) -> bool:
    """Tell whether more or less than the period itself is looked at."""
    return bool(period.to_date or period.trailing or period.leading or period.cumulative or period.remaining)


def check_period(period: Period, place: str, of: Subject) -> None:
    """Check one period."""
    _check_together(period, place, of)
    for name in ("to_date", "point"):
        level = getattr(period, name)
        if level is not None:
            check_level(level, f"{place}.{name}", of)
    for name in ("trailing", "leading"):
        length = getattr(period, name)
        if length is not None and not is_grain(length.unit):
            of.findings.add_refusal(f"{place}.{name}.unit", NoSuchUnit(unit=length.unit))
    if period.shift is not None:
        check_shift(period.shift, f"{place}.shift", of)


def _check_together(period: Period, place: str, of: Subject) -> None:
    add = of.findings.add
    if sum((period.to_date is not None, period.trailing is not None, period.cumulative)) > 1:
        add(
            place,
            "period_twice",
            "“本期至今”“滚动”“累计至今”只能选一个。",
            "A period is to date, trailing or cumulative: one of them.",
        )
    if period.leading is not None and period.remaining:
        add(
            place,
            "period_twice",
            "“其后若干期”与“其后全部”只能选一个。",
            "A period looks ahead over some units or over everything that remains: one of them.",
        )
    window = has_window(period)
    if period.point is not None and window:
        add(
            f"{place}.point",
            "point_with_window",
            "“期初值”不能与累计或滚动窗口同时使用。",
            "The value at the start of a unit goes with no window.",
            Text(zh="请先定义窗口指标，再取其期初值。", en="Define the metric with the window, then take its value."),
        )
    if period.seen_from == "start" and not window:
        add(
            f"{place}.seen_from",
            "nothing_seen",
            "没有窗口，无法从期初往回看。",
            "Without a window there is nothing that could hang on the period's start.",
        )
    if period.within != "last" and not window:
        add(
            f"{place}.within",
            "nothing_within",
            "没有窗口，期内没有可取的逐日值。",
            "Without a window there are no daily values within a period.",
        )
    elif period.within == "first" and period.seen_from == "start":
        add(
            f"{place}.within",
            "seen_twice",
            "窗口从期初之前看，不能再取期内第一天的值。",
            "The window hangs on the day before the period; it has no value of the period's first day.",
        )


def check_shift(shift: Shift, place: str, of: Subject) -> None:
    """Check that a shift leads somewhere, by units that its way of matching days knows."""
    if shift.count == 0:
        of.findings.add(
            f"{place}.count",
            "shift_nowhere",
            "偏移量不能为 0。",
            "A shift leads somewhere; its count is not 0.",
            Text(
                zh="请填写正数（向前看）或负数（向后看）。",
                en="Write a positive count for earlier, a negative one for later.",
            ),
        )
    if shift.match == "working_day":
        _check_working_days(shift, place, of)
    elif shift.match == "weekday" and shift.unit not in _WHOLE_WEEKS:
        of.findings.add(
            f"{place}.unit",
            "shift_unit",
            f"按星期对齐的偏移不能以“{shift.unit}”为单位。",
            f"A shift that keeps the weekday cannot go by “{shift.unit}”.",
            Text(zh="请使用周、月、季或年。", en="Use weeks, months, quarters or years."),
        )
    else:
        check_level(shift.unit, f"{place}.unit", of)


def _check_working_days(shift: Shift, place: str, of: Subject) -> None:
    catalogue, known = of.catalogue, True
    try:
        if not is_grain(shift.unit):
            known = catalogue.dataset(catalogue.level(shift.unit)[0]).working_day is not None
        elif shift.unit in SECONDS or shift.unit == "day":
            of.findings.add(
                f"{place}.unit",
                "shift_unit",
                f"按工作日对齐的偏移不能以“{shift.unit}”为单位。",
                f"A shift that keeps the working day cannot go by “{shift.unit}”.",
                Text(
                    zh="请使用周、月、季、年或日历层级。",
                    en="Use weeks, months, quarters, years or a calendar's level.",
                ),
            )
        else:
            catalogue.working_calendar()
    except NoCalendar:
        known = False
    except NoSuchLevel as refusal:
        of.findings.add_refusal(f"{place}.unit", refusal)
    if not known:
        of.findings.add_refusal(f"{place}.match", NoCalendar())
