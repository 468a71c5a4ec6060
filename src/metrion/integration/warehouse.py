"""The one lake and the one engine of this process."""

from __future__ import annotations

from functools import lru_cache

from metrion.base.settings import get_settings
from metrion.engines.duck import DuckEngine
from metrion.lake import Lake


@lru_cache(maxsize=1)
def lake() -> Lake:
    """Return the lake of this installation."""
    settings = get_settings()
    return Lake(settings.lake_path, memory=settings.query_memory)


@lru_cache(maxsize=1)
def engine() -> DuckEngine:
    """Return the embedded engine on the lake."""
    settings = get_settings()
    return DuckEngine(
        lake(), memory=settings.query_memory, copy_bytes=settings.copy_bytes, timeout=settings.query_timeout
    )
