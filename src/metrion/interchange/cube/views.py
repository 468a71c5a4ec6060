"""Views: other names for members, and default filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.interchange.cube.filters import to_condition
from metrion.interchange.cube.model import Included
from metrion.interchange.cube.names import described, named
from metrion.interchange.cube.template import Member
from metrion.interchange.foreign.conditions import all_of
from metrion.interchange.foreign.errors import NotExpressible
from metrion.semantic.model import Derived, MetricDef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metrion.interchange.cube.fields import Fields
    from metrion.interchange.cube.model import Cube, CubeModel, View, ViewPart
    from metrion.interchange.cube.names import Work
    from metrion.semantic.condition import Condition


def members(view: View, model: CubeModel) -> Mapping[str, tuple[str, str]]:
    """Return the name of each member in a view -> its cube and its name there."""
    found: dict[str, tuple[str, str]] = {}
    for part in view.parts:
        cube = model.cubes.get(part.path[-1])
        if cube is None:
            continue
        for included in _included(part, cube):
            name = f"{part.alias or cube.name}_{included.name}" if part.prefix else included.name
            found[name] = (cube.name, included.member)
    return found


def declare(work: Work, fields: Fields) -> None:
    """Give the members of views the codes of what they are; default filters make metrics of their own."""
    for view in work.model.views.values():
        taken = members(view, work.model)
        condition = _default(view, taken, work, fields)
        for name, (cube, member) in taken.items():
            code = work.names.get(f"{cube}.{member}")
            if code is None:
                continue
            if condition is not None and member in work.cube(cube).measures:
                code = _restricted(view, name, code, condition, work)
            work.names[f"{view.name}.{name}"] = code
            _granularities(view, name, cube, member, work)


def _granularities(view: View, name: str, cube: str, member: str, work: Work) -> None:
    dimension = work.cube(cube).dimensions.get(member)
    for each in dimension.granularities if dimension is not None else ():
        code = work.names.get(f"{cube}.{member}.{each.name}")
        if code is not None:
            work.names[f"{view.name}.{name}.{each.name}"] = code


def _included(part: ViewPart, cube: Cube) -> Iterator[Included]:
    every = [*cube.dimensions, *cube.measures, *cube.segments]
    chosen = part.includes if part.includes is not None else tuple(Included(name, name) for name in every)
    for included in chosen:
        if included.member in every and included.member not in part.excludes:
            yield included


def _default(view: View, taken: Mapping[str, tuple[str, str]], work: Work, fields: Fields) -> Condition | None:
    conditions: list[Condition] = []
    for position, written in enumerate(view.default_filters):
        path = f"{view.place}.default_filters.{position}"
        try:
            conditions.append(
                to_condition(written, lambda name: _field(name, view, taken, work, fields), fields.type_of)
            )
        except NotExpressible as refusal:
            work.losses.refused(path, refusal.reason)
            continue
        if written.unless:
            work.losses.changed(
                path,
                "默认筛选总是生效，即使查询自己筛选了同一成员。",
                "The default filter always holds, also where a question filters the same member.",
            )
    return all_of(conditions)


def _field(name: str, view: View, taken: Mapping[str, tuple[str, str]], work: Work, fields: Fields) -> str:
    cube, member = taken.get(name.removeprefix(f"{view.name}."), ("", ""))
    dimension = work.cube(cube).dimensions.get(member) if cube else None
    return fields.field(Member(cube, dimension) if dimension is not None else work.member(name))


def _restricted(view: View, name: str, base: str, condition: Condition, work: Work) -> str:
    code = work.code("metric", view.name, name)
    found = work.definitions["metric", base]
    facts = found.model_dump(include={"fill", "row_set"}) if isinstance(found, MetricDef) else {}
    return work.put(
        MetricDef.model_validate(
            {
                "code": code,
                "name": named(view.words, f"{view.name} {name}"),
                "caliber": described(view.words),
                "domain": work.domain,
                "definition": Derived(base=base, filter=condition),
                "smallest_grain": "second",
                **facts,
            }
        )
    )
