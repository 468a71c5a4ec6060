"""SQL functions, casts, dates and patterns in the words of our formula language."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.interchange.foreign.build import binary, both, call, negated, number, string, unary
from metrion.interchange.foreign.errors import NotExpressible
from metrion.semantic.formula.ast import Binary, Call, Case, Expression, Membership, NullTest, Span, Unary
from metrion.semantic.formula.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

Inner = Callable[[exp.Expression], Expression]

_PLAIN: Final[Mapping[type[exp.Expression], str]] = {
    exp.Abs: "abs",
    exp.Ceil: "ceil",
    exp.Exp: "exp",
    exp.Floor: "floor",
    exp.Ln: "ln",
    exp.Sign: "sign",
    exp.Sqrt: "sqrt",
    exp.Lower: "lower",
    exp.Upper: "upper",
    exp.Length: "length",
    exp.Year: "year",
    exp.Quarter: "quarter",
    exp.Month: "month",
    exp.Day: "day",
    exp.DayOfMonth: "day",
    exp.DayOfYear: "day_of_year",
    exp.DayOfWeekIso: "weekday",
    exp.WeekOfYear: "iso_week",
    exp.Hour: "hour",
    exp.Minute: "minute",
    exp.Second: "second",
    exp.LastDay: "month_end",
    exp.Date: "to_date",
    exp.TsOrDsToDate: "to_date",
    exp.TsOrDsToTimestamp: "to_timestamp",
}
_PAIRS: Final[Mapping[type[exp.Expression], str]] = {
    exp.Nullif: "nullif",
    exp.Pow: "power",
    exp.Left: "left",
    exp.Right: "right",
    exp.Contains: "contains",
    exp.StartsWith: "starts_with",
    exp.EndsWith: "ends_with",
    exp.SafeDivide: "safe_divide",
}
_MANY: Final[Mapping[type[exp.Expression], str]] = {
    exp.Coalesce: "coalesce",
    exp.Greatest: "greatest",
    exp.Least: "least",
}
_OPERANDS: Final = frozenset(
    {"this", "expression", "expressions", "is_nvl", "is_null", "ignore_nulls", "safe"}
    | {"binary", "negative_length_returns_empty"}
)
_PARTS: Final[Mapping[str, str]] = {
    "year": "year",
    "quarter": "quarter",
    "month": "month",
    "week": "iso_week",
    "day": "day",
    "dayofmonth": "day",
    "doy": "day_of_year",
    "dayofyear": "day_of_year",
    "isodow": "weekday",
    "dayofweekiso": "weekday",
    "isoyear": "iso_year",
    "hour": "hour",
    "minute": "minute",
    "second": "second",
}
_SUNDAY_FIRST: Final = frozenset({"dow", "dayofweek", "weekday"})
_OTHER_NAMES: Final[Mapping[str, str]] = {"iff": "if", "len": "length", "day_name": "", "date_part": ""}
_ADDING: Final = frozenset({"dateadd", "date_add", "timestampadd"})
_ZERO_IF_NULL: Final = "zeroifnull"
_DAY_ONLY: Final = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_INTEGERS: Final = frozenset({"INT", "BIGINT", "SMALLINT", "TINYINT", "UINT", "UBIGINT", "INT128"})
_FLOATS: Final = frozenset({"DOUBLE", "FLOAT"})
_TEXTS: Final = frozenset({"TEXT", "VARCHAR", "CHAR", "NVARCHAR"})
_MOMENTS: Final = frozenset({"TIMESTAMP", "TIMESTAMPNTZ", "TIMESTAMPTZ", "TIMESTAMPLTZ", "DATETIME", "DATETIME2"})
_CASTS: Final = (
    (frozenset({"DATE", "DATE32"}), "to_date"),
    (_MOMENTS, "to_timestamp"),
    (_FLOATS, "to_number"),
    (_TEXTS, "to_text"),
)
_NOWHERE: Final = Span(0, 0)


def read(node: exp.Expression, inner: Inner) -> Expression:
    """Return the formula of a function call; raises `NotExpressible`."""
    kind = type(node)
    _refuse_more(node)
    if (name := _PLAIN.get(kind)) is not None:
        return call(name, inner(node.this))
    if (name := _PAIRS.get(kind)) is not None:
        return call(name, inner(node.this), inner(node.expression))
    if (name := _MANY.get(kind)) is not None:
        return call(name, inner(node.this), *map(inner, node.expressions))
    if (reader := _READERS.get(kind)) is not None:
        return reader(node, inner)
    raise _refusal(node)


def _refuse_more(node: exp.Expression) -> None:
    """Refuse a plain function that is told more than its operands: what it does with that is not known here."""
    if type(node) in _PLAIN or type(node) in _PAIRS or type(node) in _MANY:
        more = sorted(name for name, value in node.args.items() if value and name not in _OPERANDS)
        if more:
            raise NotExpressible(zh=f"{node.sql()} 的 {more[0]}", en=f"“{more[0]}” of {node.sql()}")


def _refusal(node: exp.Expression) -> NotExpressible:
    if isinstance(node, exp.AggFunc):
        name = node.sql_name()
        return NotExpressible(zh=f"行表达式中的聚合 {name}", en=f"the aggregate {name} in a row expression")
    if isinstance(node, exp.Window):
        return NotExpressible(zh="窗口函数", en="a window function")
    if isinstance(node, exp.Select | exp.Subquery | exp.Exists):
        return NotExpressible(zh="子查询", en="a subquery")
    shown = node.sql()[:80]
    return NotExpressible(zh=f"“{shown}”", en=f"“{shown}”")


def _round(node: exp.Expression, inner: Inner) -> Expression:
    digits = node.args.get("decimals")
    return call("round", inner(node.this), *([] if digits is None else [inner(digits)]))


def _log(node: exp.Expression, inner: Inner) -> Expression:
    if node.expression is None:
        return call("log10", inner(node.this))
    return binary("/", call("ln", inner(node.expression)), call("ln", inner(node.this)))


def _substring(node: exp.Expression, inner: Inner) -> Expression:
    parts = (node.args.get(key) for key in ("start", "length"))
    return call("substring", inner(node.this), *(inner(part) for part in parts if part is not None))


def _replace(node: exp.Expression, inner: Inner) -> Expression:
    new = node.args.get("replacement")
    return call("replace", inner(node.this), inner(node.expression), string("") if new is None else inner(new))


def _trim(node: exp.Expression, inner: Inner) -> Expression:
    if node.expression is not None:
        raise _refusal(node)
    side = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(node.args.get("position")), "trim")
    return call(side, inner(node.this))


def _position(node: exp.Expression, inner: Inner) -> Expression:
    if node.args.get("position") is not None:
        raise _refusal(node)
    return call("position", inner(node.this), inner(node.args["substr"]))


def _padded(node: exp.Expression, inner: Inner) -> Expression:
    fill = node.args.get("fill_pattern")
    if not node.args.get("is_left") or fill is None:
        raise _refusal(node)
    return call("lpad", inner(node.this), inner(node.expression), inner(fill))


def _added(node: exp.Expression, inner: Inner) -> Expression:
    count = inner(node.expression)
    back = isinstance(node, exp.DateSub | exp.TimestampSub)
    return call("date_add", string(_unit(node)), unary("-", count) if back else count, inner(node.this))


def _truncated(node: exp.Expression, inner: Inner) -> Expression:
    return call("date_trunc", string(_unit(node)), inner(node.this))


def _difference(node: exp.Expression, inner: Inner) -> Expression:
    return call("date_diff", string(_unit(node)), inner(node.expression), inner(node.this))


def _anonymous(node: exp.Expression, inner: Inner) -> Expression:
    name, arguments = node.name.lower(), node.expressions
    if name in {"date_part", "datepart"} and len(arguments) == 2 and isinstance(arguments[0], exp.Literal):  # noqa: PLR2004 - part, date
        return _part(arguments[0].name, inner(arguments[1]))
    if name in _ADDING and len(arguments) == 3:  # noqa: PLR2004 - unit, count, date
        unit = exp.Var(this=arguments[0].name)
        return call("date_add", string(_unit(exp.DateAdd(unit=unit))), inner(arguments[1]), inner(arguments[2]))
    if name == _ZERO_IF_NULL and len(arguments) == 1:
        return call("coalesce", inner(arguments[0]), number(0))
    name = _OTHER_NAMES.get(name, name)
    if name not in FUNCTIONS:
        raise NotExpressible(zh=f"函数 {node.name}", en=f"the function {node.name}")
    return call(name, *map(inner, arguments))


def _joined(parts: list[Expression], *, skips_nulls: bool) -> Expression:
    if skips_nulls and len(parts) > 1:
        return call("concat", *parts)
    joined = parts[0]
    for part in parts[1:]:
        joined = binary("||", joined, part)
    return joined


def _part(written: str, operand: Expression) -> Expression:
    part = written.lower()
    if part in _SUNDAY_FIRST:
        return binary("%", call("weekday", operand), number(7))
    if part not in _PARTS:
        raise NotExpressible(zh=f"日期部分 {part}", en=f"the date part {part}")
    return call(_PARTS[part], operand)


def _unit(node: exp.Expression) -> str:
    unit = node.args.get("unit")
    name = "day" if unit is None else unit.name.lower()
    return "week" if name.startswith("week") else name.rstrip("s") if name != "s" else "second"


def _cast(node: exp.Expression, inner: Inner) -> Expression:
    to = node.args["to"]
    operand, kind = inner(node.this), str(to.this.name)
    if _is_truth(operand):
        if kind in _INTEGERS | _FLOATS:
            return _counted(operand)
        if kind == "BOOLEAN":
            return operand
    if kind == "DECIMAL":
        scale = to.expressions[1].this.name if len(to.expressions) > 1 else "0"
        return call("to_decimal", operand, number(int(scale)))
    if kind in _INTEGERS:
        return call("to_decimal", operand, number(0))
    name = next((name for kinds, name in _CASTS if kind in kinds), None)
    if name == "to_text" and isinstance(operand, Call) and operand.function == "to_decimal":
        return call("to_text", *operand.arguments)
    if name is not None:
        return call(name, operand)
    raise NotExpressible(zh=f"转为 {to.sql()}", en=f"a cast to {to.sql()}")


def _is_truth(operand: Expression) -> bool:
    match operand:
        case Binary(operator=operator):
            return operator in {"=", "!=", "<", "<=", ">", ">=", "and", "or"}
        case Unary(operator=operator):
            return operator == "not"
    return isinstance(operand, Membership | NullTest)


def _counted(truth: Expression) -> Expression:
    """Return a truth value as 1 and 0, unknown staying null."""
    return Case(((truth, number(1)), (negated(truth), number(0))), None, _NOWHERE)


def moved(operand: Expression, interval: exp.Interval, *, backwards: bool) -> Expression:
    """Return a date moved by an interval; raises `NotExpressible` for one that is no whole number of units."""
    size = interval.this
    written = size.name if isinstance(size, exp.Literal) else ""
    if not re.fullmatch(r"-?\d+", written):
        raise NotExpressible(zh=f"间隔 {interval.sql()}", en=f"the interval {interval.sql()}")
    count = -int(written) if backwards else int(written)
    amount: Expression = number(count) if count >= 0 else unary("-", number(-count))
    return call("date_add", string(_unit(interval)), amount, operand)


def instant(text: str) -> Expression:
    """Return a written date or moment as one."""
    return call("to_date" if _DAY_ONLY.match(text) else "to_timestamp", string(text))


def like(operand: Expression, pattern: str) -> Expression:
    """Return what a LIKE pattern asks for; raises `NotExpressible` where `_` or several inner `%` do."""
    pieces = pattern.split("%")
    inner = [piece for piece in pieces[1:-1] if piece]
    if "_" in pattern or "\\" in pattern or (inner and (len(inner) > 1 or pieces[0] or pieces[-1])):
        raise NotExpressible(zh=f"LIKE '{pattern}'", en=f"LIKE '{pattern}'")
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return binary("=", operand, string(pattern))
    tests: list[Expression] = []
    if first:
        tests.append(call("starts_with", operand, string(first)))
    if last:
        tests.append(call("ends_with", operand, string(last)))
    tests.extend(call("contains", operand, string(piece)) for piece in inner)
    if len(tests) > 1:
        tests.append(binary(">=", call("length", operand), number(sum(map(len, pieces)))))
    if not tests:
        return NullTest(operand, negated=True, span=_NOWHERE)
    whole = tests[0]
    for test in tests[1:]:
        whole = both(whole, test)
    return whole


_READERS: Final[Mapping[type[exp.Expression], Callable[[exp.Expression, Inner], Expression]]] = {
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.TimestampTrunc: _truncated,
    exp.DateTrunc: _truncated,
    exp.Extract: lambda node, inner: _part(node.this.name, inner(node.expression)),
    exp.DayOfWeek: lambda node, inner: _part("dow", inner(node.this)),
    exp.DateDiff: _difference,
    exp.TimestampDiff: _difference,
    exp.DateAdd: _added,
    exp.DateSub: _added,
    exp.TimestampAdd: _added,
    exp.TimestampSub: _added,
    exp.Concat: lambda node, inner: _joined(
        [inner(part) for part in node.expressions], skips_nulls=bool(node.args.get("coalesce"))
    ),
    exp.IntDiv: lambda node, inner: call("floor", binary("/", inner(node.this), inner(node.expression))),
    exp.Anonymous: _anonymous,
    exp.Round: _round,
    exp.Log: _log,
    exp.Substring: _substring,
    exp.Replace: _replace,
    exp.Trim: _trim,
    exp.StrPosition: _position,
    exp.SplitPart: lambda node, inner: call(
        "split_part", inner(node.this), inner(node.args["delimiter"]), inner(node.args["part_index"])
    ),
    exp.Pad: _padded,
}
