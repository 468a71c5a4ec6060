"""Functions of numbers. Nothing here overflows, divides by zero or leaves its domain with an engine error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.base.text import Text
from metrion.semantic.formula.dialects import Operand
from metrion.semantic.formula.dialects.base import in_brackets
from metrion.semantic.formula.functions.spec import Example, Function, Parameter, Site, everywhere
from metrion.semantic.formula.nodes import Node, binary, both, call, case, divide, null, number
from metrion.semantic.formula.types import ValueType, common_type
from metrion.semantic.units import fraction_between, parse_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from metrion.semantic.formula.dialects import Dialect

_X: Final = Parameter("x", "number")

EXACT_BELOW: Final = "1000000000000000000"
"""Doubles from 1e18 on are whole numbers: rounding leaves them as they are."""


def _guarded(dialect: Dialect, site: Site, quotient: Node, zero: Node, kind: ValueType) -> Node:
    """Return `quotient`, or `zero` where the divisor (argument 1) is 0 and the dividend is known."""
    known = exp.Not(this=exp.Is(this=exp.Paren(this=site.use(0)), expression=null()))
    divisor_is_zero = binary(exp.EQ, site.use(1), number(0))
    first, second = dialect.fitted([zero, quotient], ["integer", kind], kind, site.duplicate)
    return case([(both(divisor_is_zero, known), first)], second)


def _quotient(dialect: Dialect, site: Site) -> Node:
    return divide(dialect.as_float(site.use(0)), call("NULLIF", dialect.as_float(site.use(1)), number(0)))


def divided(dialect: Dialect, site: Site) -> Node:
    """Return argument 0 / argument 1 as a double; zero divisors by the site's rule."""
    if site.zero_division == "error":
        if dialect.raises:
            return divide(dialect.as_float(site.use(0)), dialect.as_float(site.use(1)))
        return _guarded(dialect, site, _quotient(dialect, site), dialect.refused(site.give(1)), "float")
    if site.zero_division == "zero":
        return _guarded(dialect, site, _quotient(dialect, site), number(0), "float")
    return _quotient(dialect, site)


def _rest(dialect: Dialect, site: Site, *, bare: bool) -> Node:
    """Return the remainder with the sign of the dividend; `bare` lets the engine see a zero divisor.

    Of doubles it is x - y * trunc(x / y): engines' own remainders of doubles differ.
    """
    if all(kind in {"integer", "decimal"} for kind in site.types):
        if bare:
            return exp.Mod(this=in_brackets(site.use(0)), expression=in_brackets(site.use(1)))
        left, right = (Operand(site.use(place), site.types[place]) for place in range(2))
        return dialect.rest(left, right, site.duplicate)

    def divisor_as_float() -> Node:
        node = dialect.as_float(site.use(1))
        return node if bare else call("NULLIF", node, number(0))

    times = dialect.truncated(lambda: divide(dialect.as_float(site.use(0)), divisor_as_float()))
    product = exp.Paren(this=binary(exp.Mul, divisor_as_float(), times))
    return binary(exp.Sub, dialect.as_float(site.use(0)), product)


def remainder(dialect: Dialect, site: Site) -> Node:
    """Return the remainder of argument 0 by argument 1; zero divisors by the site's rule."""
    if site.zero_division == "error" and dialect.raises:
        return _rest(dialect, site, bare=True)
    rest = _rest(dialect, site, bare=False)
    if site.zero_division == "null":
        return rest
    kind = common_type(site.types) or "unknown"
    if kind not in {"integer", "decimal"}:
        kind = "float"
    zero = dialect.refused(site.give(1)) if site.zero_division == "error" else number(0)
    return _guarded(dialect, site, rest, zero, kind)


def _round(dialect: Dialect, site: Site) -> Node:
    """Round half away from zero on what a person reads: 1.005 to two digits is 1.01 on every engine."""
    kind = site.types[0]
    digits = site.count(1) if site.has(1) else 0
    if kind == "integer":
        return site.use(0)
    if kind == "decimal":
        return dialect.rounded(site.use(0), digits)
    rounded = dialect.rounded(dialect.written(site.give(0), 12), digits)
    small = binary(exp.LT, call("ABS", site.use(0)), number(EXACT_BELOW))
    return case([(small, dialect.as_float(rounded))], dialect.as_float(site.use(0)))


