"""Shapes of the catalog room that other rooms and the front end may hold."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, JsonValue

from metrion.base.text import Text
from metrion.semantic.model import Code, DataType, Definition, Kind

MetricType = Literal[
    "atomic",
    "derived",
    "composite",
    "ratio",
    "growth",
    "share",
    "index",
    "difference",
    "conversion",
    "nested",
    "rank",
    "inherited",
]
"""The `type` of a metric's calculation."""
Status = Literal["proposed", "scheduled", "published", "deprecated", "archived"]
"""Status of an item, derived from its publications; never stored."""
VersionState = Literal["in_review", "rejected", "withdrawn", "scheduled", "current", "superseded"]
Shape = Literal["fact", "dimension", "bridge", "snapshot"]
Raw = dict[str, JsonValue]
"""A definition as it was typed: it may be incomplete and invalid."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


# --- parts ----------------------------------------------------------------------------------------


class Person(_Frozen):
    """A person on a card. `name` falls back to the user name."""

    username: str
    name: Text


class Ref(_Frozen):
    """A link to a definition."""

    kind: Kind
    code: str
    name: Text


class DomainRef(_Frozen):
    """A link to a business domain or subject area."""

    code: str
    name: Text


class DomainNode(_Frozen):
    """A business domain (`parent` is None) or subject area. Counts cover what the asker may see, subtree included."""

    code: str
    name: Text
    parent: str | None
    department: str
    """Path of the department that owns the domain, `/group/retail/`."""
    metrics: int
    children: tuple[DomainNode, ...] = ()


class DefinitionFault(_Frozen):
    """One thing wrong with a definition. `start`/`end` are character offsets when the field is a formula."""

    field: str
    code: str
    text: Text
    remedy: Text = Text()
    start: int | None = None
    end: int | None = None


class FormulaToken(_Frozen):
    """A piece of a formula for highlighting; `ref` is set for names that can be opened."""

    kind: str
    text: str
    start: int
    end: int
    ref: Ref | None = None


class DerivedFacts(_Frozen):
    """What follows from a metric's definition. None when the definition is too broken to tell."""

    unit: str
    unit_label: Text
    type: DataType
    additivity: Literal["additive", "semi_additive", "non_additive"]
    periodic: bool
    """A value belongs to one period (to date, trailing, shifted): show none over a range of several."""
    time_axis: str | None
    datasets: tuple[Ref, ...]
    dimensions: tuple[Ref, ...]
    """Dimensions by which the metric can be split."""
    uses: tuple[Ref, ...]
    formula_tokens: tuple[FormulaToken, ...] = ()


# --- lists ----------------------------------------------------------------------------------------


class MetricCard(_Frozen):
    """One row of the library."""

    code: str
    name: Text
    aliases: tuple[str, ...]
    domain: DomainRef
    subject: str | None
    type: MetricType
    unit: str
    direction: Literal["higher", "lower", "neutral"]
    caliber: Text
    owner: Person | None
    tags: tuple[str, ...]
    sensitivity: Literal["public", "internal", "restricted"]
    status: Status
    version: int
    published_at: datetime


class FacetValue(_Frozen):
    """One value of a filter with the number of metrics that have it."""

    value: str
    label: Text
    count: int


class MetricFacets(_Frozen):
    """Values for the library's filters, over all metrics that the asker may see."""

    types: tuple[FacetValue, ...]
    owners: tuple[FacetValue, ...]
    tags: tuple[FacetValue, ...]
    statuses: tuple[FacetValue, ...]


class DefinitionCard(_Frozen):
    """One row of the lists of the other kinds; `definition` is the version in force."""

    kind: Kind
    code: str
    name: Text
    domain: DomainRef
    owner: Person | None
    version: int
    published_at: datetime
    definition: Definition


# --- one definition -------------------------------------------------------------------------------


class VersionCard(_Frozen):
    """One version in the history, newest first."""

    id: UUID
    number: int
    digest: str
    state: VersionState
    author: Person
    created_at: datetime
    valid_from: datetime | None = None
    valid_to: datetime | None = None


class VersionDetail(VersionCard):
    """One version with its content."""

    definition: Definition


class Dependants(_Frozen):
    """Who rests on a definition, as far as the asker may see."""

    direct: tuple[Ref, ...]
    total: int
    """Direct and indirect."""


class MetricDetail(_Frozen):
    """Everything that the head of a metric page needs, in one answer."""

    code: str
    name: Text
    status: Status
    successor: Ref | None
    domain_path: tuple[DomainRef, ...]
    definition: Definition
    version: VersionCard
    facts: DerivedFacts | None
    references: tuple[Ref, ...]
    """Names in the definition that can be opened: base, modifiers, dimensions, formula metrics, dataset."""
    owner: Person | None
    steward: Person | None
    closed_dimensions: tuple[Code, ...]
    """Dimensions that the asker may not split or filter by: they read a sensitive column."""
    dependants: Dependants
    history: tuple[VersionCard, ...]
    """The newest five versions."""
    real: bool
    """False when a dataset under it holds generated demonstration data."""
    may_draft: bool
    my_draft: UUID | None
    in_review: bool


