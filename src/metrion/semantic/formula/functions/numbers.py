"""Functions of numbers. Nothing here overflows, divides by zero or leaves its domain with an engine error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.base.text import Text
from metrion.semantic.formula.functions.spec import Build, Example, Function, Parameter, Site, everywhere
from metrion.semantic.formula.nodes import Node, Type, binary, both, call, case, cast, divide, null, number, text
from metrion.semantic.units import fraction_between, parse_unit

if TYPE_CHECKING:
    from collections.abc import Callable

_X: Final = Parameter("x", "number")

EXACT_BELOW: Final = "1000000000000000000"
"""Doubles from 1e18 on are whole numbers: rounding leaves them as they are."""


def is_zero(node: Node) -> Node:
    """Return `node = 0`."""
    return binary(exp.EQ, node, number(0))


def as_float(node: Node) -> Node:
    """Return the node as a double."""
    return cast(node, Type.DOUBLE)


def guarded(site: Site, quotient: Node, zero: Node) -> Node:
    """Return `quotient`, or `zero` where the divisor (argument 1) is 0 and the dividend is known."""
    known = exp.Not(this=exp.Is(this=exp.Paren(this=site.use(0)), expression=null()))
    return case([(both(is_zero(site.use(1)), known), zero)], quotient)


def _quotient(site: Site) -> Node:
    return divide(as_float(site.use(0)), call("NULLIF", as_float(site.use(1)), number(0)))


def divided_duckdb(site: Site) -> Node:
    """Return argument 0 / argument 1 as a double; zero divisors by the site's rule."""
    if site.zero_division == "error":
        return guarded(site, _quotient(site), call("ERROR", text("division by zero")))
    return guarded(site, _quotient(site), number(0)) if site.zero_division == "zero" else _quotient(site)


def divided_postgres(site: Site) -> Node:
    """PostgreSQL raises by itself where an error is wanted."""
    if site.zero_division == "error":
        return divide(as_float(site.use(0)), as_float(site.use(1)))
    return guarded(site, _quotient(site), number(0)) if site.zero_division == "zero" else _quotient(site)


def _in_brackets(node: Node) -> Node:
    return exp.Paren(this=node) if isinstance(node, (exp.Binary, exp.Unary)) else node


def _exact_rest(site: Site, divisor: Node) -> Node:
    return exp.Mod(this=_in_brackets(site.use(0)), expression=_in_brackets(divisor))


def _float_rest(site: Site, divide_by: Callable[[], Node]) -> Node:
    """Return x - y * trunc(x / y) in doubles: engines' own remainders of doubles differ."""
    times = call("TRUNC", divide(as_float(site.use(0)), divide_by()))
    return binary(exp.Sub, as_float(site.use(0)), exp.Paren(this=binary(exp.Mul, divide_by(), times)))


def _remainder(site: Site, *, bare: bool) -> Node:
    """Return the remainder with the sign of the dividend; `bare` lets the engine see a zero divisor."""

    def divisor() -> Node:
        return as_float(site.use(1)) if bare else call("NULLIF", as_float(site.use(1)), number(0))

    if not all(kind in {"integer", "decimal"} for kind in site.types):
        return _float_rest(site, divisor)
    return _exact_rest(site, site.use(1) if bare else call("NULLIF", site.use(1), number(0)))


def remainder_duckdb(site: Site) -> Node:
    """Return the remainder of argument 0 by argument 1; zero divisors by the site's rule."""
    rest = _remainder(site, bare=False)
    if site.zero_division == "error":
        return guarded(site, rest, call("ERROR", text("division by zero")))
    return guarded(site, rest, number(0)) if site.zero_division == "zero" else rest


def remainder_postgres(site: Site) -> Node:
    """PostgreSQL raises by itself where an error is wanted."""
    if site.zero_division == "error":
        return _remainder(site, bare=True)
    rest = _remainder(site, bare=False)
    return guarded(site, rest, number(0)) if site.zero_division == "zero" else rest


def _round(site: Site) -> Node:
    """Round half away from zero on what a person reads: 1.005 to two digits is 1.01 on every engine."""
    kind = site.types[0]
    digits = site.count(1) if site.has(1) else 0
    if kind == "integer":
        return site.use(0)
    if kind == "decimal":
        return call("ROUND", site.use(0), number(digits))
    written = cast(cast(site.use(0), Type.TEXT), Type.DECIMAL, 38, 12)
    small = binary(exp.LT, call("ABS", site.use(0)), number(EXACT_BELOW))
    return case([(small, as_float(call("ROUND", written, number(digits))))], as_float(site.use(0)))


