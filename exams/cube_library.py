"""A Cube model as the exam looks it up: which member became what, and what measures are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.interchange.cube import views
from metrion.interchange.cube.graph import Graph
from metrion.interchange.cube.model import Dimension, Measure
from metrion.interchange.cube.nodes import Fields, texts
from metrion.interchange.cube.parts import member_filters
from metrion.interchange.cube.template import Member, member_of, template
from metrion.interchange.foreign.errors import NotExpressible
from metrion.semantic.model import ColumnPair, DatasetDef, DimensionDef, MetricDef, RelationshipDef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metrion.interchange.cube.model import CubeModel
    from metrion.interchange.foreign.report import Imported
    from metrion.semantic.model import DataType


class Library:
    """A model, and what has become of it."""

    def __init__(self, model: CubeModel, imported: Imported) -> None:
        self.model = model
        self.imported = imported
        self.graph = Graph(model)
        self.views = {name: views.members(view, model) for name, view in model.views.items()}

    def code(self, name: str) -> str:
        """Return the code of a member; raises `NotExpressible` with what the importer said about it."""
        found = self.imported.names.get(name)
        if found is not None:
            return found
        cube, _, member = name.partition(".")
        told = [
            loss.text for loss in self.imported.losses if f".{cube}." in loss.path and loss.path.endswith(f".{member}")
        ]
        raise NotExpressible(zh=told[0].zh if told else name, en=told[0].en if told else name)

    def member(self, name: str) -> tuple[Member, tuple[str, ...]]:
        """Return the member that a query names, and the cubes on the way to it."""
        cube, _, rest = name.partition(".")
        view = self.model.views.get(cube)
        if view is None:
            found = member_of(name, None, self.model)
            return found, (found.cube,)
        owner, member = self.views[cube][rest]
        path = next(part.path for part in view.parts if part.path[-1] == owner)
        return member_of(f"{owner}.{member}", None, self.model), path

    def type_of(self, code: str) -> DataType | None:
        """Return the type of the values of a dimension; a metric is a number."""
        for each in self.imported.definitions:
            if isinstance(each, MetricDef) and each.code == code:
                return "decimal"
            if isinstance(each, DimensionDef) and each.code == code.rpartition(".")[2]:
                binding = each.bindings[0]
                for dataset in self.imported.definitions:
                    if isinstance(dataset, DatasetDef) and dataset.code == binding.dataset:
                        column = dataset.column(binding.column)
                        return None if column is None else column.type
        return None

    def is_bucket(self, name: str) -> bool:
        """Tell whether a dimension is made of measures."""
        member, _ = self.member(name)
        one = member.one
        if not isinstance(one, Dimension) or not one.multi_stage:
            return False
        told = template(one.sql, self.model.cubes[member.cube], self.model)
        return any(isinstance(each.one, Measure) or self.is_bucket(each.key) for each in told.members)

    def group_of(self, name: str) -> Dimension | None:
        """Return the calculation group that a member is, if it is one."""
        one = self.member(name)[0].one
        return one if isinstance(one, Dimension) and one.calc_group else None

    def choices(self, query: Fields) -> list[Mapping[str, str]]:
        """Return the choices that a query makes: name of a calculation group -> value."""
        filters = member_filters(query.get("filters"))
        found: list[Mapping[str, str]] = [{}]
        for name in dict.fromkeys((*texts(query.get("dimensions")), *(each.member for each in filters if each.member))):
            group = self.group_of(name)
            if group is not None:
                told = [each.values for each in filters if each.member == name and each.operator == "equals"]
                values = [value for value in group.values if all(value in one for one in told)]
                found = [{**choice, name: value} for choice in found for value in values]
        return found

    def parts(self, member: Member) -> list[Member]:
        """Return the measures that a measure names."""
        told = template(measure_of(member).sql, self.model.cubes[member.cube], self.model)
        return [each for each in told.members if isinstance(each.one, Measure)]

    def measures_below(self, member: Member) -> Iterator[Member]:
        """Yield the measures that a measure is made of, or itself."""
        below = self.parts(member)
        if not below:
            yield member
        for each in below:
            yield from self.measures_below(each)

    def staged(self, member: Member) -> bool:
        """Tell whether a measure has rows of its own: a window, a shift, stages, also below it."""
        one = measure_of(member)
        return one.multi_stage or one.rolling is not None or any(map(self.staged, self.parts(member)))

    def rolls(self, member: Member) -> bool:
        """Tell whether a measure is a window over time, or made of one."""
        return measure_of(member).rolling is not None or any(map(self.rolls, self.parts(member)))

    def fixed_window(self, member: Member) -> bool:
        """Tell whether a measure is a window that begins a fixed time before its end, or made of such only."""
        rolling, parts = measure_of(member).rolling, self.parts(member)
        if rolling is None:
            return bool(parts) and all(map(self.fixed_window, parts))
        return not rolling.to_date and rolling.trailing != "unbounded"

    @property
    def levels(self) -> frozenset[str]:
        """Return the levels of all calendars."""
        datasets = [each for each in self.imported.definitions if isinstance(each, DatasetDef)]
        return frozenset(level.code for each in datasets for level in each.levels)

    def is_day(self, cube: str, member: Member) -> bool:
        """Tell whether a time dimension is the day of a calendar that a cube joins by its time axis."""
        one, names = member.one, self.imported.names
        if not self.model.cubes[member.cube].calendar or not isinstance(one, Dimension):
            return False
        levels = {names.get(f"{member.key}.{each.name}") for each in one.granularities}
        datasets = {each.code: each for each in self.imported.definitions if isinstance(each, DatasetDef)}
        fact, calendar = datasets[names[cube]], datasets[names[member.cube]]
        days = [ColumnPair(many=fact.time_columns[0], one=calendar.time_columns[0])]
        return bool(levels & {level.code for level in calendar.levels}) and any(
            isinstance(each, RelationshipDef)
            and (each.from_dataset, each.to_dataset) == (fact.code, calendar.code)
            and list(each.columns) == days
            for each in self.imported.definitions
        )


def measure_of(member: Member) -> Measure:
    """Return the measure that a member must be."""
    if not isinstance(member.one, Measure):
        raise NotExpressible(zh=f"“{member.key}”不是度量", en=f"“{member.key}”, which is no measure")
    return member.one