def _whole(name: str) -> Function:
    down = name == "floor"

    def build(dialect: Dialect, site: Site) -> Node:
        kind = site.types[0]
        return site.use(0) if kind == "integer" else dialect.whole(site.give(0), kind, down=down)

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
    largest = name == "greatest"

    def build(dialect: Dialect, site: Site) -> Node:
        gives = [site.give(position) for position in range(len(site))]
        return dialect.ranked(gives, common_type(site.types) or "unknown", largest=largest)

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
        builders=everywhere(build),
    )


def _power(dialect: Dialect, site: Site) -> Node:
    """X to the y, NULL outside the real numbers and outside the range of doubles."""

    def x() -> Node:
        return dialect.as_float(site.use(0))

    def y() -> Node:
        return dialect.as_float(site.use(1))

    def constant(value: int) -> Node:
        return dialect.as_float(number(value))

    size = call("ABS", binary(exp.Mul, y(), call("LN", call("NULLIF", call("ABS", x()), number(0)))))
    of_zero = [(binary(exp.GT, y(), number(0)), constant(0)), (binary(exp.EQ, y(), number(0)), constant(1))]
    broken = binary(exp.NEQ, y(), dialect.whole(y, "float", down=True))
    return case(
        [
            (binary(exp.EQ, x(), number(0)), case(of_zero)),
            (both(binary(exp.LT, x(), number(0)), broken), null()),
            (binary(exp.LT, size, number(700)), call("POWER", x(), y())),
        ]
    )


def _positive(sql: str) -> Callable[[Dialect, Site], Node]:
    """Return the builder of a function that is defined for positive numbers only."""

    def build(dialect: Dialect, site: Site) -> Node:
        return call(sql, case([(binary(exp.GT, site.use(0), number(0)), dialect.as_float(site.use(0)))]))

    return build


def _sqrt(dialect: Dialect, site: Site) -> Node:
    return call("SQRT", case([(binary(exp.GTE, site.use(0), number(0)), dialect.as_float(site.use(0)))]))


def _exp(dialect: Dialect, site: Site) -> Node:
    inside = binary(exp.LT, call("ABS", site.use(0)), number(700))
    return call("EXP", case([(inside, dialect.as_float(site.use(0)))]))


def _safe_divide(dialect: Dialect, site: Site) -> Node:
    quotient = _quotient(dialect, site)
    return _guarded(dialect, site, quotient, dialect.as_float(site.use(2)), "float") if site.has(2) else quotient


def _convert(dialect: Dialect, site: Site) -> Node:
    above, below = fraction_between(parse_unit(site.word(1)), parse_unit(site.word(2))) or (1, 1)
    scaled = site.use(0)
    if above != 1:
        written = format(above, "f")
        factor = Operand(dialect.literal(written), "decimal" if "." in written else "integer")
        scaled = dialect.arithmetic(exp.Mul, Operand(scaled, site.types[0]), factor)
    return scaled if below == 1 else divide(dialect.as_float(scaled), number(format(below, "f")))


NUMBERS: Final[tuple[Function, ...]] = (
    Function(
        name="abs",
        group="number",
        parameters=(_X,),
        returns="first",
        units="first",
        doc=Text(zh="绝对值。", en="The size of x without its sign."),
        example=Example("abs(-3.5)", 3.5),
        builders=everywhere(lambda _, site: call("ABS", site.use(0))),
    ),
    Function(
        name="sign",
        group="number",
        parameters=(_X,),
        returns="integer",
        units="pure",
        doc=Text(zh="符号：正数 1，零 0，负数 -1。", en="1 for a positive number, 0 for zero, -1 for a negative one."),
        example=Example("sign(-3.5)", -1),
        builders=everywhere(lambda dialect, site: dialect.as_integer(call("SIGN", site.use(0)))),
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
        builders=everywhere(remainder),
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