class DefinitionDetail(_Frozen):
    """A dataset, dimension, modifier or relationship with its surroundings."""

    card: DefinitionCard
    domain_path: tuple[DomainRef, ...]
    status: Status
    dependants: Dependants
    references: tuple[Ref, ...]
    relationships: tuple[Ref, ...] = ()
    """Of a dataset: relationships that start or end here."""
    history: tuple[VersionCard, ...]
    may_draft: bool
    my_draft: UUID | None


NodeKind = Literal["column", "dataset", "measure", "modifier", "dimension", "metric", "hidden"]


class LineageNode(_Frozen):
    """A node of the lineage graph. `level` is 0 for the metric asked about, negative upstream."""

    id: str
    kind: NodeKind
    code: str
    name: Text
    detail: str = ""
    """Column type, measure expression, formula."""
    level: int


class LineageEdge(_Frozen):
    """Data flows from `source` to `target`."""

    source: str
    target: str
    kind: Literal["uses", "reads", "joins"]


class Lineage(_Frozen):
    """A bounded lineage graph. `truncated` when more nodes exist than were returned."""

    nodes: tuple[LineageNode, ...]
    edges: tuple[LineageEdge, ...]
    truncated: bool = False


class ImpactItem(_Frozen):
    """One dependant; `distance` is the number of steps from the changed definition."""

    ref: Ref
    distance: int
    domain: DomainRef
    owner: Person | None


class Impact(_Frozen):
    """The cone of dependants of a definition, nearest first. `hidden` counts what the asker may not see."""

    items: tuple[ImpactItem, ...]
    hidden: int
    truncated: bool = False


# --- drafts ---------------------------------------------------------------------------------------


class DraftView(_Frozen):
    """A draft: raw content, everything wrong with it, and who may write it."""

    id: UUID
    kind: Kind
    code: str
    name: Text
    raw: Raw
    revision: int
    state: Literal["open", "submitted"]
    author: Person
    co_authors: tuple[Person, ...]
    base_version: int | None
    """Version that the draft changes; None for a new definition."""
    base_moved: bool
    """True when a newer version was published since: the draft must be rebased before it is submitted."""
    created_at: datetime
    updated_at: datetime
    faults: tuple[DefinitionFault, ...]
    facts: DerivedFacts | None = None


class DraftCard(_Frozen):
    """One row of the list of drafts."""

    id: UUID
    kind: Kind
    code: str
    name: Text
    revision: int
    state: Literal["open", "submitted"]
    author: Person
    base_version: int | None
    updated_at: datetime


class Candidate(_Frozen):
    """A faultless draft as it would be frozen, with what it changes."""

    draft_id: UUID | None
    """None once the version is published: its draft is gone then."""
    kind: Kind
    code: Code
    digest: str
    definition: Definition
    base: Definition | None
    """The version in force that it replaces; None for a new definition."""
    base_version_id: UUID | None
    base_number: int | None
    authors: tuple[str, ...]
    """User names of author and co-authors: they may not decide."""
    department: str
    """Path of the department that owns the domain: where deciders are looked for."""


class FrozenVersion(Candidate):
    """An immutable version made from a draft, as governance reads it."""

    id: UUID
    number: int


class Approved(_Frozen):
    """A version to publish, with the digest of what was read when it was approved."""

    version_id: UUID
    digest: str


class CheckResult(_Frozen):
    """Answer of a check: `definition` is the normal form when it could be read."""

    faults: tuple[DefinitionFault, ...]
    definition: Definition | None = None
    facts: DerivedFacts | None = None


# --- formula --------------------------------------------------------------------------------------


class FormulaCheck(_Frozen):
    """A formula checked in its place."""

    faults: tuple[DefinitionFault, ...]
    type: DataType | None = None
    unit: str | None = None
    tokens: tuple[FormulaToken, ...] = ()


class FunctionCard(_Frozen):
    """One function of the allow-list."""

    name: str
    signature: str
    description: Text
    example: str = ""


class Completion(_Frozen):
    """One proposal of the formula editor: replace characters `start`..`end` by `insert`."""

    label: str
    insert: str
    kind: Literal["function", "column", "metric", "keyword"]
    name: Text = Text()
    detail: str = ""
    start: int
    end: int


# --- requests -------------------------------------------------------------------------------------


class DomainBody(BaseModel):
    """A new domain. `department` is a department code."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    name: Text
    parent: Code | None = None
    department: str


class DomainChange(BaseModel):
    """Another name or owning department; absent fields stay."""

    model_config = ConfigDict(extra="forbid")

    name: Text | None = None
    department: str | None = None


class DraftBody(BaseModel):
    """A draft to save: `raw` must have `kind`; nothing else is required."""

    model_config = ConfigDict(extra="forbid")

    raw: Raw
    expected_revision: int | None = None


class CoAuthorsBody(BaseModel):
    """The whole new list of co-authors, by user name."""

    model_config = ConfigDict(extra="forbid")

    usernames: tuple[str, ...]


class CheckBody(BaseModel):
    """A definition to check; `drafts` are further unpublished definitions that it may refer to."""

    model_config = ConfigDict(extra="forbid")

    raw: Raw
    drafts: tuple[Raw, ...] = ()


class FormulaBody(BaseModel):
    """A formula in its place: `dataset` set = row expression over its columns; None = formula over metrics."""

    model_config = ConfigDict(extra="forbid")

    text: str
    dataset: Code | None = None


class CompletionBody(FormulaBody):
    """A formula with the caret at character `cursor`."""

    cursor: int
