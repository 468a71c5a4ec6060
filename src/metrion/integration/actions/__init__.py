"""What people do with data: bring a file, load it, throw it away, edit the calendar, register a database."""

from metrion.integration.actions.calendar import edit_calendar, refresh_calendar, undo_calendar_edit
from metrion.integration.actions.connections import (
    change_connection,
    register_connection,
    remove_connection,
    test_connection,
)
from metrion.integration.actions.founding import found_calendar
from metrion.integration.actions.loading import load_file, load_rows, load_upload
from metrion.integration.actions.recovery import reconcile
from metrion.integration.actions.uploads import discard_upload, read_upload_as, stage_upload

__all__ = [
    "change_connection",
    "discard_upload",
    "edit_calendar",
    "found_calendar",
    "load_file",
    "load_rows",
    "load_upload",
    "read_upload_as",
    "reconcile",
    "refresh_calendar",
    "register_connection",
    "remove_connection",
    "stage_upload",
    "test_connection",
    "undo_calendar_edit",
]
