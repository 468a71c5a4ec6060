"""Identifiers: UUID version 7, so that they sort by creation time and index well."""

from __future__ import annotations

from uuid import UUID

from uuid_utils import uuid7


def new_id() -> UUID:
    """Return a fresh time-ordered id."""
    return UUID(bytes=uuid7().bytes)
