"""Names that an engine takes in full: PostgreSQL would cut a long one, so that two become the same."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from sqlglot import exp

if TYPE_CHECKING:
    from metrion.semantic.sql.dialects import Dialect

_KEPT: Final = 12
_DIGEST_BYTES: Final = 10


def fitted(statement: exp.Select, dialect: Dialect) -> exp.Select:
    """Give each name that is too long a short one, everywhere the same. The answer's columns are known by place.

    A table or column of the database itself is never too long for it.
    """
    longest = dialect.longest_name
    if longest is None:
        return statement
    for name in statement.find_all(exp.Identifier):
        if dialect.length_of_name(name.name) > longest:
            name.set("this", _short(name.name))
    return statement


def _short(name: str) -> str:
    return f"{name[:_KEPT]} {blake2b(name.encode(), digest_size=_DIGEST_BYTES).hexdigest()}"
