"""What the first request would otherwise wait for, done before a worker serves."""

from __future__ import annotations

import contextlib

from django.db import DatabaseError, connection
from django.urls import get_resolver

from metrion.catalog import reads as catalog
from metrion.integration import reads as integration


def warm_up() -> None:
    """Load the routes, start the engine and read the catalogue.

    A database that is not there yet is no reason not to start: `/readyz` tells about it.
    """
    _ = get_resolver().url_patterns
    integration.engine()
    with contextlib.suppress(DatabaseError):
        catalog.catalogue().codes("metric")
    connection.close()
