"""Rules that hold whatever code runs: immutable versions, one version in force per instant, the search index.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration must call `install` again.
"""

from __future__ import annotations

from sqlite3 import complete_statement
from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = """
CREATE TRIGGER catalog_version_content BEFORE UPDATE OF id, item_id, number, content, digest, base_id, author, created_at
ON catalog_version BEGIN SELECT RAISE(ABORT, 'the content of a version is immutable'); END;

CREATE TRIGGER catalog_version_state BEFORE UPDATE OF state ON catalog_version
WHEN OLD.state <> 'in_review' AND NEW.state <> OLD.state
BEGIN SELECT RAISE(ABORT, 'a decided version keeps its state'); END;

CREATE TRIGGER catalog_publication_fixed BEFORE UPDATE OF id, item_id, version_id, valid_from ON catalog_publication
BEGIN SELECT RAISE(ABORT, 'only the end of a publication may change'); END;

CREATE TRIGGER catalog_publication_approved BEFORE INSERT ON catalog_publication
WHEN NOT EXISTS (SELECT 1 FROM catalog_version v
                 WHERE v.id = NEW.version_id AND v.item_id = NEW.item_id AND v.state = 'approved')
BEGIN SELECT RAISE(ABORT, 'only an approved version of the item is published'); END;

CREATE TRIGGER catalog_publication_insert BEFORE INSERT ON catalog_publication
WHEN EXISTS (SELECT 1 FROM catalog_publication p WHERE p.item_id = NEW.item_id
             AND (NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to)
             AND (p.valid_to IS NULL OR p.valid_to > NEW.valid_from))
BEGIN SELECT RAISE(ABORT, 'one version is in force per instant'); END;

CREATE TRIGGER catalog_publication_update BEFORE UPDATE OF valid_to ON catalog_publication
WHEN EXISTS (SELECT 1 FROM catalog_publication p WHERE p.item_id = NEW.item_id AND p.id <> NEW.id
             AND (NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to)
             AND (p.valid_to IS NULL OR p.valid_to > NEW.valid_from))
BEGIN SELECT RAISE(ABORT, 'one version is in force per instant'); END;

CREATE VIRTUAL TABLE catalog_card_index USING fts5(
  grams, content='catalog_card', content_rowid='id', detail=none, columnsize=0,
  tokenize="unicode61 remove_diacritics 0"
);
CREATE TRIGGER catalog_card_insert AFTER INSERT ON catalog_card
BEGIN INSERT INTO catalog_card_index(rowid, grams) VALUES (NEW.id, NEW.grams); END;
CREATE TRIGGER catalog_card_delete AFTER DELETE ON catalog_card
BEGIN INSERT INTO catalog_card_index(catalog_card_index, rowid, grams) VALUES ('delete', OLD.id, OLD.grams); END;
CREATE TRIGGER catalog_card_update AFTER UPDATE OF grams ON catalog_card
BEGIN
  INSERT INTO catalog_card_index(catalog_card_index, rowid, grams) VALUES ('delete', OLD.id, OLD.grams);
  INSERT INTO catalog_card_index(rowid, grams) VALUES (NEW.id, NEW.grams);
END;
"""

POSTGRESQL = """
CREATE FUNCTION catalog_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF ROW(NEW.id, NEW.item_id, NEW.number, NEW.content, NEW.digest, NEW.base_id, NEW.author, NEW.created_at)
     IS DISTINCT FROM
     ROW(OLD.id, OLD.item_id, OLD.number, OLD.content, OLD.digest, OLD.base_id, OLD.author, OLD.created_at) THEN
    RAISE EXCEPTION 'the content of a version is immutable' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.state <> 'in_review' AND NEW.state <> OLD.state THEN
    RAISE EXCEPTION 'a decided version keeps its state' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER catalog_version_guard BEFORE UPDATE ON catalog_version
FOR EACH ROW EXECUTE FUNCTION catalog_version_guard();

CREATE FUNCTION catalog_publication_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM catalog_item WHERE id = NEW.item_id FOR UPDATE;
  IF TG_OP = 'UPDATE' THEN
    IF ROW(NEW.id, NEW.item_id, NEW.version_id, NEW.valid_from)
       IS DISTINCT FROM ROW(OLD.id, OLD.item_id, OLD.version_id, OLD.valid_from) THEN
      RAISE EXCEPTION 'only the end of a publication may change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  ELSIF NOT EXISTS (SELECT 1 FROM catalog_version v
                    WHERE v.id = NEW.version_id AND v.item_id = NEW.item_id AND v.state = 'approved') THEN
    RAISE EXCEPTION 'only an approved version of the item is published'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM catalog_publication p WHERE p.item_id = NEW.item_id AND p.id <> NEW.id
             AND tstzrange(p.valid_from, p.valid_to) && tstzrange(NEW.valid_from, NEW.valid_to)) THEN
    RAISE EXCEPTION 'one version is in force per instant' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER catalog_publication_guard BEFORE INSERT OR UPDATE ON catalog_publication
FOR EACH ROW EXECUTE FUNCTION catalog_publication_guard();

CREATE INDEX catalog_card_grams ON catalog_card USING gin (string_to_array(grams, ' '));
"""


def install(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make triggers and index in the dialect of the database."""
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRESQL, params=None)
        return
    for statement in _statements(SQLITE):
        editor.execute(statement, params=None)


def _statements(script: str) -> list[str]:
    found: list[str] = []
    part = ""
    for line in script.splitlines(keepends=True):
        part += line
        if part.strip() and complete_statement(part):
            found.append(part)
            part = ""
    return found


class Migration(migrations.Migration):
    """Triggers and the full-text index."""

    dependencies: ClassVar = [("catalog", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(install, elidable=False)]
