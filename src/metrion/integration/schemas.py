"""Shapes of the integration room: uploads, tables of the lake, their profiles, versions and loads."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from metrion.base.text import Text
from metrion.engines.connections import DatabaseKind
from metrion.engines.profile import ColumnProfile as ColumnProfile  # noqa: PLC0414 - part of this contract
from metrion.identity.schemas import BilingualName, PersonCard
from metrion.lake.calendar.rules import CalendarEvent as CalendarEvent  # noqa: PLC0414 - the same
from metrion.lake.calendar.rules import CalendarRules as CalendarRules  # noqa: PLC0414 - the same
from metrion.lake.calendar.rules import DayEdit as DayEdit  # noqa: PLC0414 - the same
from metrion.lake.calendar.rules import DayKind, EventKind
from metrion.lake.files.shapes import Cell as Cell  # noqa: PLC0414 - the shapes of files are part of this contract
from metrion.lake.files.shapes import ColumnChoice as ColumnChoice  # noqa: PLC0414 - the same
from metrion.lake.files.shapes import Delimiter as Delimiter  # noqa: PLC0414 - the same
from metrion.lake.files.shapes import Encoding as Encoding  # noqa: PLC0414 - the same
from metrion.lake.files.shapes import FileColumn as FileColumn  # noqa: PLC0414 - the same
from metrion.lake.files.shapes import FileFormat as FileFormat  # noqa: PLC0414 - the same
from metrion.lake.files.shapes import ReadAs as ReadAs  # noqa: PLC0414 - the same
from metrion.semantic.model import Code, DataType

LoadMode = Literal["replace", "append"]
UploadStatus = Literal["staged", "loaded", "discarded"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class UploadPreview(_Frozen):
    """A staged file: how it was read, its columns, its first rows. Nothing is loaded yet."""

    id: UUID
    filename: str
    format: FileFormat
    status: UploadStatus
    size: int
    """Bytes."""
    sha256: str
    created_at: datetime
    created_by: str
    read_as: ReadAs
    """What was found or told: every field that applies to the format is set."""
    sheets: tuple[str, ...] = ()
    suggested_table: str
    row_count: int
    columns: tuple[FileColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    """The first rows, aligned with `columns`, as they stand in the file."""


class UploadCard(_Frozen):
    """One line of the list of uploads."""

    id: UUID
    filename: str
    format: FileFormat
    status: UploadStatus
    size: int
    row_count: int
    created_at: datetime
    created_by: str
    table: str | None = None
    """The table it was loaded into."""


class LoadRequest(_Command):
    """Load a staged file into a table. Columns that are not named are left out; None takes all as found."""

    table: Code
    mode: LoadMode = "replace"
    columns: tuple[ColumnChoice, ...] | None = None
    primary_key: tuple[str, ...] = ()
    """Names of the columns that must be unique together and never empty."""
    sort_by: tuple[str, ...] = ()
    """Order of the rows on disk; for facts the date first, then a category. Only for speed."""


class TableColumn(_Frozen):
    """One column of a lake table. `masked`: the caller may not see its values."""

    name: str
    type: DataType
    masked: bool = False


class LoadRecord(_Frozen):
    """One load: who brought which file in, with what counts, and how it ended."""

    id: UUID
    table: str
    status: Literal["running", "done", "refused", "interrupted"]
    mode: LoadMode
    filename: str
    sha256: str
    rows_read: int
    rows_loaded: int
    version: int | None = None
    actor: str
    started_at: datetime
    finished_at: datetime | None = None


class TableInfo(_Frozen):
    """A table of the lake at its newest version."""

    name: str
    version: int
    rows: int | None
    """Number of rows; None when the caller may see only part of them."""
    size: int | None
    """Bytes on disk; None when the caller may see only part of the rows."""
    columns: tuple[TableColumn, ...]
    primary_key: tuple[str, ...]
    sort_by: tuple[str, ...]
    department: str
    committed_at: datetime
    committed_by: str
    datasets: tuple[str, ...] = ()
    """Codes of the published datasets that read this table."""


class LoadResult(_Frozen):
    """What a load did."""

    load: LoadRecord
    table: TableInfo


class TableVersion(_Frozen):
    """One version of a table's data; `load` is None for a version that was not made by a load."""

    version: int
    committed_at: datetime
    mode: LoadMode
    rows: int | None
    load: LoadRecord | None = None


