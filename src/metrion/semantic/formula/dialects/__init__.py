"""The engines on which every function of the catalogue is executed by the tests."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from metrion.semantic.formula.dialects.base import Dialect, Give, Operand
from metrion.semantic.formula.dialects.clickhouse import ClickHouse
from metrion.semantic.formula.dialects.mysql import MySQL
from metrion.semantic.formula.dialects.postgres import Postgres
from metrion.semantic.formula.dialects.spark import Spark

if TYPE_CHECKING:
    from collections.abc import Mapping

DIALECTS: Final[Mapping[str, Dialect]] = MappingProxyType(
    {dialect.name: dialect for dialect in (Dialect(), Postgres(), MySQL(), Spark(), ClickHouse())}
)

__all__ = ["DIALECTS", "Dialect", "Give", "Operand"]
