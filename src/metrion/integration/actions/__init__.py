"""What people do with data: bring a file, load it into a table, throw it away."""

from metrion.integration.actions.loading import load_file, load_rows, load_upload
from metrion.integration.actions.recovery import reconcile
from metrion.integration.actions.uploads import discard_upload, read_upload_as, stage_upload

__all__ = [
    "discard_upload",
    "load_file",
    "load_rows",
    "load_upload",
    "read_upload_as",
    "reconcile",
    "stage_upload",
]
