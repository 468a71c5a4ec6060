"""Dimensions and measures as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.interchange.cube.model import Dimension, Measure, Words
from metrion.interchange.cube.nodes import Fields, keyword, text, texts
from metrion.interchange.cube.parts import (
    case_sql,
    choices_of,
    directive_of,
    grain_of,
    granularities_of,
    orders_of,
    rolling_of,
    shifts_of,
    sqls,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.interchange.cube.model import Place
    from metrion.interchange.foreign.report import Losses

_SILENT: Final = frozenset(
    [
        "name",
        "title",
        "description",
        "meta",
        "format",
        "shown",
        "public",
        "case",
        "sql",
        "type",
        "primary_key",
        "sub_query",
        "latitude",
        "longitude",
        "values",
        "propagate_filters_to_sub_query",
        "multi_stage",
        "granularities",
        "time_shift",
        "filters",
        "rolling_window",
        "reduce_by",
        "group_by",
        "add_group_by",
        "grain",
        "filter",
        "order_by",
        "drill_members",
        "drill_filters",
        "mask",
        "suggest_filter_values",
        "order",
        "key",
        "links",
        "alias_member",
        "time_dimension",
    ]
)
_TYPES: Final[Mapping[str, str]] = {"countdistinct": "count_distinct", "number_agg": "number"}


def read_dimension(name: str, fields: Fields, place: Place, losses: Losses) -> Dimension:
    """Return a dimension."""
    _unknown(fields, place, losses)
    sql, _ = case_sql(fields.get("case"))
    kind = keyword(text(fields.get("type")) or "string")
    masked = _masked(fields, place, losses)
    return Dimension(
        name=name,
        type=kind,
        place=place,
        words=_words(fields),
        sql=sql or (_geo(fields) if kind == "geo" else text(fields.get("sql"))),
        primary_key=fields.get("primary_key") is True,
        sub_query=fields.get("sub_query") is True,
        propagates=fields.get("propagate_filters_to_sub_query") is True,
        multi_stage=fields.get("multi_stage") is True,
        granularities=granularities_of(fields.get("granularities")),
        shifts=shifts_of(fields.get("time_shift")),
        grain=grain_of(fields),
        masked=masked,
        values=texts(fields.get("values")),
    )


def read_measure(name: str, fields: Fields, place: Place, losses: Losses) -> Measure:
    """Return a measure."""
    _unknown(fields, place, losses)
    _masked(fields, place, losses)
    sql, switch = case_sql(fields.get("case"))
    kind = keyword(text(fields.get("type")) or "number")
    grain = grain_of(fields)
    shifts = shifts_of(fields.get("time_shift"))
    directive = directive_of(fields.get("filter"))
    return Measure(
        name=name,
        type=_TYPES.get(kind, kind),
        place=place,
        words=_words(fields),
        sql=sql or text(fields.get("sql")),
        filters=sqls(fields.get("filters")),
        rolling=rolling_of(fields.get("rolling_window")),
        multi_stage=fields.get("multi_stage") is True or bool(shifts),
        switch=switch,
        choices=choices_of(fields.get("case")),
        shifts=shifts,
        grain=grain,
        filter=directive,
        order_by=orders_of(fields.get("order_by")),
    )


def _words(fields: Fields) -> Words:
    return Words(text(fields.get("title")), text(fields.get("description")))


def _unknown(fields: Fields, place: Place, losses: Losses) -> None:
    for key in fields:
        if key not in _SILENT:
            losses.dropped(f"{place}.{key}", f"未知的字段“{key}”。", f"“{key}” is not known here.")


def _masked(fields: Fields, place: Place, losses: Losses) -> bool:
    if "mask" not in fields:
        return False
    losses.dropped(
        f"{place}.mask",
        "遮盖不属于定义，请重新设置权限。",
        "A mask is no part of a definition: set permissions up anew.",
    )
    return True


def _geo(fields: Fields) -> str:
    """Return the SQL of a place: latitude and longitude with a comma between them."""
    parts = [fields.get(key) for key in ("latitude", "longitude")]
    latitude, longitude = (text(part.get("sql")) if isinstance(part, Fields) else text(part) for part in parts)
    return f"CAST({_exact(latitude)} AS TEXT) || ',' || CAST({_exact(longitude)} AS TEXT)"


def _exact(sql: str) -> str:
    """Return a coordinate to six digits: a tenth of a metre."""
    return f"CAST(({sql}) AS DECIMAL(38, 6))"