class TableProfile(_Frozen):
    """Profile of a table at one version, over the rows that the caller may see."""

    table: str
    version: int
    rows: int
    partial: bool
    """True when a row policy hides rows from the caller."""
    columns: tuple[ColumnProfile, ...]


class TableRows(_Frozen):
    """The first rows that the caller may see; values of masked columns are null."""

    table: str
    version: int
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    partial: bool
    """True when a row policy hides rows from the caller."""


# --- the calendar ---------------------------------------------------------------------------------

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class DayChange(_Command):
    """Say what kind of day a day is; without `kind` it is again what the public sources say."""

    subject: Literal["day"] = "day"
    day: date
    kind: DayKind | None
    name: Text = Text()
    """Name of the holiday, or of what is made up for."""
    reason: Reason
    based_on: int | None = None
    """The last edit of this subject that was read (0 for none); None does not ask."""


class EventChange(_Command):
    """Make an event (no `id`), change it, or remove it (no `event`)."""

    subject: Literal["event"] = "event"
    id: UUID | None = None
    event: CalendarEvent | None
    reason: Reason
    based_on: int | None = None


class RulesChange(_Command):
    """Cut the years in another way."""

    subject: Literal["rules"] = "rules"
    rules: CalendarRules
    reason: Reason
    based_on: int | None = None


CalendarChange = Annotated[DayChange | EventChange | RulesChange, Field(discriminator="subject")]


class UndoRequest(_Command):
    """Why an edit is taken back."""

    reason: Reason


class CalendarEditView(_Frozen):
    """One edit: who changed what from what to what, when and why."""

    id: int
    at: datetime
    person: PersonCard | None
    subject: Literal["day", "event", "rules"]
    day: date | None = None
    event: UUID | None = None
    before: DayEdit | CalendarEvent | CalendarRules | None
    after: DayEdit | CalendarEvent | CalendarRules | None
    """None: what the public sources say, no such event, or the rules that the product starts with."""
    reason: str
    reverses: int | None = None
    undone: bool
    latest: bool
    """Nobody edited the same thing later: it can be undone."""
    version: int | None
    """The data version of the calendar that has it."""


class EventView(_Frozen):
    """An event as it stands."""

    id: UUID
    name: Text
    kind: EventKind
    first: date
    last: date
    edit: int
    """Its last edit."""


class DayCard(_Frozen):
    """A day in the view of a year."""

    day: date
    kind: DayKind
    name: Text
    """Of the holiday that it is, or that it makes up for; empty for an ordinary day."""
    lunar: Text
    official: bool
    edited: bool
    event: Text
    promotion: bool


class CalendarYear(_Frozen):
    """One year of the calendar at its newest version."""

    year: int
    first_year: int
    last_year: int
    version: int
    committed_at: datetime
    official: bool
    """The working days of this year were announced; else they are computed from the law."""
    week_start: Literal["monday", "sunday"]
    rules: CalendarRules
    rules_edit: int
    days: tuple[DayCard, ...]
    events: tuple[EventView, ...]
    """Those that touch the year."""


class Festival(_Frozen):
    """Where a day stands by the nearest turn of a lunar festival."""

    code: Literal["spring_festival", "dragon_boat", "mid_autumn"]
    year: int
    offset: int
    """Days from the festival: 0 is the festival itself, -1 its eve."""


