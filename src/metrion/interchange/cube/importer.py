"""A Cube project -> our definitions, with everything that could not be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.interchange.cube import views
from metrion.interchange.cube.answers import Answers
from metrion.interchange.cube.calendars import Calendars
from metrion.interchange.cube.datasets import Datasets
from metrion.interchange.cube.fields import Fields
from metrion.interchange.cube.measures import Measures
from metrion.interchange.cube.names import Work, described, named
from metrion.interchange.cube.read import read_model
from metrion.interchange.cube.relations import relate
from metrion.interchange.cube.tables import Tables
from metrion.interchange.cube.template import Member
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.report import Imported, Losses
from metrion.semantic.model import ModifierDef, RelationshipDef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.interchange.cube.tables import Table
    from metrion.interchange.foreign.report import Surroundings


def import_cube(files: Mapping[str, str], around: Surroundings) -> Imported:
    """Return the definitions of a Cube project; raises `Faults` with everything wrong with its files."""
    losses = Losses()
    work = Work(read_model(files, losses), around, losses)
    tables = Tables(work)
    relate(work, tables)
    answers = Answers(work, tables)
    fields = Fields(work, tables, answers.ask)
    calendars = Calendars(work, tables)
    measures = Measures(work, tables, fields, calendars)
    answers.fields, answers.measures = fields, measures
    fields.declare()
    calendars.declare()
    _declare_segments(work, tables, fields)
    measures.declare()
    views.declare(work, fields)
    datasets = Datasets(work, tables)
    for table in tables.all():
        work.names[table.cube.name] = table.code
        work.names[f"{table.cube.name}.*"] = measures.rows(table.cube.name)
        levels = calendars.levels(table.cube.name)
        datasets.put(table, shape=_shape(table, work), time_columns=_times(table, tables), levels=levels)
    _name_roles(work)
    return Imported(tuple(work.definitions.values()), tuple(losses.found), work.names)


def _declare_segments(work: Work, tables: Tables, fields: Fields) -> None:
    """Put a modifier for each segment."""
    for table in tables.all():
        for segment in table.cube.segments.values():
            try:
                condition = fields.condition(segment.sql, table.cube.name)
            except NotExpressible as refusal:
                work.losses.refused(str(segment.place), refusal.reason)
                continue
            code = work.code("modifier", table.cube.name, segment.name)
            work.names[f"{table.cube.name}.{segment.name}"] = work.put(
                ModifierDef(
                    code=code,
                    name=named(segment.words, segment.name),
                    description=described(segment.words),
                    domain=work.domain,
                    condition=condition,
                )
            )


def _shape(table: Table, work: Work) -> str:
    if table.cube.calendar:
        return "calendar"
    joined = any(
        isinstance(each, RelationshipDef) and each.to_dataset == table.code for each in work.definitions.values()
    )
    counts = all(measure.type == "count" for measure in table.cube.measures.values())
    return "dimension" if joined and counts and table.key else "fact"


def _times(table: Table, tables: Tables) -> tuple[str, ...]:
    """Return the time columns, the first time dimension being the time axis."""
    found: list[str] = []
    for dimension in table.cube.dimensions.values():
        if dimension.type == "time" and not dimension.sub_query and not dimension.multi_stage:
            try:
                found.append(tables.column(Member(table.cube.name, dimension)))
            except NotExpressible:
                continue
    return tuple(dict.fromkeys(name for name in found if table.type_of(name) in {"date", "timestamp"}))


def _name_roles(work: Work) -> None:
    """Note which role a join got: `orders -> customers`."""
    cubes = {work.names[name]: name for name in work.model.cubes if name in work.names}
    for each in work.definitions.values():
        if isinstance(each, RelationshipDef) and each.role and each.to_dataset in cubes:
            work.names[f"{cubes[each.from_dataset]} -> {cubes[each.to_dataset]}"] = each.role
