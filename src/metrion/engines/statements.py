"""What may run: exactly one query. For engines that have no transaction which only reads."""

from __future__ import annotations

import logging
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from metrion.engines.errors import EngineFault

_log = logging.getLogger(__name__)


@lru_cache(maxsize=256)
def _is_one_query(sql: str, dialect: str) -> bool:
    try:
        statements = sqlglot.parse(sql, read=dialect)
    except SqlglotError:
        return False
    return len(statements) == 1 and isinstance(statements[0], exp.Query)


def only_a_query(sql: str, dialect: str) -> None:
    """Raise `EngineFault` unless the text is one SELECT; parameters must be in the dialect's own form."""
    if not _is_one_query(sql, dialect):
        _log.error("refused to run what is not one SELECT")
        raise EngineFault