def _whole(name: str) -> Function:
    def build(site: Site) -> Node:
        return site.use(0) if site.types[0] == "integer" else call(name.upper(), site.use(0))

    down = name == "floor"
    return Function(
        name=name,
        group="number",
        parameters=(_X,),
        returns="first",
        units="first",
        doc=Text(
            zh="向下取整：不大于 x 的最大整数。" if down else "向上取整：不小于 x 的最小整数。",
            en="The greatest whole number that is at most x." if down else "The least whole number that is at least x.",
        ),
        example=Example(f"{name}(-2.5)", -3 if down else -2),
        builders=everywhere(build),
    )


def _ranked(name: str) -> Function:
    def build(site: Site) -> Node:
        return call(name.upper(), *(site.use(position) for position in range(len(site))))

    def build_postgres(site: Site) -> Node:
        nodes = [site.use(position) for position in range(len(site))]
        if "string" in site.types:
            nodes[0] = exp.Collate(this=_in_brackets(nodes[0]), expression=exp.to_identifier("C", quoted=True))
        return call(name.upper(), *nodes)

    largest = name == "greatest"
    return Function(
        name=name,
        group="number",
        parameters=(Parameter("a", "same"), Parameter("b", "same", many=True)),
        returns="same",
        units="keep",
        nulls="skip",
        doc=Text(
            zh="各参数中的最大值，忽略空值。" if largest else "各参数中的最小值，忽略空值。",
            en=f"The {'largest' if largest else 'smallest'} of the arguments; nulls are left out.",
        ),
        example=Example(f"{name}(3, null, 7)", 7 if largest else 3),
        builders={"duckdb": build, "postgres": build_postgres},
    )


def _power(site: Site) -> Node:
    """X to the y, NULL outside the real numbers and outside the range of doubles."""

    def x() -> Node:
        return as_float(site.use(0))

    def y() -> Node:
        return as_float(site.use(1))

    size = call("ABS", binary(exp.Mul, y(), call("LN", call("NULLIF", call("ABS", x()), number(0)))))
    return case(
        [
            (
                binary(exp.EQ, x(), number(0)),
                case([(binary(exp.GT, y(), number(0)), number(0)), (binary(exp.EQ, y(), number(0)), number(1))]),
            ),
            (
                both(binary(exp.LT, x(), number(0)), binary(exp.NEQ, y(), call("FLOOR", y()))),
                null(),
            ),
            (binary(exp.LT, size, number(700)), call("POWER", x(), y())),
        ]
    )


def _positive(sql: str) -> Build:
    """Return the builder of a function that is defined for positive numbers only."""

    def build(site: Site) -> Node:
        return call(sql, case([(binary(exp.GT, site.use(0), number(0)), as_float(site.use(0)))]))

    return build


def _sqrt(site: Site) -> Node:
    return call("SQRT", case([(binary(exp.GTE, site.use(0), number(0)), as_float(site.use(0)))]))


def _exp(site: Site) -> Node:
    inside = binary(exp.LT, call("ABS", site.use(0)), number(700))
    return call("EXP", case([(inside, as_float(site.use(0)))]))


def _safe_divide(site: Site) -> Node:
    if site.has(2):
        return guarded(site, _quotient(site), as_float(site.use(2)))
    return _quotient(site)


def _convert(site: Site) -> Node:
    above, below = fraction_between(parse_unit(site.word(1)), parse_unit(site.word(2))) or (1, 1)
    scaled = site.use(0) if above == 1 else binary(exp.Mul, site.use(0), number(format(above, "f")))
    return scaled if below == 1 else divide(as_float(scaled), number(format(below, "f")))


