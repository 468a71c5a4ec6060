"""What people do with data: bring a file, load it into a table, throw it away, edit the calendar."""

from metrion.integration.actions.calendar import edit_calendar, refresh_calendar, undo_calendar_edit
from metrion.integration.actions.founding import found_calendar
from metrion.integration.actions.loading import load_file, load_rows, load_upload
from metrion.integration.actions.recovery import reconcile
from metrion.integration.actions.uploads import discard_upload, read_upload_as, stage_upload

__all__ = [
    "discard_upload",
    "edit_calendar",
    "found_calendar",
    "load_file",
    "load_rows",
    "load_upload",
    "read_upload_as",
    "reconcile",
    "refresh_calendar",
    "stage_upload",
    "undo_calendar_edit",
]
