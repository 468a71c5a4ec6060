"""All settings, typed, from environment variables `METRION_*` and `$METRION_HOME/metrion.env`."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from metrion.base.text import Language


class Settings(BaseSettings):
    """The effective settings of one installation. `metrion config` prints them."""

    model_config = SettingsConfigDict(env_prefix="METRION_", extra="ignore", frozen=True)

    home: Path = Field(default=Path.home() / ".metrion", description="Folder for keys, embedded database and lake.")
    database_url: SecretStr | None = Field(
        default=None, description="postgresql://… for metadata; empty means SQLite in the home folder."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port to listen on.")
    public_url: str = Field(default="", description="Address people use in the browser, for links and origin checks.")
    trusted_proxies: int = Field(
        default=0, ge=0, le=10, description="Reverse proxies in front whose X-Forwarded-For is believed."
    )
    workers: int = Field(default=1, ge=1, le=64, description="Web processes.")
    threads: int = Field(default=8, ge=1, le=256, description="Threads per web process.")
    language: Language = Field(default="zh", description="Language of a person who has chosen none.")
    time_zone: str = Field(default="Asia/Shanghai", description="The company's time zone: where a day begins.")
    week_start: Literal["monday", "sunday"] = Field(default="monday", description="First day of the company's week.")
    query_timeout: float = Field(default=30.0, gt=0, description="Seconds after which an analytic query is stopped.")
    query_memory: str = Field(default="2GB", description="Memory limit of the embedded analytic engine.")
    query_row_limit: int = Field(default=100_000, ge=1, description="Most rows that one interactive answer may have.")
    cache_bytes: int = Field(default=256 * 2**20, ge=0, description="Memory for cached results per process, bytes.")
    copy_bytes: int = Field(
        default=256 * 2**20,
        ge=0,
        description="Most bytes per process for copies in memory of data that is often asked for; 0: none.",
    )
    live_seconds: float = Field(
        default=10.0, ge=0, le=3600, description="Longest time that an answer from a live database is given again."
    )
    database_networks: str = Field(
        default="",
        description="Internal networks in which databases may be, such as 10.0.0.0/8,127.0.0.0/8.",
    )
    upload_limit: int = Field(default=2 * 2**30, ge=1, description="Largest upload, bytes.")
    session_hours: int = Field(default=12, ge=1, description="Hours after which an idle session ends.")
    cli_person: str = Field(default="", description="Who the command line acts as when --as is not given.")
    log_format: Literal["json", "console"] = Field(default="json", description="Form of the log on standard error.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least level logged.")

    @field_validator("database_networks")
    @classmethod
    def _networks(cls, value: str) -> str:
        for each in filter(None, map(str.strip, value.split(","))):
            ip_network(each)
        return value

    @property
    def lake_path(self) -> Path:
        """Folder of the Delta tables."""
        return self.home / "lake"

    @property
    def key_path(self) -> Path:
        """Folder of the key files, readable by the owner only."""
        return self.home / "keys"

    @property
    def sqlite_path(self) -> Path:
        """The embedded metadata database."""
        return self.home / "metrion.sqlite3"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the effective settings; `get_settings.cache_clear()` reads them again."""
    first = Settings()
    return Settings(_env_file=first.home / "metrion.env")
