"""What others may know of the data: uploads, tables, profiles, rows, versions, databases; the lake and its engine."""

from metrion.integration.databases import Database, LiveTable, database, live_table
from metrion.integration.reads.calendar import calendar_day, calendar_edits, calendar_year
from metrion.integration.reads.connections import connection, connections, database_table, database_tables, unfit
from metrion.integration.reads.data import (
    load_record,
    managed_tables,
    profile,
    rows,
    snapshot,
    snapshot_or_none,
    table,
    tables,
    versions,
)
from metrion.integration.reads.staged import suggested_table, upload, uploads
from metrion.integration.visible import datasets_by_table
from metrion.integration.warehouse import engine, lake

__all__ = [
    "Database",
    "LiveTable",
    "calendar_day",
    "calendar_edits",
    "calendar_year",
    "connection",
    "connections",
    "database",
    "database_table",
    "database_tables",
    "datasets_by_table",
    "engine",
    "lake",
    "live_table",
    "load_record",
    "managed_tables",
    "profile",
    "rows",
    "snapshot",
    "snapshot_or_none",
    "suggested_table",
    "table",
    "tables",
    "unfit",
    "upload",
    "uploads",
    "versions",
]
