"""Database triggers that refuse to change or delete events and evidence, with whatever tool it is tried."""

from __future__ import annotations

from typing import Final

TABLES: Final = ("governance_approvalevent", "governance_evidence", "governance_evidenceseen")


def install(vendor: str) -> list[str]:
    """Return the statements that make the triggers."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'approval records are never changed or deleted'); END"
            for table in TABLES
            for verb in ("UPDATE", "DELETE")
        ]
    refuse = (
        "CREATE OR REPLACE FUNCTION governance_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'approval records are never changed or deleted'; END $$"
    )
    return [
        refuse,
        *(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION governance_refuse()"
            for table in TABLES
        ),
    ]


def remove(vendor: str) -> list[str]:
    """Return the statements that drop them."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for table in TABLES for verb in ("update", "delete")]
    return [f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}" for table in TABLES]
