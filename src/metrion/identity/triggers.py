"""Triggers that give identity a new revision with every change of who may do or see what.

The revision is a random value, never a counter: one that a rolled-back transaction had never comes
again. The triggers see every change, also one by another program. SQLite drops the triggers of a table
that a later migration rebuilds: such a migration must call `statements` again (a test watches over it).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

WATCHED: Final = {
    "identity_person": (
        "username, password, name_zh, name_en, department_id, attributes, language, is_active, "
        "password_temporary, session_epoch"
    ),
    "identity_department": "code, path, attributes, name_zh, name_en",
    "identity_roleassignment": "person_id, role, department_id",
    "identity_rowpolicy": "dataset, condition, audience, enabled",
    "identity_columngrant": "dataset, column, audience",
}
"""Table -> columns whose change counts. Signing in changes `last_login`, which does not."""


def statements(vendor: str) -> Iterator[str]:
    """Yield the SQL that installs the triggers on this kind of database."""
    if vendor == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION identity_revise() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "INSERT INTO identity_revision (id, value) VALUES (1, replace(gen_random_uuid()::text, '-', '')) "
            "ON CONFLICT (id) DO UPDATE SET value = excluded.value; RETURN NULL; END $$"
        )
    for table, columns in WATCHED.items():
        quoted = ", ".join(f'"{column.strip()}"' for column in columns.split(","))
        for event in ("INSERT", "DELETE", f"UPDATE OF {quoted}"):
            name = f"{table}_revised_{event.split()[0].lower()}"
            head = f"CREATE TRIGGER {name} AFTER {event} ON {table}"
            if vendor == "postgresql":
                yield f"{head} FOR EACH STATEMENT EXECUTE FUNCTION identity_revise()"
            else:
                yield (
                    f"{head} BEGIN INSERT OR REPLACE INTO identity_revision (id, value) "
                    "VALUES (1, lower(hex(randomblob(16)))); END"
                )
