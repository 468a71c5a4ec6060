"""Functions of texts. Positions count characters from 1; comparisons tell upper from lower case."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.base.text import Text
from metrion.semantic.formula.dialects import Dialect
from metrion.semantic.formula.functions.spec import Example, Function, Parameter, Site, everywhere
from metrion.semantic.formula.nodes import Node, binary, call, number, text

if TYPE_CHECKING:
    from metrion.semantic.formula.dialects.base import Side
    from metrion.semantic.model import DataType

Blocks = Callable[[Dialect, Site], Node]

_TEXT: Final = Parameter("text", "string")
_PART: Final = Parameter("part", "string")
_MOST: Final = 10_000


def _trim(side: Side) -> Blocks:
    return lambda dialect, site: dialect.trimmed(site.use(0), side)


def _blank(dialect: Dialect, site: Site) -> Node:
    trimmed = call("COALESCE", dialect.trimmed(site.use(0), "both"), text(""))
    return dialect.compared(exp.EQ, trimmed, text(""), "string")


def _substring(dialect: Dialect, site: Site) -> Node:
    return dialect.substring(site.use(0), site.use(1), site.use(2) if site.has(2) else None)


def _contains(dialect: Dialect, site: Site) -> Node:
    return binary(exp.GT, dialect.position(site.use(0), site.use(1)), number(0))


def _concat(dialect: Dialect, site: Site) -> Node:
    return dialect.concatenated([site.use(position) for position in range(len(site))])


def _function(
    name: str,
    parameters: tuple[Parameter, ...],
    returns: DataType,
    doc: Text,
    example: Example,
    build: Blocks,
) -> Function:
    return Function(
        name=name,
        group="text",
        parameters=parameters,
        returns=returns,
        doc=doc,
        example=example,
        builders=everywhere(build),
    )


TEXTS: Final[tuple[Function, ...]] = (
    _function(
        "upper",
        (_TEXT,),
        "string",
        Text(zh="转为大写。", en="In upper case."),
        Example("upper('ab')", "AB"),
        lambda dialect, site: dialect.upper(site.use(0)),
    ),
    _function(
        "lower",
        (_TEXT,),
        "string",
        Text(zh="转为小写。", en="In lower case."),
        Example("lower('AB')", "ab"),
        lambda dialect, site: dialect.lower(site.use(0)),
    ),
    _function(
        "trim",
        (_TEXT,),
        "string",
        Text(zh="去掉两端空白，包括全角空格。", en="Without white space at both ends, full-width blanks included."),
        Example("trim('  a b ')", "a b"),
        _trim("both"),
    ),
    _function(
        "ltrim",
        (_TEXT,),
        "string",
        Text(zh="去掉开头的空白。", en="Without white space at the start."),
        Example("ltrim('  a')", "a"),
        _trim("left"),
    ),
    _function(
        "rtrim",
        (_TEXT,),
        "string",
        Text(zh="去掉结尾的空白。", en="Without white space at the end."),
        Example("rtrim('a  ')", "a"),
        _trim("right"),
    ),
    Function(
        name="is_blank",
        group="text",
        parameters=(_TEXT,),
        returns="boolean",
        nulls="own",
        doc=Text(zh="为空、空文本或只有空白。", en="True for null, an empty text or nothing but white space."),
        example=Example("is_blank('  ')", value=True),
        builders=everywhere(_blank),
    ),
    _function(
        "length",
        (_TEXT,),
        "integer",
        Text(zh="字符数，一个汉字算一个。", en="The number of characters."),
        Example("length('度衡ab')", 4),
        lambda dialect, site: dialect.length(site.use(0)),
    ),
    _function(
        "substring",
        (
            _TEXT,
            Parameter("start", "integer", bounds=(1, _MOST)),
            Parameter("length", "integer", optional=True, bounds=(0, _MOST)),
        ),
        "string",
        Text(
            zh="从第 start 个字符起的 length 个字符，省略 length 时到末尾。",
            en="`length` characters from the `start`-th on, or all up to the end.",
        ),
        Example("substring('abcdef', 2, 3)", "bcd"),
        _substring,
    ),
    _function(
        "left",
        (_TEXT, Parameter("count", "integer", bounds=(0, _MOST))),
        "string",
        Text(zh="开头的 count 个字符。", en="The first `count` characters."),
        Example("left('abc', 2)", "ab"),
        lambda dialect, site: dialect.end(site.use(0), site.use(1), "left"),
    ),
    _function(
        "right",
        (_TEXT, Parameter("count", "integer", bounds=(0, _MOST))),
        "string",
        Text(zh="结尾的 count 个字符。", en="The last `count` characters."),
        Example("right('abc', 2)", "bc"),
        lambda dialect, site: dialect.end(site.use(0), site.use(1), "right"),
    ),
    Function(
        name="concat",
        group="text",
        parameters=(_TEXT, Parameter("more", "string", many=True)),
        returns="string",
        nulls="skip",
        doc=Text(
            zh="连接各段文本，空值当作空文本；运算符 || 则遇空为空。",
            en="The texts one after the other, nulls left out; the operator || gives null for a null.",
        ),
        example=Example("concat('a', null, 'b')", "ab"),
        builders=everywhere(_concat),
    ),
    _function(
        "contains",
        (_TEXT, _PART),
        "boolean",
        Text(zh="是否包含 part，区分大小写。", en="Whether `part` occurs in it; case matters."),
        Example("contains('会员日', '会员')", value=True),
        _contains,
    ),
    _function(
        "starts_with",
        (_TEXT, _PART),
        "boolean",
        Text(zh="是否以 part 开头。", en="Whether it begins with `part`."),
        Example("starts_with('SKU-1', 'SKU')", value=True),
        lambda dialect, site: dialect.starts(site.use(0), site.give(1)),
    ),
    _function(
        "ends_with",
        (_TEXT, _PART),
        "boolean",
        Text(zh="是否以 part 结尾。", en="Whether it ends with `part`."),
        Example("ends_with('a.csv', '.csv')", value=True),
        lambda dialect, site: dialect.ends(site.use(0), site.give(1)),
    ),
    _function(
        "position",
        (_TEXT, _PART),
        "integer",
        Text(zh="part 第一次出现的位置，没有时为 0。", en="Where `part` first occurs, 0 if it does not."),
        Example("position('abc', 'c')", 3),
        lambda dialect, site: dialect.position(site.use(0), site.use(1)),
    ),
    _function(
        "replace",
        (_TEXT, Parameter("old", "string"), Parameter("new", "string")),
        "string",
        Text(zh="把所有 old 换成 new。", en="With every `old` replaced by `new`."),
        Example("replace('1,234', ',', '')", "1234"),
        lambda dialect, site: dialect.replaced(site.use(0), site.use(1), site.use(2)),
    ),
    _function(
        "split_part",
        (_TEXT, Parameter("separator", "string", constant_text=True), Parameter("n", "integer", bounds=(1, 1000))),
        "string",
        Text(zh="按分隔符切开后的第 n 段，没有时为空文本。", en="The n-th piece between separators, or an empty text."),
        Example("split_part('a/b/c', '/', 2)", "b"),
        lambda dialect, site: dialect.piece(site.give(0), site.give(1), site.count(2)),
    ),
    _function(
        "lpad",
        (
            _TEXT,
            Parameter("length", "integer", bounds=(0, 1000)),
            Parameter("fill", "string", constant_text=True),
        ),
        "string",
        Text(
            zh="用 fill 在左侧补到 length 个字符，过长则截断。",
            en="Filled at the left up to `length` characters, or cut.",
        ),
        Example("lpad('7', 3, '0')", "007"),
        lambda dialect, site: dialect.padded(site.use(0), site.use(1), site.use(2)),
    ),
)
