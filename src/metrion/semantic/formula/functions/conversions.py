"""From one type to another. What cannot be read becomes null, never an engine error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.base.text import Text
from metrion.semantic.formula.functions.spec import Build, Example, Function, Parameter, Site, everywhere
from metrion.semantic.formula.types import ValueType, is_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.semantic.formula.dialects import Dialect
    from metrion.semantic.formula.nodes import Node

_ANY: Final = Parameter("value", "any")
_DIGITS: Final = (0, 10)

_NUMBER: Final = "^[ \t]*([-+]?(?:[0-9]{1,18}(?:[.][0-9]{0,18})?|[.][0-9]{1,18}))[ \t]*$"
_DAY: Final = (
    "(?:[12][0-9]{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    "|(?:[12][0-9](?:0[48]|[2468][048]|[13579][26])|(?:1[26]|2[048])00)-02-29)"
)
_DATE: Final = f"^[ ]*({_DAY})[ ]*$"
_TIMESTAMP: Final = f"^[ ]*({_DAY}(?:[ T](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{{1,6}})?)?)?)[ ]*$"


def _reader(pattern: str, kind: ValueType) -> Mapping[str, Build]:
    """Read texts by their form, cast everything else."""

    def build(dialect: Dialect, site: Site) -> Node:
        if site.types[0] in {"string", "unknown"}:
            return dialect.read(dialect.matched(site.give(0), pattern), kind)
        return dialect.converted(site.use(0), kind)

    return everywhere(build)


def _to_decimal(dialect: Dialect, site: Site) -> Node:
    digits = site.count(1)
    if site.types[0] in {"integer", "decimal"}:
        return dialect.as_decimal(site.use(0), digits)
    if is_number(site.types[0]):
        return dialect.written(site.give(0), digits)
    return dialect.read_decimal(dialect.matched(site.give(0), _NUMBER), digits)


def _to_text(dialect: Dialect, site: Site) -> Node:
    if not site.has(1):
        return dialect.as_text(site.give(0), site.types[0])
    digits = site.count(1)
    exact = site.types[0] in {"integer", "decimal"}
    rounded = dialect.as_decimal(site.use(0), digits) if exact else dialect.written(site.give(0), digits)
    return dialect.decimal_text(rounded, digits)


CONVERSIONS: Final[tuple[Function, ...]] = (
    Function(
        name="to_number",
        group="convert",
        parameters=(_ANY,),
        returns="float",
        doc=Text(
            zh="把文本读成数字（如 -12.5）；读不出时为空。要保留精确小数请用 to_decimal。",
            en="Read a text such as -12.5 as a number; null if it is none. For exact decimals use to_decimal.",
        ),
        example=Example("to_number('-12.5')", -12.5),
        builders=_reader(_NUMBER, "float"),
    ),
    Function(
        name="to_decimal",
        group="convert",
        parameters=(_ANY, Parameter("digits", "integer", bounds=_DIGITS)),
        returns="decimal",
        doc=Text(
            zh="转为保留 digits 位小数的精确数，四舍五入；文本读不出时为空。",
            en="As an exact number with that many decimal places, rounded; null for a text that is no number.",
        ),
        example=Example("to_decimal('12.345', 2)", 12.35),
        builders=everywhere(_to_decimal),
    ),
    Function(
        name="to_text",
        group="convert",
        parameters=(_ANY, Parameter("digits", "integer", optional=True, bounds=_DIGITS)),
        returns="string",
        doc=Text(
            zh="转为文本；小数与浮点数须给出位数，例如 to_text(x, 2)。",
            en="As a text; a decimal or floating-point number needs its digits: to_text(x, 2).",
        ),
        example=Example("to_text(2.5, 2)", "2.50"),
        builders=everywhere(_to_text),
    ),
    Function(
        name="to_date",
        group="convert",
        parameters=(_ANY,),
        returns="date",
        doc=Text(
            zh="把文本（如 2024-02-29）或时间戳转为日期；不是有效日期时为空。",
            en="A text such as 2024-02-29 or a timestamp as a date; null if it is no valid date.",
        ),
        example=Example("to_text(to_date('2024-02-29'))", "2024-02-29"),
        builders=_reader(_DATE, "date"),
    ),
    Function(
        name="to_timestamp",
        group="convert",
        parameters=(_ANY,),
        returns="timestamp",
        doc=Text(
            zh="把文本（如 2024-02-29 13:45:10）或日期转为时间戳；无效时为空。",
            en="A text such as 2024-02-29 13:45:10 or a date as a timestamp; null if it is none.",
        ),
        example=Example("to_text(to_timestamp('2024-02-29 13:45:10'))", "2024-02-29 13:45:10"),
        builders=_reader(_TIMESTAMP, "timestamp"),
    ),
)
