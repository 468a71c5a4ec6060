"""Any definition that the language allows: strategies read off the models, so that a new field is never left out."""

from __future__ import annotations

from datetime import date
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MinLen
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from metrion.semantic import condition
from metrion.semantic.model import DatasetDef, Definition, DimensionDef, MetricDef, ModifierDef, RelationshipDef

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import SearchStrategy

KINDS: tuple[type[BaseModel], ...] = (DatasetDef, RelationshipDef, DimensionDef, ModifierDef, MetricDef)
_FEW = 3
_LEAVES = (condition.Compare, condition.OneOf, condition.IsNull, condition.Match, condition.Formula)
_PLAIN: dict[object, SearchStrategy[Any]] = {
    NoneType: st.none(),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    date: st.dates(),
}


def definitions(strings: SearchStrategy[str], kinds: Sequence[type[BaseModel]] = KINDS) -> SearchStrategy[Definition]:
    """Return definitions of these kinds with every field filled in or left out; texts come from `strings`."""
    found: SearchStrategy[Definition] = st.one_of(*(_Any(strings).model(kind) for kind in kinds))
    return found


class _Any:
    """Strategies by annotation. Conditions nest, so theirs is made once and refers to itself."""

    def __init__(self, strings: SearchStrategy[str]) -> None:
        self._strings = strings
        self._conditions: SearchStrategy[object] = st.recursive(
            st.one_of(*(self.model(leaf) for leaf in _LEAVES)),
            lambda inner: (
                st.builds(condition.And, items=st.lists(inner, max_size=_FEW).map(tuple))
                | st.builds(condition.Or, items=st.lists(inner, max_size=_FEW).map(tuple))
                | st.builds(condition.Not, item=inner)
            ),
            max_leaves=4,
        )

    def model(self, model: type[BaseModel]) -> SearchStrategy[Any]:
        """Return contents of a model: each field that has a default is often left at it."""
        required: dict[str, SearchStrategy[Any]] = {}
        optional: dict[str, SearchStrategy[Any]] = {}
        for name, info in model.model_fields.items():
            found = self._value(info.annotation, info.metadata)
            (required if info.is_required() else optional)[name] = found
        return st.fixed_dictionaries(required, optional=optional).map(lambda values: model(**values))

    def _value(self, annotation: object, rules: Sequence[object] = ()) -> SearchStrategy[Any]:
        origin, inside = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            found = self._value(inside[0], (*rules, *_flat(inside[1:])))
        elif origin is Literal:
            found = st.sampled_from(inside)
        elif origin in (Union, UnionType):
            rest = [each for each in inside if not _is_condition(each)]
            found = st.one_of(*(self._value(each) for each in rest))
            found = self._conditions | found if len(rest) < len(inside) else found
        elif origin is tuple:
            least = next((rule.min_length for rule in rules if isinstance(rule, MinLen)), 0)
            found = st.lists(self._value(inside[0]), min_size=least, max_size=max(_FEW, least)).map(tuple)
        elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
            found = self.model(annotation)
        else:
            found = self._plain(annotation, rules)
        return found

    def _plain(self, annotation: object, rules: Sequence[object]) -> SearchStrategy[Any]:
        bounds: dict[type, Any] = {type(rule): rule for rule in rules}
        if annotation is int:
            return st.integers(bounds.get(Ge, Ge(-(10**15))).ge, bounds.get(Le, Le(10**15)).le)
        if annotation is float and Gt in bounds:
            return st.floats(bounds[Gt].gt, bounds[Lt].lt, exclude_min=True, exclude_max=True)
        if annotation is str:
            pattern = next((found for rule in rules if (found := getattr(rule, "pattern", None))), None)
            return st.from_regex(pattern, fullmatch=True) if pattern else self._strings
        return _PLAIN[annotation]


def _flat(rules: Sequence[object]) -> Sequence[object]:
    """Return the rules of an annotation one by one."""
    found: list[object] = []
    for rule in rules:
        found.extend(rule.metadata if isinstance(rule, FieldInfo) else [rule])
    return found


def _is_condition(annotation: object) -> bool:
    kinds = (*_LEAVES, condition.And, condition.Or, condition.Not)
    return annotation in kinds or any(_is_condition(each) for each in get_args(annotation))
