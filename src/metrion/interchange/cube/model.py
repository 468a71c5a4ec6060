"""A Cube data model as it is written: cubes, their members, and views.

Names are kept as they are; keywords are read in both of Cube's spellings. A `case` is the SQL that it stands for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Relationship = Literal["one_to_one", "one_to_many", "many_to_one"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: `orders.yml: cubes.orders.measures.count`."""

    file: str
    line: int
    path: str

    def __str__(self) -> str:
        return f"{self.file}: {self.path}"


@dataclass(frozen=True, slots=True)
class Words:
    """What people read."""

    title: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Granularity:
    """A granularity of a time dimension: periods of an interval counted from an origin, or an SQL expression."""

    name: str
    interval: str = ""
    origin: str = ""
    offset: str = ""
    sql: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """A time shift: of a measure, or of a calendar's time dimension (`sql` says where each day comes from)."""

    interval: str = ""
    type: str = "prior"
    name: str = ""
    time_dimension: str = ""
    sql: str = ""


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """A filter on a member, or a group of such filters."""

    member: str = ""
    operator: str = ""
    values: tuple[str | None, ...] = ()
    all_of: tuple[MemberFilter, ...] = ()
    any_of: tuple[MemberFilter, ...] = ()
    unless: tuple[str, ...] = ()
    """Members that switch a view's default filter off when a query names them."""


@dataclass(frozen=True, slots=True)
class Grain:
    """What a multi-stage member is computed by, beside or instead of the question's groups."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    keep_only: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class FilterDirective:
    """Which filters of the question a multi-stage member heeds, and which it adds."""

    fixed: bool = False
    include: tuple[MemberFilter, ...] = ()
    exclude: tuple[str, ...] = ()
    keep_only: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Rolling:
    """A rolling window."""

    trailing: str = ""
    leading: str = ""
    offset: str = "end"
    to_date: str = ""


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension of a cube."""

    name: str
    type: str
    place: Place
    words: Words = Words()
    sql: str = ""
    primary_key: bool = False
    sub_query: bool = False
    propagates: bool = False
    multi_stage: bool = False
    granularities: tuple[Granularity, ...] = ()
    shifts: tuple[Shift, ...] = ()
    grain: Grain = Grain()
    """By what a multi-stage dimension is computed."""
    masked: bool = False
    values: tuple[str, ...] = ()
    """Of a switch: what may be chosen."""

    @property
    def calc_group(self) -> bool:
        """Tell whether it is a choice that is stored nowhere."""
        return self.type == "switch" and not self.sql


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of a cube."""

    name: str
    type: str
    place: Place
    words: Words = Words()
    sql: str = ""
    filters: tuple[str, ...] = ()
    rolling: Rolling | None = None
    multi_stage: bool = False
    switch: str = ""
    """What a `case` looks at, where it is written as a switch."""
    choices: tuple[tuple[str | None, str], ...] = ()
    """Of such a case: values and what they lead to; None: all other values."""
    shifts: tuple[Shift, ...] = ()
    grain: Grain = Grain()
    filter: FilterDirective | None = None
    order_by: tuple[tuple[str, bool], ...] = ()
    """Of a rank: expressions, and whether the highest comes first."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A named filter of a cube."""

    name: str
    sql: str
    place: Place
    words: Words = Words()


@dataclass(frozen=True, slots=True)
class Join:
    """From a cube to another."""

    name: str
    relationship: Relationship
    sql: str
    place: Place


@dataclass(frozen=True, slots=True)
class Cube:
    """A table with its members."""

    name: str
    place: Place
    words: Words = Words()
    sql: str = ""
    table: str = ""
    calendar: bool = False
    joins: tuple[Join, ...] = ()
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    segments: Mapping[str, Segment] = field(default_factory=dict)
    hierarchies: tuple[tuple[str, ...], ...] = ()
    guarded: bool = False
    """Whether an access policy says who sees which rows."""

    @property
    def primary_key(self) -> tuple[Dimension, ...]:
        """Return the dimensions that tell rows apart."""
        return tuple(each for each in self.dimensions.values() if each.primary_key)


@dataclass(frozen=True, slots=True)
class Included:
    """A member that a view takes from a cube, and its name there."""

    member: str
    name: str


@dataclass(frozen=True, slots=True)
class ViewPart:
    """The members that a view takes along one path of joins."""

    path: tuple[str, ...]
    includes: tuple[Included, ...] | None
    """None: all of them."""
    excludes: tuple[str, ...] = ()
    prefix: bool = False
    alias: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A selection of members."""

    name: str
    place: Place
    words: Words = Words()
    parts: tuple[ViewPart, ...] = ()
    default_filters: tuple[MemberFilter, ...] = ()


@dataclass(frozen=True, slots=True)
class CubeModel:
    """All cubes and views of a project."""

    cubes: Mapping[str, Cube] = field(default_factory=dict)
    views: Mapping[str, View] = field(default_factory=dict)
