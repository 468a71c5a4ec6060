"""PostgreSQL."""

from __future__ import annotations

from typing import ClassVar

from metrion.semantic.sql.dialects.base import Dialect


class Postgres(Dialect):
    """PostgreSQL 13 and later."""

    name: ClassVar[str] = "postgres"
