"""Choices and empty values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.base.text import Text
from metrion.semantic.formula.functions.spec import Example, Function, Parameter, Site, everywhere
from metrion.semantic.formula.nodes import Node, call, case
from metrion.semantic.formula.types import common_type

if TYPE_CHECKING:
    from metrion.semantic.formula.dialects import Dialect


def _if(_: Dialect, site: Site) -> Node:
    return case([(site.use(0), site.use(1))], site.use(2) if site.has(2) else None)


def _coalesce(_: Dialect, site: Site) -> Node:
    return call("COALESCE", *(site.use(position) for position in range(len(site))))


def _nullif(dialect: Dialect, site: Site) -> Node:
    return dialect.unless_equal(site.give(0), site.use(1), common_type(site.types) or "unknown")


LOGIC: Final[tuple[Function, ...]] = (
    Function(
        name="if",
        group="logic",
        parameters=(
            Parameter("condition", "boolean"),
            Parameter("then", "same"),
            Parameter("else", "same", optional=True),
        ),
        returns="same",
        units="keep",
        nulls="own",
        doc=Text(
            zh="条件成立时取 then，否则（包括条件为空）取 else，省略时为空。",
            en="`then` where the condition is true; otherwise, also where it is unknown, `else` or null.",
        ),
        example=Example("if(1 > 2, 'yes', 'no')", "no"),
        builders=everywhere(_if),
    ),
    Function(
        name="coalesce",
        group="logic",
        parameters=(Parameter("a", "same"), Parameter("b", "same", many=True)),
        returns="same",
        units="keep",
        nulls="skip",
        doc=Text(zh="第一个不为空的参数。", en="The first argument that is not null."),
        example=Example("coalesce(null, 5)", 5),
        builders=everywhere(_coalesce),
    ),
    Function(
        name="nullif",
        group="logic",
        parameters=(Parameter("a", "same"), Parameter("b", "same")),
        returns="first",
        units="keep",
        nulls="own",
        doc=Text(zh="a 等于 b 时为空，否则为 a。", en="Null where a equals b, otherwise a."),
        example=Example("nullif(3, 3)", None),
        builders=everywhere(_nullif),
    ),
)
