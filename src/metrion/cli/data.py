"""`data`: files into the lake, and what is there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from metrion.base.errors import Invalid, NotFound
from metrion.base.text import Text
from metrion.cli.output import table
from metrion.identity.reads import actor_for
from metrion.integration import actions, reads
from metrion.integration.schemas import LoadMode

data = App(name="data", help="Data: load a file, list tables.", help_format="plaintext")

As = Annotated[str, Parameter(name="--as", help="User name of the person in whose name this is done.")]


@data.command
def load(
    file: Path,
    *,
    as_: As,
    table: str = "",
    mode: LoadMode = "replace",
    key: Annotated[list[str], Parameter(consume_multiple=False)] = [],  # noqa: B006 - cyclopts copies it
    type: Annotated[list[str], Parameter(consume_multiple=False)] = [],  # noqa: A002, B006 - the name of the option
) -> None:
    """Load a CSV, Parquet or Excel file into a table: wholly, or, with every fault listed, not at all.

    Parameters
    ----------
    table
        Code of the table; made from the name of the file if not given.
    mode
        Replace what the table holds, or append to it.
    key
        Column of the primary key; repeat it for more.
    type
        Another type for a column than the one found: amount=decimal(2); repeat it for more.
    """
    if not file.is_file():
        raise NotFound(kind_zh="文件", kind_en="file", key=str(file))
    actor = actor_for(as_, "cli")
    name = table or reads.suggested_table(file.name)
    done = actions.load_file(actor, file, name, dict(map(_type_of, type)), mode, key)
    words = Text(
        zh=f"已载入 {done.load.rows_loaded} 行到 {done.table.name}，数据版本 {done.table.version}。",
        en=f"Loaded {done.load.rows_loaded} rows into {done.table.name}, data version {done.table.version}.",
    )
    print(words.pick())


def _type_of(text: str) -> tuple[str, str]:
    column, separator, kind = text.rpartition("=")
    if not separator or not column:
        raise Invalid(
            field="type",
            reason_zh=f"无法识别“{text}”，应形如 amount=decimal(2)。",
            reason_en=f"“{text}” is not a type such as amount=decimal(2).",
        )
    return column, kind


@data.command
def tables(*, as_: As, search: str = "") -> None:
    """List the tables of the lake."""
    page = reads.tables(actor_for(as_, "cli"), search=search, limit=200)
    rows = [(found.name, found.rows, found.version, f"{found.committed_at:%Y-%m-%d %H:%M}") for found in page.items]
    print(table(("table", "rows", "version", "loaded at (UTC)"), rows, right=frozenset({1, 2})))
