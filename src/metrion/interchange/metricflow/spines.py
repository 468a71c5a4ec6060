"""Time spines as calendars, with their custom periods as levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.base.text import Text
from metrion.interchange.foreign.codes import Codes, code_of
from metrion.interchange.metricflow.words import GRAINS, grain_named, our_grain
from metrion.semantic.model import CalendarLevel, Column, DatasetDef, LakeTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metrion.interchange.foreign.report import Losses, Surroundings
    from metrion.interchange.metricflow.manifest import TimeSpine
    from metrion.semantic.model import DataType


def calendars(
    spines: Sequence[TimeSpine], around: Surroundings, codes: Codes, losses: Losses
) -> Iterator[tuple[TimeSpine, DatasetDef]]:
    """Yield the calendar of each time spine; what is finer than a second is left out."""
    for spine in spines:
        grain = spine.primary_column.time_granularity
        path = f"project_configuration.time_spines.{spine.node_relation.alias}"
        if grain not in GRAINS:
            losses.dropped(path, "比秒更细的时间轴不支持。", "Time spines finer than a second are not supported.")
            continue
        yield spine, _calendar(spine, grain, around, codes, losses, path)


def _calendar(
    spine: TimeSpine, grain: str, around: Surroundings, codes: Codes, losses: Losses, path: str
) -> DatasetDef:
    table = code_of(spine.node_relation.alias)
    primary = spine.primary_column.name
    physical = around.columns_of(table)
    types: dict[str, DataType] = dict(physical or {})
    types.setdefault(primary, "timestamp" if our_grain(grain) in {"second", "minute", "hour"} else "date")
    columns = [Column(name=name, type=kind) for name, kind in types.items()]
    levels = []
    for custom in spine.custom_granularities:
        column = custom.column
        kind = types.get(column)
        if physical is not None and kind is None:
            losses.dropped(f"{path}.{custom.name}", f"表没有列“{column}”。", f"The table has no column “{column}”.")
            continue
        if kind is None:
            columns.append(Column(name=column, type="date"))
        elif kind in {"string", "timestamp"}:
            columns.append(_read_as_date(column))
            column = columns[-1].name
        levels.append(
            CalendarLevel(code=codes.of("level", custom.name), name=Text(zh=custom.name, en=custom.name), column=column)
        )
    return DatasetDef(
        code=codes.of("dataset", f"spine {spine.node_relation.alias} {primary}", spine.node_relation.alias),
        name=Text(zh=f"日历 {table}", en=f"Calendar {table}"),
        domain=around.domain,
        shape="calendar",
        source=LakeTable(table=table),
        columns=tuple(columns),
        primary_key=(primary,),
        time_columns=(primary,),
        time_grain=grain_named(grain),
        levels=tuple(levels),
        row_access="open",
    )


def _read_as_date(column: str) -> Column:
    return Column(name=f"{column}_date", type="date", expression=f"to_date({column})")
