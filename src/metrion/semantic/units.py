"""Units of numbers: what may be added, what a quotient is measured in, and how scales convert.

A unit is a product of atoms with exponents: 元/笔 is {元: 1, 笔: -1}. Atoms of one kind differ by scale
only (元, 万元). Three rules keep numbers safe:

* Sums and comparisons need the very same unit. 元 + 笔 is refused, and so is 万元 + 元: nothing is ever
  scaled silently. The formula says `convert(x, '万元', '元')`, and the check holds it to x's unit.
* Products and quotients compose and cancel. 元 / 万元 is refused: it would be a ratio that is off by 10,000.
* A ratio has no atoms. `%`, `‰`, `倍` are ways to show it: the number itself is the fraction, 0.23 for 23%.

Each counting word is a kind of its own: 笔 and 件 count different things.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from metrion.base.errors import MetrionError
from metrion.base.text import Text
from metrion.semantic.formula.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class UnknownUnit(MetrionError):
    """A unit that is not in the registry."""

    code = "unknown_unit"
    status = 422
    text = Text(zh="没有名为“{unit}”的单位。", en="There is no unit “{unit}”.")
    remedy = Text(zh="{advice_zh}", en="{advice_en}")

    def __init__(self, unit: str, *, field: str | None = None) -> None:
        close = nearest(unit, _BY_NAME)
        examples = "、".join(close) if close else "元、万元、%、笔、件、元/笔"
        super().__init__(
            field=field,
            unit=unit,
            advice_zh=f"可用的单位例如：{examples}。",
            advice_en=f"Use a unit such as {examples}.",
        )


class MixedScales(MetrionError):
    """Two scales of one kind meet in a product or quotient: 元 / 万元."""

    code = "mixed_scales"
    status = 422
    text = Text(
        zh="{left} 与 {right} 是同类单位的不同量级，相乘或相除前要先换算。",
        en="{left} and {right} are two scales of one kind; convert one before multiplying or dividing.",
    )

    def __init__(self, left: str, right: str) -> None:
        self.left, self.right = left, right
        super().__init__(left=left, right=right)


@dataclass(frozen=True, slots=True)
class Atom:
    """One registered unit. `scale` is its size in the smallest registered unit of its kind."""

    symbol: str
    kind: str
    scale: Decimal
    label: Text
    aliases: tuple[str, ...] = ()
    counting: bool = False


@dataclass(frozen=True, slots=True)
class Display:
    """A way to show a ratio: the value is multiplied by `factor` and followed by the symbol."""

    symbol: str
    factor: Decimal
    label: Text
    aliases: tuple[str, ...] = ()


def _family(kind: str, *members: tuple[str, str, str, str]) -> tuple[Atom, ...]:
    """Build atoms of one kind from (symbol, scale, English, aliases separated by blanks)."""
    return tuple(
        Atom(symbol, kind, Decimal(scale), Text(zh=symbol, en=english), tuple(aliases.split()))
        for symbol, scale, english, aliases in members
    )


def _counted(symbol: str, english: str, aliases: str = "", *, large: bool = False) -> tuple[Atom, ...]:
    """Build a counting word, with its 万 where business counts that way."""
    members = [(symbol, "1", english, aliases)]
    if large:
        members.append(("万" + symbol, "10000", f"10k {english}", ""))
    return tuple(replace(atom, counting=True) for atom in _family(symbol, *members))


def _money(symbol: str, english: str, aliases: str) -> tuple[Atom, ...]:
    return _family(
        symbol,
        (symbol, "1", english, aliases),
        ("千" + symbol, "1000", f"{english} thousand", ""),
        ("万" + symbol, "10000", f"{english} 10k", ""),
        ("百万" + symbol, "1000000", f"{english} million", ""),
        ("亿" + symbol, "100000000", f"{english} 100m", ""),
    )


ATOMS: Final[tuple[Atom, ...]] = (
    *_money("元", "CNY", "人民币 RMB ¥ yuan"),
    *_money("美元", "USD", "$ dollar"),
    *_money("欧元", "EUR", "€ euro"),
    *_money("港元", "HKD", "港币"),
    *_money("日元", "JPY", ""),
    *_money("英镑", "GBP", "£"),
    *_counted("笔", "transactions", "transaction", large=True),
    *_counted("单", "orders", "order", large=True),
    *_counted("件", "items", "item", large=True),
    *_counted("个", "pieces", "piece", large=True),
    *_counted("人", "people", "person 名", large=True),
    *_counted("人次", "visits", "visit", large=True),
    *_counted("户", "households", "household account accounts", large=True),
    *_counted("次", "times", "count", large=True),
    *_counted("家", "companies", "company"),
    *_counted("台", "machines", "machine", large=True),
    *_counted("辆", "vehicles", "vehicle", large=True),
    *_counted("套", "sets", "set"),
    *_counted("张", "sheets", "sheet", large=True),
    *_counted("条", "entries", "entry", large=True),
    *_counted("箱", "boxes", "box"),
    *_counted("店", "stores", "store 门店"),
    *_counted("分", "points", "point score"),
    *_family(
        "time",
        ("毫秒", "1", "ms", "millisecond milliseconds"),
        ("秒", "1000", "s", "second seconds 秒钟"),
        ("分钟", "60000", "min", "minute minutes"),
        ("小时", "3600000", "h", "hour hours"),
        ("天", "86400000", "d", "day days 日"),
    ),
    *_family("month", ("月", "1", "months", "month 个月"), ("年", "12", "years", "year")),
    *_family("mass", ("克", "1", "g", ""), ("千克", "1000", "kg", "公斤"), ("吨", "1000000", "t", "ton tons")),
    *_family("length", ("米", "1", "m", ""), ("千米", "1000", "km", "公里")),
    *_family("area", ("平方米", "1", "m²", "m2 平米"), ("公顷", "10000", "ha", "")),
    *_family("volume", ("升", "1", "L", "l"), ("立方米", "1000", "m³", "m3")),
    *_family("energy", ("千瓦时", "1", "kWh", "度"), ("兆瓦时", "1000", "MWh", "")),
    *_family(
        "data",
        ("字节", "1", "B", ""),
        ("KB", "1024", "KB", ""),
        ("MB", "1048576", "MB", ""),
        ("GB", "1073741824", "GB", ""),
        ("TB", "1099511627776", "TB", ""),
    ),
)

DISPLAYS: Final[tuple[Display, ...]] = (
    Display("%", Decimal(100), Text(zh="百分比", en="per cent"), ("％", "百分比", "percent")),
    Display("‰", Decimal(1000), Text(zh="千分比", en="per mille"), ("千分比",)),
    Display("基点", Decimal(10_000), Text(zh="基点", en="bp"), ("bp", "BP")),
    Display("倍", Decimal(1), Text(zh="倍", en="times"), ("x",)),
)

_ENTRIES: Final[tuple[Atom | Display, ...]] = (*ATOMS, *DISPLAYS)
_BY_NAME: Final[dict[str, Atom | Display]] = {}
for _entry in _ENTRIES:
    for _name in (_entry.symbol, _entry.label.en, *_entry.aliases):
        _BY_NAME.setdefault(_name, _entry)
for _display in DISPLAYS:
    _BY_NAME[_display.symbol] = _display
_ORDER: Final = {atom.symbol: position for position, atom in enumerate(ATOMS)}
_ATOM: Final = {atom.symbol: atom for atom in ATOMS}


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of atoms with exponents, in the registry's order; no atoms: a ratio.

    `display` is how a ratio is shown and plays no part in equality.
    """

    powers: tuple[tuple[str, int], ...] = ()
    display: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unit) and self.powers == other.powers

    def __hash__(self) -> int:
        return hash(self.powers)

    @property
    def is_ratio(self) -> bool:
        """Tell whether the number has no dimension."""
        return not self.powers

    @property
    def symbol(self) -> str:
        """Return the text that `parse_unit` reads back: 元/笔, 件·次, %, or empty."""
        if not self.powers:
            return self.display
        above = [_power(symbol, power) for symbol, power in self.powers if power > 0]
        below = [_power(symbol, -power) for symbol, power in self.powers if power < 0]
        return "/".join(["·".join(above) or "1", *below])

    @property
    def shown(self) -> Text:
        """Return the unit as messages name it: a plain number is named too."""
        return self.label() if self.symbol else Text(zh="无单位", en="no unit")

    def __str__(self) -> str:
        return self.symbol

    @property
    def counts(self) -> bool:
        """Tell whether a number of things can have this unit: a counting word alone, or none."""
        if not self.powers:
            return not self.display
        return len(self.powers) == 1 and self.powers[0][1] == 1 and _ATOM[self.powers[0][0]].counting

    @property
    def kinds(self) -> Mapping[str, int]:
        """Return what is measured whatever the scale: kind of quantity to exponent."""
        return {_ATOM[symbol].kind: power for symbol, power in self.powers}

    def label(self) -> Text:
        """Return the unit in both languages: 元/笔, CNY/transactions."""
        if not self.powers:
            entry = _BY_NAME.get(self.display)
            return (
                entry.label
                if isinstance(entry, Display) and self.display not in {"%", "‰"}
                else Text(zh=self.display, en=self.display)
            )
        above = "·".join(_power(_ATOM[symbol].label.en, power) for symbol, power in self.powers if power > 0)
        below = [_power(_ATOM[symbol].label.en, -power) for symbol, power in self.powers if power < 0]
        return Text(zh=self.symbol, en="/".join([above or "1", *below]))

    def __mul__(self, other: Unit) -> Unit:
        return _compose(self, other, 1)

    def __truediv__(self, other: Unit) -> Unit:
        return _compose(self, other, -1)

    def power(self, exponent: int) -> Unit:
        """Return the unit of x to the `exponent`."""
        return _unit((symbol, power * exponent) for symbol, power in self.powers)

    def root(self) -> Unit | None:
        """Return the unit of the square root, or None where an exponent is odd."""
        if any(power % 2 for _, power in self.powers):
            return None
        return Unit(tuple((symbol, power // 2) for symbol, power in self.powers))

    def same_kind(self, other: Unit) -> bool:
        """Tell whether the two measure the same thing, perhaps in another scale."""
        return self.kinds == other.kinds


RATIO: Final = Unit()


def factor_between(source: Unit, target: Unit) -> Decimal | None:
    """Return by what a number in `source` is multiplied to be in `target`; None: not the same thing.

    The factor is exact for every registered pair whose quotient is a finite decimal; 秒 to 分钟 is not,
    see `fraction_between`.
    """
    fraction = fraction_between(source, target)
    return None if fraction is None else fraction[0] / fraction[1]


def fraction_between(source: Unit, target: Unit) -> tuple[Decimal, Decimal] | None:
    """Return the conversion as two exact numbers: multiply by the first, divide by the second."""
    if not source.same_kind(target):
        return None
    above, below = Decimal(1), Decimal(1)
    for unit, sign in ((source, 1), (target, -1)):
        for symbol, power in unit.powers:
            exponent = power * sign
            if exponent > 0:
                above *= _ATOM[symbol].scale ** exponent
            else:
                below *= _ATOM[symbol].scale ** -exponent
    return _reduced(above, below)


@lru_cache(maxsize=1024)
def parse_unit(text: str) -> Unit:
    """Read `元`, `元/笔`, `件/人/天`, `千米·吨`, `%` or nothing (a ratio); raises `UnknownUnit`."""
    cleaned = text.strip().replace("\uff0f", "/")
    if not cleaned:
        return RATIO
    entry = _BY_NAME.get(cleaned)
    if isinstance(entry, Display):
        return Unit(display=entry.symbol)
    result = RATIO
    for position, part in enumerate(cleaned.split("/")):
        for factor in part.replace("*", "·").split("·"):
            one = _parse_factor(factor.strip(), whole=text, leading=position == 0)
            result = result / one if position else result * one
    return result


def unit_symbols() -> tuple[tuple[str, Text], ...]:
    """Return all registered units and displays with their labels, for pickers."""
    return tuple((entry.symbol, entry.label) for entry in _ENTRIES)


def _parse_factor(text: str, *, whole: str, leading: bool) -> Unit:
    if text == "1" and leading:
        return RATIO
    name, _, exponent = text.partition("^")
    entry = _BY_NAME.get(name)
    if not isinstance(entry, Atom) or (exponent and exponent not in {"2", "3"}):
        raise UnknownUnit(whole)
    return Unit(((entry.symbol, int(exponent or 1)),))


def _compose(left: Unit, right: Unit, sign: int) -> Unit:
    powers = dict(left.powers)
    by_kind = {_ATOM[symbol].kind: symbol for symbol in powers}
    for symbol, power in right.powers:
        other = by_kind.get(_ATOM[symbol].kind)
        if other is not None and other != symbol:
            raise MixedScales(other, symbol)
        powers[symbol] = powers.get(symbol, 0) + sign * power
    return _unit(powers.items())


def _unit(powers: Iterable[tuple[str, int]]) -> Unit:
    return Unit(tuple(sorted((item for item in powers if item[1]), key=lambda item: _ORDER[item[0]])))


def _power(symbol: str, power: int) -> str:
    return symbol if power == 1 else f"{symbol}^{power}"


def _reduced(above: Decimal, below: Decimal) -> tuple[Decimal, Decimal]:
    quotient = above / below
    if quotient * below == above:
        return (quotient, Decimal(1)) if quotient >= 1 or quotient == 0 else (Decimal(1), below / above)
    inverse = below / above
    return (Decimal(1), inverse) if inverse * above == below else (above, below)
