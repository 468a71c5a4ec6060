"""What all parts of the importer share: the model, the codes, what is lost, and the definitions so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from metrion.base.text import Text
from metrion.interchange.cube.graph import Graph
from metrion.interchange.cube.nodes import keyword
from metrion.interchange.cube.template import member_of, template
from metrion.interchange.foreign.codes import Codes

if TYPE_CHECKING:
    from metrion.interchange.cube.model import Cube, CubeModel, Words
    from metrion.interchange.cube.template import Member, Template
    from metrion.interchange.foreign.report import Losses, Surroundings
    from metrion.semantic.model import Definition, Kind


@dataclass
class Work:
    """One import under way."""

    model: CubeModel
    around: Surroundings
    losses: Losses
    codes: Codes = field(default_factory=Codes)
    names: dict[str, str] = field(default_factory=dict)
    definitions: dict[tuple[Kind, str], Definition] = field(default_factory=dict)

    @property
    def domain(self) -> str:
        """Return the domain that the definitions go into."""
        return self.around.domain

    @cached_property
    def graph(self) -> Graph:
        """Return the joins as Cube walks them."""
        return Graph(self.model)

    def put(self, definition: Definition) -> str:
        """Keep a definition and return its code."""
        self.definitions[definition.kind, definition.code] = definition
        return definition.code

    def cube(self, name: str) -> Cube:
        """Return a cube."""
        return self.model.cubes[name]

    def template(self, sql: str, cube: str) -> Template:
        """Return the SQL of a member with its references resolved; raises `NotExpressible`."""
        return template(sql, self.cube(cube), self.model)

    def member(self, path: str, cube: str | None = None) -> Member:
        """Return the member that a path names; raises `NotExpressible`."""
        return member_of(path, None if cube is None else self.cube(cube), self.model)

    def code(self, kind: Kind, cube: str, member: str = "") -> str:
        """Return the code of a cube or of one of its members."""
        wanted = "_".join(keyword(part) for part in (cube, member) if part)
        return self.codes.of(kind, f"{cube}.{member}" if member else cube, wanted)


def named(words: Words, name: str) -> Text:
    """Return the name that people read; one language serves for both."""
    shown = words.title or keyword(name).replace("_", " ").strip().capitalize() or name
    return Text(zh=shown, en=shown)


def described(words: Words) -> Text:
    """Return the description."""
    return Text(zh=words.description, en=words.description)
