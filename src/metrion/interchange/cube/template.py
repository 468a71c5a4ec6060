"""SQL of Cube with its references in braces: `{CUBE}.amount / NULLIF({rates.fx_rate}, 0)`.

A reference to a table becomes an alias, a reference to a member a name of its own, so that the rest is plain SQL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metrion.interchange.foreign.errors import NotExpressible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.interchange.cube.model import Cube, CubeModel, Dimension, Measure, Segment

_REFERENCE: Final = re.compile(r"\$?\{\s*([^{}]*?)\s*\}(\s*\.)?")
_PATH: Final = re.compile(r"[A-Za-z_][\w$]*(?:\.[A-Za-z_][\w$]*)*\Z")
_TABLE: Final = "table__"
_MEMBER: Final = "member__"
_LONGEST_PATH: Final = 3


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table of a cube."""

    cube: str
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a cube; of a time dimension perhaps at a granularity."""

    cube: str
    one: Dimension | Measure | Segment
    granularity: str = ""

    @property
    def key(self) -> str:
        """Return its full name."""
        name = f"{self.cube}.{self.one.name}"
        return f"{name}.{self.granularity}" if self.granularity else name


@dataclass(frozen=True, slots=True)
class Template:
    """Plain SQL, and what its placeholders stand for."""

    sql: str
    cube: str
    members: tuple[Member, ...]
    tables: tuple[str, ...]

    def meaning(self, written: str) -> Column | Member:
        """Return what a name of the SQL stands for."""
        if written.startswith(_MEMBER):
            return self.members[int(written.removeprefix(_MEMBER))]
        if written.startswith(_TABLE):
            table, _, column = written.removeprefix(_TABLE).partition(".")
            if not column:
                raise NotExpressible(zh=f"整行“{written}”", en="a whole row")
            return Column(self.tables[int(table)], column)
        return Column(self.cube, written.rpartition(".")[2])

    def columns(self, written: Iterator[str]) -> Iterator[Column]:
        """Yield the columns among the names of the SQL."""
        for name in written:
            found = self.meaning(name)
            if isinstance(found, Column):
                yield found


def template(sql: str, cube: Cube, model: CubeModel) -> Template:
    """Return the SQL of a member of a cube with its references resolved; raises `NotExpressible`."""
    members: list[Member] = []
    tables: list[str] = []

    def put(found: re.Match[str]) -> str:
        path, dotted = found.group(1), found.group(2)
        if not _PATH.match(path):
            raise NotExpressible(zh=f"引用“{path}”", en=f"the reference “{path}”")
        table = _table(path, cube, model, dotted=dotted is not None)
        if table is not None:
            if table not in tables:
                tables.append(table)
            return f"{_TABLE}{tables.index(table)}{dotted or ''}"
        member = member_of(path, cube, model)
        if member not in members:
            members.append(member)
        return f"{_MEMBER}{members.index(member)}"

    return Template(_REFERENCE.sub(put, sql), cube.name, tuple(members), tuple(tables))


def _table(path: str, cube: Cube, model: CubeModel, *, dotted: bool) -> str | None:
    if path == "CUBE":
        return cube.name
    own = path in cube.dimensions or path in cube.measures or path in cube.segments
    return path if path in model.cubes and (dotted or not own) else None


def member_of(path: str, cube: Cube | None, model: CubeModel) -> Member:
    """Return the member that a path names, seen from a cube; raises `NotExpressible` where there is none."""
    first, *rest = path.split(".")
    owner = cube if first == "CUBE" else model.cubes.get(first)
    if cube is not None and (owner is None or (not rest and first != "CUBE")):
        owner, rest = cube, [first, *rest]
    while owner is not None and len(rest) > 1 and rest[0] in model.cubes and rest[0] not in owner.dimensions:
        owner, rest = model.cubes[rest[0]], rest[1:]  # A path along joins: the last cube has the member.
    if owner is not None and rest and len(rest) < _LONGEST_PATH:
        name, granularity = rest[0], rest[1] if len(rest) > 1 else ""
        one = owner.dimensions.get(name) or owner.measures.get(name) or owner.segments.get(name)
        if one is not None:
            return Member(owner.name, one, granularity)
    raise NotExpressible(zh=f"没有成员“{path}”", en=f"there is no member “{path}”")
