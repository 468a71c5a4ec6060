"""Files of a Cube project -> the model. Every fault at once; what has no meaning here is noted as a loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.base.errors import Faults
from metrion.interchange.cube.members import read_dimension, read_measure
from metrion.interchange.cube.model import (
    Cube,
    CubeModel,
    Included,
    Join,
    Place,
    Segment,
    View,
    ViewPart,
    Words,
)
from metrion.interchange.cube.nodes import Fields, keyword, named, read_yaml, spelled, text, texts
from metrion.interchange.cube.parts import member_filters
from metrion.interchange.foreign.errors import BadForeignFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metrion.interchange.cube.model import Relationship
    from metrion.interchange.foreign.report import Losses

_RELATIONSHIPS: Final[Mapping[str, Relationship]] = {
    "one_to_one": "one_to_one",
    "has_one": "one_to_one",
    "one_to_many": "one_to_many",
    "has_many": "one_to_many",
    "many_to_one": "many_to_one",
    "belongs_to": "many_to_one",
}
_SILENT: Final = frozenset(
    ["name", "title", "description", "meta", "data_source", "sql_alias", "shown", "public", "extends"]
)
"""What changes no number and no row."""
_CUBE: Final = frozenset(["sql", "sql_table", "calendar", "joins", "dimensions", "measures", "segments", "hierarchies"])
_DROPPED: Final[Mapping[str, tuple[str, str]]] = {
    "pre_aggregations": ("预聚合只影响速度，不影响含义。", "Pre-aggregations are about speed, not about meaning."),
    "refresh_key": ("刷新策略不属于定义。", "A refresh key is no part of a definition."),
    "access_policy": ("访问策略请在“权限”中重新设置。", "Set access policies up again under Permissions."),
    "rewrite_queries": ("查询改写未导入。", "Rewriting of queries is not imported."),
    "folders": ("文件夹未导入，请用主题域。", "Folders are not imported; use subject areas."),
    "context_members": ("上下文成员未导入。", "Context members are not imported."),
}


def read_model(files: Mapping[str, str], losses: Losses) -> CubeModel:
    """Return the model of a project; raises `Faults` with everything that is wrong with its files."""
    faults: list[BadForeignFile] = []
    cubes: dict[str, tuple[Fields, Place]] = {}
    views: dict[str, tuple[Fields, Place]] = {}
    for file, content in files.items():
        try:
            root = spelled(read_yaml(file, content))
        except BadForeignFile as fault:
            faults.append(fault)
            continue
        for kind, found in (("cubes", cubes), ("views", views)):
            for name, fields in named(root.get(kind)):
                place = Place(file, fields.line, f"{kind}.{name}")
                bad = _name_fault(name, place, {**cubes, **views})
                if bad is None:
                    found[name] = (fields, place)
                else:
                    faults.append(bad)
    faults.extend(_bad_parents(cubes))
    faults.extend(_bad_joins(cubes))
    if faults:
        raise Faults(faults)
    return CubeModel(
        {name: _cube(name, _extended(name, cubes), place, losses) for name, (_, place) in cubes.items()},
        {name: _view(name, fields, place, losses) for name, (fields, place) in views.items()},
    )


def _name_fault(name: str, place: Place, taken: Mapping[str, object]) -> BadForeignFile | None:
    if not name:
        return _fault(place, "缺少名称（name）。", "a name is missing.")
    if name in taken:
        return _fault(place, f"“{name}”定义了多次。", f"“{name}” is defined more than once.")
    return None


def _bad_parents(cubes: Mapping[str, tuple[Fields, Place]]) -> Iterator[BadForeignFile]:
    for name, (_, place) in cubes.items():
        seen, parent = {name}, name
        while parent := text(cubes[parent][0].get("extends")):
            if parent not in cubes or parent in seen:
                yield _fault(place, f"无法扩展“{parent}”。", f"“{parent}” cannot be extended.")
                break
            seen.add(parent)


def _bad_joins(cubes: Mapping[str, tuple[Fields, Place]]) -> Iterator[BadForeignFile]:
    for name, (fields, place) in cubes.items():
        for target, join in named(fields.get("joins")):
            here = Place(place.file, join.line, f"cubes.{name}.joins.{target}")
            if target not in cubes:
                yield _fault(here, f"没有立方体“{target}”。", f"there is no cube “{target}”.")
            elif keyword(join.get("relationship", "")) not in _RELATIONSHIPS:
                yield _fault(here, "缺少或未知的 relationship。", "the relationship is missing or unknown.")
            elif not text(join.get("sql")):
                yield _fault(here, "缺少关联条件（sql）。", "the condition (sql) is missing.")


def _fault(place: Place, zh: str, en: str) -> BadForeignFile:
    return BadForeignFile(file=place.file, line=place.line, zh=f"{place.path}：{zh}", en=f"{place.path}: {en}")


def _extended(name: str, cubes: Mapping[str, tuple[Fields, Place]]) -> Fields:
    """Return the fields of a cube with those of the cubes that it extends; its own come first."""
    fields = cubes[name][0]
    parent = text(fields.get("extends"))
    if not parent:
        return fields
    merged = Fields(_extended(parent, cubes))
    for key, value in fields.items():
        before = merged.get(key)
        if key in {"joins", "dimensions", "measures", "segments"} and before is not None:
            members = dict(named(before)) | dict(named(value))
            merged[key] = [Fields({"name": each, **one}) for each, one in members.items()]
        else:
            merged[key] = value
    return merged


def _cube(name: str, fields: Fields, place: Place, losses: Losses) -> Cube:
    for key in fields:
        if key in _DROPPED:
            losses.dropped(f"{place}.{key}", *_DROPPED[key])
        elif key not in _CUBE | _SILENT:
            losses.dropped(f"{place}.{key}", f"未知的字段“{key}”。", f"“{key}” is not known here.")

    def at(kind: str, member: str, one: Fields) -> Place:
        return Place(place.file, one.line, f"{place.path}.{kind}.{member}")

    dimensions = {
        each: read_dimension(each, one, at("dimensions", each, one), losses)
        for each, one in named(fields.get("dimensions"))
    }
    measures = {
        each: read_measure(each, one, at("measures", each, one), losses) for each, one in named(fields.get("measures"))
    }
    return Cube(
        name=name,
        place=place,
        words=words(fields),
        sql=text(fields.get("sql")).strip().rstrip(";"),
        table=text(fields.get("sql_table")).strip(),
        calendar=fields.get("calendar") is True,
        joins=tuple(
            Join(each, _RELATIONSHIPS[keyword(one["relationship"])], text(one["sql"]), at("joins", each, one))
            for each, one in named(fields.get("joins"))
        ),
        dimensions=dimensions,
        measures=measures,
        segments={
            each: Segment(each, text(one.get("sql")), at("segments", each, one), words(one))
            for each, one in named(fields.get("segments"))
        },
        hierarchies=tuple(texts(one.get("levels")) for _, one in named(fields.get("hierarchies"))),
        guarded="access_policy" in fields,
    )


def words(fields: Fields) -> Words:
    """Return the title and the description."""
    return Words(text(fields.get("title")), text(fields.get("description")))


def _view(name: str, fields: Fields, place: Place, losses: Losses) -> View:
    known = _SILENT | {"cubes", "default_filters", "includes", "excludes"}
    for key in fields:
        if key in _DROPPED:
            losses.dropped(f"{place}.{key}", *_DROPPED[key])
        elif key not in known:
            losses.dropped(f"{place}.{key}", f"视图自己的“{key}”未导入。", f"“{key}” of a view itself is not imported.")
    parts = tuple(_part(spelled(one)) for one in _list(fields.get("cubes")))
    return View(name, place, words(fields), parts, member_filters(fields.get("default_filters")))


def _list(value: object) -> list[Fields]:
    return [one for one in value if isinstance(one, Fields)] if isinstance(value, list) else []


def _part(fields: Fields) -> ViewPart:
    written = fields.get("includes")
    return ViewPart(
        path=tuple(text(fields.get("join_path")).split(".")),
        includes=None if written == "*" else tuple(map(_included, written if isinstance(written, list) else [])),
        excludes=texts(fields.get("excludes")),
        prefix=fields.get("prefix") is True,
        alias=text(fields.get("alias")),
    )


def _included(written: object) -> Included:
    if isinstance(written, Fields):
        member = text(written.get("name"))
        return Included(member, text(written.get("alias")) or member)
    return Included(str(written), str(written))
