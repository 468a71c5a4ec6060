"""Which columns the tables of a model have, as far as the model names them, and of what type they probably are.

Cube knows the types of its members only. A column that no dimension shows is judged by how it is used.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.interchange.cube.template import Column, template
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.expressions import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from metrion.interchange.cube.model import Cube, CubeModel, Dimension
    from metrion.interchange.cube.template import Template
    from metrion.semantic.model import DataType

DIALECT: Final = "postgres"
TYPES: Final[Mapping[str, DataType]] = {
    "string": "string",
    "number": "decimal",
    "time": "timestamp",
    "boolean": "boolean",
    "geo": "string",
    "switch": "string",
}
_KEY: Final = re.compile(r"(?:^|_)id$|^id_|Id$", re.IGNORECASE)
_MOMENT: Final = re.compile(r"(?:_at|_date|_time|_day)$|^date$", re.IGNORECASE)
_DATE: Final = re.compile(r"^\d{4}-\d{2}-\d{2}")
_USES: Final[tuple[tuple[tuple[type[exp.Expression], ...], DataType], ...]] = (
    ((exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.Sum, exp.Avg), "decimal"),
    ((exp.Like, exp.ILike, exp.DPipe, exp.Upper, exp.Lower, exp.Concat), "string"),
    ((exp.TimestampTrunc, exp.Extract), "timestamp"),
    ((exp.And, exp.Or, exp.Not), "boolean"),
)
_COMPARED: Final = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In)

Types = dict[Column, "DataType"]


def bare(told: Template) -> Column | None:
    """Return the column that an SQL text merely names."""
    tree = _tree(told)
    while isinstance(tree, exp.Paren):
        tree = tree.this
    if not isinstance(tree, exp.Column):
        return None
    found = told.meaning(written(tree))
    return found if isinstance(found, Column) else None


def written(node: exp.Column) -> str:
    """Return a name as it is written."""
    return ".".join(part.name for part in node.parts)


def types_of(model: CubeModel, loaded: Types) -> Types:
    """Return every column that the model names, with its type; those of loaded tables are known."""
    uses = _Uses()
    for cube in model.cubes.values():
        uses.read(cube, model)
    found = uses.guessed | uses.shown | loaded
    _spread(found, uses.pairs)
    keys = {column for pair in uses.pairs for column in pair}
    for column in uses.named | keys:
        found.setdefault(column, _by_name(column.name))
    for column in keys - set(loaded):
        if found[column] == "decimal":
            found[column] = "integer"
    return found


class _Uses:
    """How columns are used."""

    def __init__(self) -> None:
        self.shown: Types = {}
        self.guessed: Types = {}
        self.named: set[Column] = set()
        self.pairs: list[tuple[Column, Column]] = []

    def read(self, cube: Cube, model: CubeModel) -> None:
        for dimension in cube.dimensions.values():
            column = _bare_of(dimension.sql, cube, model)
            if column is not None and not dimension.sub_query:
                self.shown.setdefault(column, _shown_type(dimension, column))
        for told in _templates(cube, model):
            self._judge(told)
        for column, kind in _aggregated(cube, model):
            self.guessed.setdefault(column, kind)
            self.named.add(column)
        self.pairs.extend(_pairs(cube, model))

    def _judge(self, told: Template) -> None:
        tree = _tree(told)
        for node in tree.find_all(exp.Column) if tree is not None else ():
            found = _meaning(told, node)
            if found is not None:
                self.named.add(found)
                if (kind := _judged(node)) is not None:
                    self.guessed.setdefault(found, kind)


def _shown_type(dimension: Dimension, column: Column) -> DataType:
    kind = TYPES.get(dimension.type, "string")
    number_key = kind == "decimal" and (dimension.primary_key or _KEY.search(column.name) is not None)
    return "integer" if number_key else kind


def _by_name(name: str) -> DataType:
    if _KEY.search(name):
        return "integer"
    return "timestamp" if _MOMENT.search(name) else "string"


def _spread(types: Types, pairs: list[tuple[Column, Column]]) -> None:
    """Give columns that are joined the same type."""
    for _ in range(len(pairs) + 1):
        for left, right in pairs:
            if left in types and right not in types:
                types[right] = types[left]
            elif right in types and left not in types:
                types[left] = types[right]


def _aggregated(cube: Cube, model: CubeModel) -> Iterator[tuple[Column, DataType]]:
    for measure in cube.measures.values():
        if measure.type in {"sum", "avg", "min", "max"} and not measure.multi_stage:
            column = _bare_of(measure.sql, cube, model)
            if column is not None:
                moment = measure.type in {"min", "max"} and _MOMENT.search(column.name)
                yield column, "timestamp" if moment else "decimal"


def _pairs(cube: Cube, model: CubeModel) -> Iterator[tuple[Column, Column]]:
    for join in cube.joins:
        told = _safe(join.sql, cube, model)
        tree = _tree(told)
        if told is None or tree is None:
            continue
        for node in tree.find_all(exp.EQ):
            sides = [_side(told, side, model) for side in (node.this, node.expression)]
            if sides[0] is not None and sides[1] is not None:
                yield sides[0], sides[1]


def _side(told: Template, node: exp.Expression, model: CubeModel) -> Column | None:
    if not isinstance(node, exp.Column):
        return None
    found = told.meaning(written(node))
    if isinstance(found, Column):
        return found
    return _bare_of(found.one.sql, model.cubes[found.cube], model)


def _templates(cube: Cube, model: CubeModel) -> Iterator[Template]:
    texts: list[str] = []
    for dimension in cube.dimensions.values():
        texts += [dimension.sql, *(each.sql for each in dimension.granularities)]
        texts += [each.sql for each in dimension.shifts]
    for measure in cube.measures.values():
        texts += [measure.sql, *measure.filters, *(sql for sql, _ in measure.order_by)]
    texts += [each.sql for each in cube.segments.values()]
    texts += [join.sql for join in cube.joins]
    for sql in texts:
        told = _safe(sql, cube, model)
        if told is not None:
            yield told


def _safe(sql: str, cube: Cube, model: CubeModel) -> Template | None:
    try:
        return template(sql, cube, model) if sql.strip() else None
    except NotExpressible:
        return None


def _bare_of(sql: str, cube: Cube, model: CubeModel) -> Column | None:
    told = _safe(sql, cube, model)
    return None if told is None else bare(told)


def _tree(told: Template | None) -> exp.Expression | None:
    try:
        return None if told is None else parsed(told.sql, DIALECT)
    except NotExpressible:
        return None


def _meaning(told: Template, node: exp.Column) -> Column | None:
    try:
        found = told.meaning(written(node))
    except NotExpressible:
        return None
    return found if isinstance(found, Column) else None


def _judged(node: exp.Column) -> DataType | None:
    """Return the type that the use of a column speaks for."""
    parent = node.parent
    while isinstance(parent, exp.Paren):
        parent = parent.parent
    if isinstance(parent, exp.Cast):
        return "decimal" if parent.to.is_type(*exp.DataType.NUMERIC_TYPES) else None
    if isinstance(parent, _COMPARED):
        return _literal_type(parent.iter_expressions())
    if isinstance(parent, exp.Add | exp.Sub) and any(
        isinstance(side, exp.Interval) for side in parent.iter_expressions()
    ):
        return "timestamp"
    return next((kind for kinds, kind in _USES if isinstance(parent, kinds)), None)


def _literal_type(sides: Iterable[exp.Expr]) -> DataType | None:
    for side in sides:
        if isinstance(side, exp.Boolean):
            return "boolean"
        if isinstance(side, exp.Literal):
            if not side.is_string:
                return "decimal"
            return "timestamp" if _DATE.match(str(side.this)) else "string"
    return None
