"""What every engine can do: say what it is and answer one SELECT, in Arrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

    from metrion.engines.cancel import CancelToken

Parameter = str | int | float | bool | Decimal | date | datetime | None
Statement = tuple[str, Sequence[Parameter]]
"""One SELECT and its parameters."""


@dataclass(frozen=True)
class Address:
    """Where a database is and who asks it. `tls` also means that its certificate is verified."""

    host: str
    port: int
    user: str
    database: str
    password: str = field(default="", repr=False)
    tls: bool = False
    networks: tuple[str, ...] | None = None
    """Networks in which the host may be though they are not public (see `outgoing`); None: it may be anywhere."""


class Engine(Protocol):
    """Runs compiled SQL of one dialect. Safe for many threads."""

    def describe(self) -> str:
        """Return name and version of the engine, for receipts."""
        ...

    def run(
        self,
        sql: str,
        parameters: Sequence[Parameter] = (),
        *,
        timeout: float | None = None,
        cancel: CancelToken | None = None,
    ) -> pa.Table:
        """Run one SELECT and return its whole answer; `$1`, `$2` ... stand for the parameters.

        Raises `QueryTimeout` after `timeout` seconds (default: the engine's), `QueryCancelled`,
        `QueryTooLarge`, `DivisionByZero`, `NumberOutOfRange`, `EngineUnreachable`, or `EngineFault`.
        """
        ...

    def close(self) -> None:
        """Free what the engine holds. No query may run after it."""
        ...