NUMBERS: Final[tuple[Function, ...]] = (
    Function(
        name="abs",
        group="number",
        parameters=(_X,),
        returns="first",
        units="first",
        doc=Text(zh="绝对值。", en="The size of x without its sign."),
        example=Example("abs(-3.5)", 3.5),
        builders=everywhere(lambda site: call("ABS", site.use(0))),
    ),
    Function(
        name="sign",
        group="number",
        parameters=(_X,),
        returns="integer",
        units="pure",
        doc=Text(zh="符号：正数 1，零 0，负数 -1。", en="1 for a positive number, 0 for zero, -1 for a negative one."),
        example=Example("sign(-3.5)", -1),
        builders=everywhere(lambda site: cast(call("SIGN", site.use(0)), Type.INT)),
    ),
    Function(
        name="round",
        group="number",
        parameters=(_X, Parameter("digits", "integer", optional=True, bounds=(0, 8))),
        returns="first",
        units="first",
        doc=Text(
            zh="四舍五入到 digits 位小数（默认 0 位），正好一半时远离零。",
            en="Round to that many decimal places (0 if left out); halves go away from zero.",
        ),
        example=Example("round(-2.345, 2)", -2.35),
        builders=everywhere(_round),
    ),
    _whole("floor"),
    _whole("ceil"),
    Function(
        name="mod",
        group="number",
        parameters=(Parameter("x", "number"), Parameter("y", "number")),
        returns="same",
        units="first",
        doc=Text(
            zh="x 除以 y 的余数，符号与 x 相同，与 x % y 相同。",
            en="The remainder of x divided by y with the sign of x; the same as x % y.",
        ),
        example=Example("mod(-7, 3)", -1),
        builders={"duckdb": remainder_duckdb, "postgres": remainder_postgres},
    ),
    Function(
        name="power",
        group="number",
        parameters=(_X, Parameter("y", "number")),
        returns="float",
        units="power",
        doc=Text(
            zh="x 的 y 次方；没有实数结果或超出浮点范围时为空。",
            en="x to the power of y; null where no real number of ordinary size is the result.",
        ),
        example=Example("power(2, 10)", 1024),
        builders=everywhere(_power),
    ),
    Function(
        name="sqrt",
        group="number",
        parameters=(_X,),
        returns="float",
        units="root",
        doc=Text(zh="平方根；负数时为空。", en="The square root; null for a negative number."),
        example=Example("sqrt(9)", 3),
        builders=everywhere(_sqrt),
    ),
    Function(
        name="exp",
        group="number",
        parameters=(_X,),
        returns="float",
        units="ratio",
        doc=Text(zh="e 的 x 次方；|x| 不小于 700 时为空。", en="e to the power of x; null from a size of 700 on."),
        example=Example("exp(0)", 1),
        builders=everywhere(_exp),
    ),
    Function(
        name="ln",
        group="number",
        parameters=(_X,),
        returns="float",
        units="ratio",
        doc=Text(zh="自然对数；零与负数时为空。", en="The natural logarithm; null for zero and negative numbers."),
        example=Example("ln(1)", 0),
        builders=everywhere(_positive("LN")),
    ),
    Function(
        name="log10",
        group="number",
        parameters=(_X,),
        returns="float",
        units="ratio",
        doc=Text(zh="以 10 为底的对数；零与负数时为空。", en="The logarithm to base 10; null unless x is positive."),
        example=Example("log10(1000)", 3),
        builders=everywhere(_positive("LOG10")),
    ),
    Function(
        name="safe_divide",
        group="number",
        parameters=(Parameter("x", "number"), Parameter("y", "number"), Parameter("default", "number", optional=True)),
        returns="float",
        units="divide",
        nulls="own",
        doc=Text(
            zh="x / y；y 为零时取 default(默认为空)，与指标的除零设置无关。x 或 y 为空时为空。",
            en="x / y; where y is zero the default (null if left out), whatever the metric says. Null if x or y is.",
        ),
        example=Example("safe_divide(1, 0, -1)", -1),
        builders=everywhere(_safe_divide),
    ),
    _ranked("greatest"),
    _ranked("least"),
    Function(
        name="convert",
        group="number",
        parameters=(
            _X,
            Parameter("from", "string", unit=True),
            Parameter("to", "string", unit=True),
        ),
        returns="float",
        units="convert",
        doc=Text(
            zh="同类单位换算，例如 convert([销售额], '万元', '元')。原单位必须与 x 的单位一致。",
            en="Between units of one kind: convert([downtime], 'minutes', 'hours'). The first must be the unit of x.",
        ),
        example=Example("convert(1.5, '小时', '分钟')", 90),
        builders=everywhere(_convert),
    ),
)
