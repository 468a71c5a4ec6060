"""The foreign databases that datasets may live in: one file, one engine for each, opened when first asked.

`connections.toml` in METRION_HOME, readable by its owner only:

    [sales]
    kind = "postgres"                 # postgres, mysql or clickhouse
    host = "10.0.0.5"
    database = "sales"
    user = "metrion_reader"           # an account that may SELECT and nothing else
    password_file = "/run/secrets/sales"   # or password_env = "SALES_PASSWORD"

Optional: port, timeout (seconds), time_zone (PostgreSQL: the zone of timestamps with a zone), tls = true.
"""

from __future__ import annotations

import os
import stat
import tomllib
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from metrion.base.errors import NotFound
from metrion.engines.clickhouse import ClickHouseEngine, http_client
from metrion.engines.engine import Address
from metrion.engines.errors import BadConnections
from metrion.engines.mysql import MySQLEngine
from metrion.engines.postgres import PostgresEngine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.engines.engine import Engine

Kind = Literal["postgres", "mysql", "clickhouse"]
_PORTS: Final[dict[Kind, int]] = {"postgres": 5432, "mysql": 3306, "clickhouse": 8123}
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class Connection(BaseModel):
    """One foreign database. The password is never in the file: another file or a variable holds it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    host: Annotated[str, Field(min_length=1)]
    database: Annotated[str, Field(min_length=1)]
    user: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    password_file: Path | None = None
    password_env: str = ""
    time_zone: str = "UTC"
    timeout: Annotated[float, Field(gt=0, le=3600)] = 30.0
    tls: bool = False

    @model_validator(mode="after")
    def _one_password(self) -> Connection:
        if self.password_file is not None and self.password_env:
            message = "password_file and password_env exclude each other"
            raise ValueError(message)
        return self

    @property
    def dialect(self) -> str:
        """Return the SQL dialect in which the database is asked."""
        return self.kind

    def address(self, password: str) -> Address:
        """Return where the database is and who asks it."""
        return Address(
            self.host, self.port or _PORTS[self.kind], self.user, self.database, password=password, tls=self.tls
        )


class Connections:
    """The engines of the connections of one file. Safe for many threads."""

    def __init__(self, connections: Mapping[str, Connection]) -> None:
        self._connections = dict(connections)
        self._engines: dict[str, Engine] = {}
        self._lock = Lock()

    @classmethod
    def read(cls, path: Path) -> Connections:
        """Return the connections of a file; none where there is no file. Raises `BadConnections`."""
        if not path.exists():
            return cls({})
        if path.stat().st_mode & _OTHERS:
            raise BadConnections(
                reason_zh="其他用户可以读取它，请执行 chmod 600。", reason_en="others may read it; use chmod 600."
            )
        try:
            return cls(
                {code: Connection.model_validate(each) for code, each in tomllib.loads(path.read_text()).items()}
            )
        except tomllib.TOMLDecodeError as broken:
            raise BadConnections(reason_zh="不是有效的 TOML。", reason_en="it is no valid TOML.") from broken
        except ValidationError as wrong:
            where = ", ".join(str(each["loc"][-1]) if each["loc"] else each["msg"] for each in wrong.errors())
            raise BadConnections(
                reason_zh=f"{wrong.title} 的字段不正确（{where}）。", reason_en=f"wrong fields: {where}."
            ) from wrong

    def codes(self) -> list[str]:
        """Return the codes of all connections, sorted."""
        return sorted(self._connections)

    def connection(self, code: str) -> Connection:
        """Return what the file says about a connection; raises `NotFound`."""
        if code not in self._connections:
            raise NotFound(kind_zh="数据库连接", kind_en="connection", key=code)
        return self._connections[code]

    def engine(self, code: str) -> Engine:
        """Return the engine of a connection, the same for all. Raises `NotFound`, `BadConnections`, `DriverMissing`."""
        connection = self.connection(code)
        with self._lock:
            if code not in self._engines:
                self._engines[code] = _engine(connection)
            return self._engines[code]

    def close(self) -> None:
        """Close all engines that were opened."""
        with self._lock:
            while self._engines:
                self._engines.popitem()[1].close()


def _password(connection: Connection) -> str:
    if connection.password_env:
        found = os.environ.get(connection.password_env)
        if found is None:
            name = connection.password_env
            raise BadConnections(reason_zh=f"环境变量 {name} 未设置。", reason_en=f"the variable {name} is not set.")
        return found
    if connection.password_file is None:
        return ""
    try:
        return connection.password_file.read_text().removesuffix("\n")
    except OSError as unread:
        raise BadConnections(reason_zh="无法读取密码文件。", reason_en="the password file cannot be read.") from unread


def _engine(connection: Connection) -> Engine:
    address = connection.address(_password(connection))
    match connection.kind:
        case "postgres":
            return PostgresEngine(address, time_zone=connection.time_zone, timeout=connection.timeout)
        case "mysql":
            return MySQLEngine(address, timeout=connection.timeout)
        case "clickhouse":
            return ClickHouseEngine(partial(http_client, address), timeout=connection.timeout)
