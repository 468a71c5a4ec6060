"""Types of the product and of Arrow: what the lake keeps and how the metric language calls it.

Timestamps are kept without a zone, as wall-clock time of the company: a day then begins where the
company's day begins, and no query pays for a zone conversion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from metrion.lake.errors import UnsupportedType

if TYPE_CHECKING:
    from metrion.semantic.model import DataType

TIMESTAMP: Final = pa.timestamp("us")
_PLAIN: Final[dict[DataType, pa.DataType]] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "float": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": TIMESTAMP,
}
NARROW_DIGITS: Final = 18
WIDE_DIGITS: Final = 38


def arrow_type(name: DataType, scale: int | None = None, whole_digits: int = 0) -> pa.DataType:
    """Return the Arrow type for a product type; decimals get 18 digits, or 38 where 18 are too few."""
    if name != "decimal":
        return _PLAIN[name]
    places = scale or 0
    return pa.decimal128(NARROW_DIGITS if whole_digits + places <= NARROW_DIGITS else WIDE_DIGITS, places)


def type_name(arrow: pa.DataType) -> DataType | None:
    """Return the product's name of an Arrow type; None for what the product has no word for."""
    if pa.types.is_dictionary(arrow):
        return type_name(arrow.value_type)
    tests: tuple[tuple[bool, DataType], ...] = (
        (pa.types.is_string(arrow) or pa.types.is_large_string(arrow) or pa.types.is_string_view(arrow), "string"),
        (pa.types.is_integer(arrow), "integer"),
        (pa.types.is_floating(arrow), "float"),
        (pa.types.is_decimal(arrow), "decimal"),
        (pa.types.is_boolean(arrow), "boolean"),
        (pa.types.is_date(arrow), "date"),
        (pa.types.is_timestamp(arrow), "timestamp"),
    )
    return next((name for holds, name in tests if holds), None)


def kept_type(column: str, arrow: pa.DataType) -> pa.DataType:
    """Return the type under which the lake keeps a column; raises `UnsupportedType`."""
    name = type_name(arrow)
    if name is None:
        raise UnsupportedType(column=column, type=str(arrow))
    if name == "decimal":
        return pa.decimal128(min(arrow.precision, WIDE_DIGITS), arrow.scale)
    return _PLAIN[name]


def kept_schema(schema: pa.Schema) -> pa.Schema:
    """Return the schema under which the lake keeps rows of `schema`; every column may be null."""
    return pa.schema([pa.field(field.name, kept_type(field.name, field.type)) for field in schema])