class CalendarDay(DayCard):
    """Everything that the calendar knows of one day."""

    source: Literal["company", "announced", "law", "weekday"]
    """Who says what kind of day it is."""
    without_edit: DayEdit
    """What the public sources say."""
    last_edit: int
    """0 when nobody edited the day."""
    working_day_of_month: int
    working_day_of_year: int
    week_start: date
    iso_year: int
    iso_week: int
    fiscal_year: int
    fiscal_quarter: int
    fiscal_month: int
    day_of_fiscal_year: int
    retail_year: int
    retail_quarter: int
    retail_period: int
    retail_week: int
    lunar_year: int
    festivals: tuple[Festival, ...]
    events: tuple[EventView, ...]
    edits: tuple[CalendarEditView, ...]
    """Newest first."""


# --- databases ------------------------------------------------------------------------------------

Host = Annotated[str, StringConstraints(strip_whitespace=True, max_length=253, pattern=r"^[A-Za-z0-9_.:/-]+$")]
"""A name, an address, or the folder of a socket of PostgreSQL."""
DatabaseName = Annotated[str, StringConstraints(min_length=1, max_length=128)]
SecretVariable = Annotated[str, StringConstraints(pattern=r"^(METRION_SECRET_[A-Z0-9_]{1,100})?$")]
"""Only such variables can be named: a connection must not send any other secret of the server to a host."""


class ConnectionBody(_Command):
    """A database as an administrator describes it. The account may SELECT and nothing else."""

    name: BilingualName
    kind: DatabaseKind
    host: Host
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """None: the usual one."""
    database: DatabaseName
    user: DatabaseName
    password: SecretStr | None = None
    """Stored encrypted and never shown. None keeps the one that is stored."""
    password_env: SecretVariable = ""
    """Instead of a password: the environment variable of the server that holds it."""
    tls: bool = False
    """Encrypted, with the certificate of the server verified."""
    time_zone: Annotated[str, StringConstraints(min_length=1, max_length=64)] = "UTC"
    """PostgreSQL: the zone in which instants are read as wall-clock time."""
    department: str
    """Code of the department that answers for its data."""

    @model_validator(mode="after")
    def _one_password(self) -> ConnectionBody:
        if self.password is not None and self.password_env:
            message = "password and password_env exclude each other"
            raise ValueError(message)
        return self


class ConnectionNew(ConnectionBody):
    """A database to register."""

    code: Code


class ConnectionChange(ConnectionBody):
    """A connection as it should be, for the revision that was read."""

    revision: int


class HealthProblem(_Frozen):
    """Why no question can be asked, and what to do: kept in both languages, as others than the tester read it."""

    code: str
    title: Text
    remedy: Text


class ConnectionHealth(_Frozen):
    """What a test found."""

    checked_at: datetime
    reachable: bool
    read_only: bool | None
    """Whether the account only reads; None where that could not be asked."""
    engine: str = ""
    """Name and version."""
    elapsed_ms: float
    problem: HealthProblem | None = None


class ConnectionAddress(_Frozen):
    """Where the database is and how it is entered: for those who manage the system."""

    host: str
    port: int
    database: str
    user: str
    tls: bool
    time_zone: str
    password: Literal["stored", "variable", "none"]
    password_env: str


class ConnectionView(_Frozen):
    """A registered database. Its password is never part of it."""

    code: str
    name: Text
    kind: DatabaseKind
    department: str
    """Path of the department."""
    revision: int
    changed_at: datetime
    changed_by: str
    health: ConnectionHealth | None
    datasets: tuple[str, ...]
    """Codes of the published datasets that read through it."""
    address: ConnectionAddress | None
    """None for a reader who does not manage the system."""


class DatabaseTableName(_Frozen):
    """A table that the account of a connection may read, as the source of a dataset names it."""

    table: str


class DatabaseColumn(_Frozen):
    """A column of such a table."""

    name: str
    type: DataType | None
    """None: the product has no word for its type, so it cannot be read."""


class DatasetFit(_Frozen):
    """A published dataset on the table, and its columns that the table does not have as it says."""

    dataset: str
    unfit: tuple[str, ...]


class DatabaseTableInfo(_Frozen):
    """The columns of a table as they are now."""

    connection: str
    table: str
    columns: tuple[DatabaseColumn, ...]
    datasets: tuple[DatasetFit, ...]
