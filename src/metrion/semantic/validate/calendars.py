"""Checks of what a dataset says about time: its grain, when its rows are valid, the levels of a calendar."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from metrion.base.text import Text
from metrion.semantic.calendar import SECONDS, finer, is_grain
from metrion.semantic.formula.types import TYPE_NAMES
from metrion.semantic.validate.columns import require_column, require_time, require_type

if TYPE_CHECKING:
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import CalendarLevel, DatasetDef
    from metrion.semantic.validate.fault import Findings

_PERIOD: Final = Text(zh="日期、时间戳或整数", en="a date, a timestamp or an integer")


def check_time_grain(dataset: DatasetDef, findings: Findings) -> None:
    """Check that the time columns can tell apart what the dataset says they do."""
    first = dataset.column(dataset.time_columns[0]) if dataset.time_columns else None
    if first is not None and first.type == "date" and dataset.time_grain in SECONDS:
        findings.add(
            "time_grain",
            "axis_of_days",
            f"时间列“{first.name}”只到日，时间粒度不能是“{dataset.time_grain}”。",
            f"The time column “{first.name}” holds days; the grain cannot be “{dataset.time_grain}”.",
        )


def check_validity(dataset: DatasetDef, findings: Findings) -> None:
    """Check that a history is one of a dimension, between two moments of one type."""
    validity = dataset.validity
    if validity is None:
        return
    if dataset.shape != "dimension":
        findings.add(
            "validity",
            "history_shape",
            "只有维度表才有有效期。",
            "Only a dimension has rows that are valid for a while.",
            Text(zh="请改为维度表，或去掉有效期。", en="Make it a dimension, or leave the validity out."),
        )
    start = require_column(dataset, validity.start, "validity.start", findings)
    end = require_column(dataset, validity.end, "validity.end", findings)
    for name, column in (("start", start), ("end", end)):
        if column is not None:
            require_time(column, f"validity.{name}", findings)
    if start is not None and start == end:
        findings.add(
            "validity.end",
            "validity_of_one",
            "开始与结束不能是同一列。",
            "A row is not valid from and until the same column.",
        )
    elif start is not None and end is not None and start.type != end.type:
        findings.add(
            "validity.end",
            "column_type",
            f"开始是{TYPE_NAMES[start.type].zh}，结束是{TYPE_NAMES[end.type].zh}，两者应相同。",
            f"The start is {TYPE_NAMES[start.type].en}, the end {TYPE_NAMES[end.type].en}; they have one type.",
        )
    for position, name in enumerate(dataset.primary_key):
        if name in (validity.start, validity.end):
            findings.add(
                f"primary_key.{position}",
                "history_key",
                f"历史的主键不含有效期列“{name}”。",
                f"The key of a history is without the validity: leave “{name}” out.",
            )


def check_calendar(dataset: DatasetDef, catalogue: Catalogue, findings: Findings) -> None:
    """Check a calendar's day, levels and working days; nothing else has them."""
    if dataset.shape != "calendar":
        for name, given in (("levels", bool(dataset.levels)), ("working_day", dataset.working_day is not None)):
            if given:
                findings.add(
                    name,
                    "no_calendar_shape",
                    "只有日历数据集才有日历层级和工作日。",
                    "Only a calendar has levels and working days.",
                    Text(zh="请将类型改为日历，或去掉该项。", en="Make it a calendar, or leave this out."),
                )
        return
    if not dataset.time_columns:
        findings.add(
            "time_columns", "time_column_missing", "日历需要日期列。", "A calendar needs the column of its days."
        )
    elif dataset.primary_key != (dataset.time_columns[0],):
        findings.add(
            "primary_key",
            "calendar_key",
            f"日历的每个日期只有一行：主键应为“{dataset.time_columns[0]}”。",
            f"A calendar has one row for each day: its key is “{dataset.time_columns[0]}”.",
        )
    if dataset.levels and finer("day", dataset.time_grain):
        findings.add(
            "time_grain",
            "levels_need_days",
            "有层级的日历需要逐日的行。",
            "A calendar with levels needs a row for each day.",
        )
    for position, level in enumerate(dataset.levels):
        _check_level(level, f"levels.{position}", dataset, catalogue, findings)
    if dataset.working_day is not None:
        _check_working_day(dataset, dataset.working_day, catalogue, findings)


def _check_level(
    level: CalendarLevel, place: str, dataset: DatasetDef, catalogue: Catalogue, findings: Findings
) -> None:
    column = require_column(dataset, level.column, f"{place}.column", findings)
    if column is not None:
        require_type(column, ("date", "timestamp", "integer"), _PERIOD, f"{place}.column", findings)
    if level.position is not None:
        position = require_column(dataset, level.position, f"{place}.position", findings)
        if position is not None:
            require_type(position, ("integer",), TYPE_NAMES["integer"], f"{place}.position", findings)
    if not level.name.zh.strip() or not level.name.en.strip():
        findings.add(
            f"{place}.name", "name_missing", "请填写中文和英文名称。", "Give it a name in Chinese and in English."
        )
    if is_grain(level.code):
        findings.add(
            f"{place}.code",
            "level_is_grain",
            f"“{level.code}”是通用的时间粒度，不能用作层级编码。",
            f"“{level.code}” is a grain that every company has; a level cannot be called so.",
        )
    counted = Counter(own.code for own in dataset.levels)
    others = [other.code for other in catalogue.calendars() if other.code != dataset.code]
    elsewhere = [other for other in others if any(each.code == level.code for each in catalogue.dataset(other).levels)]
    if counted[level.code] > 1 or elsewhere:
        where = elsewhere[0] if elsewhere else dataset.code
        findings.add(
            f"{place}.code",
            "level_repeated",
            f"层级“{level.code}”在日历“{where}”中已有。",
            f"The calendar “{where}” has a level “{level.code}” already.",
        )


def _check_working_day(dataset: DatasetDef, name: str, catalogue: Catalogue, findings: Findings) -> None:
    column = require_column(dataset, name, "working_day", findings)
    if column is not None:
        require_type(column, ("boolean",), TYPE_NAMES["boolean"], "working_day", findings)
    others = [other.code for other in catalogue.calendars() if other.working_day and other.code != dataset.code]
    if others:
        findings.add(
            "working_day",
            "working_days_twice",
            f"日历“{others[0]}”已规定工作日。",
            f"The calendar “{others[0]}” says already which days are working days.",
            Text(zh="公司只有一份工作日历。", en="A company has one calendar of working days."),
        )
