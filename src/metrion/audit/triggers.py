"""Database triggers that refuse to change or delete an entry, whoever asks and with whatever tool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_REFUSE_UPDATE: Final = """
CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END
"""
_REFUSE_DELETE: Final = """
CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END
"""
_REFUSE: Final = """
CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit entries are never changed or deleted' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
_REFUSE_CHANGE: Final = """
CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()
"""
_REFUSE_TRUNCATE: Final = """
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()
"""
INSTALL: Final[Mapping[str, Sequence[str]]] = {
    "sqlite": (_REFUSE_UPDATE, _REFUSE_DELETE),
    "postgresql": (_REFUSE, _REFUSE_CHANGE, _REFUSE_TRUNCATE),
}
REMOVE: Final[Mapping[str, Sequence[str]]] = {
    "sqlite": ("DROP TRIGGER IF EXISTS audit_entry_no_update", "DROP TRIGGER IF EXISTS audit_entry_no_delete"),
    "postgresql": (
        "DROP TRIGGER IF EXISTS audit_entry_no_change ON audit_entry",
        "DROP TRIGGER IF EXISTS audit_entry_no_truncate ON audit_entry",
    ),
}
