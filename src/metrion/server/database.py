"""Where metadata lives: SQLite in the home folder, or PostgreSQL by one setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from metrion.base.settings import Settings

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000; "
    "PRAGMA foreign_keys=ON; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
)


class Database(TypedDict, total=False):
    """One entry of Django's DATABASES."""

    ENGINE: str
    NAME: str
    USER: str
    PASSWORD: str
    HOST: str
    PORT: str
    CONN_MAX_AGE: int | None
    CONN_HEALTH_CHECKS: bool
    OPTIONS: dict[str, object]


def databases(settings: Settings) -> dict[str, Database]:
    """Return Django's DATABASES for these settings."""
    if settings.database_url is None:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return {
            "default": Database(
                ENGINE="django.db.backends.sqlite3",
                NAME=str(settings.sqlite_path),
                CONN_MAX_AGE=None,
                OPTIONS={"transaction_mode": "IMMEDIATE", "timeout": 10, "init_command": SQLITE_PRAGMAS},
            )
        }
    url = urlsplit(settings.database_url.get_secret_value())
    return {
        "default": Database(
            ENGINE="django.db.backends.postgresql",
            NAME=unquote(url.path.lstrip("/")),
            USER=unquote(url.username or ""),
            PASSWORD=unquote(url.password or ""),
            HOST=url.hostname or "",
            PORT=str(url.port or ""),
            CONN_MAX_AGE=None,
            CONN_HEALTH_CHECKS=True,
            OPTIONS=dict(parse_qsl(url.query)),
        )
    }
