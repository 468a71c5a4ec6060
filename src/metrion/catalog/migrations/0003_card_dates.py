"""Cards copy the dates of their publication, so that lists and search read one table.

On SQLite the table is rebuilt, which drops its triggers: the last step makes them again.
"""

from __future__ import annotations

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TRIGGERS = (
    """CREATE TRIGGER catalog_card_insert AFTER INSERT ON catalog_card
       BEGIN INSERT INTO catalog_card_index(rowid, grams) VALUES (NEW.id, NEW.grams); END""",
    """CREATE TRIGGER catalog_card_delete AFTER DELETE ON catalog_card
       BEGIN INSERT INTO catalog_card_index(catalog_card_index, rowid, grams)
             VALUES ('delete', OLD.id, OLD.grams); END""",
    """CREATE TRIGGER catalog_card_update AFTER UPDATE OF grams ON catalog_card
       BEGIN
         INSERT INTO catalog_card_index(catalog_card_index, rowid, grams) VALUES ('delete', OLD.id, OLD.grams);
         INSERT INTO catalog_card_index(rowid, grams) VALUES (NEW.id, NEW.grams);
       END""",
)
NAMES = ("catalog_card_insert", "catalog_card_delete", "catalog_card_update")
FILL = """
UPDATE catalog_card SET
  number = (SELECT v.number FROM catalog_publication p JOIN catalog_version v ON v.id = p.version_id
            WHERE p.id = catalog_card.publication_id),
  valid_from = (SELECT p.valid_from FROM catalog_publication p WHERE p.id = catalog_card.publication_id),
  valid_to = (SELECT p.valid_to FROM catalog_publication p WHERE p.id = catalog_card.publication_id),
  deprecated = EXISTS (SELECT 1 FROM catalog_item i WHERE i.id = catalog_card.item_id AND i.deprecated_at IS NOT NULL)
"""
PRUNE = """
DELETE FROM catalog_card WHERE valid_to IS NOT NULL AND EXISTS (
  SELECT 1 FROM catalog_card later WHERE later.item_id = catalog_card.item_id
  AND later.valid_from >= catalog_card.valid_to AND later.valid_from <= CURRENT_TIMESTAMP)
"""


def fill(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Copy the dates; delete the cards of superseded versions."""
    editor.execute(FILL, params=None)
    editor.execute(PRUNE, params=None)
    if editor.connection.vendor == "postgresql":
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE", params=None)


def drop_triggers(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away while the table is rebuilt."""
    if editor.connection.vendor == "sqlite":
        for name in NAMES:
            editor.execute(f"DROP TRIGGER IF EXISTS {name}", params=None)


def make_triggers(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Keep the full-text index in step again, from what the table holds now."""
    if editor.connection.vendor == "sqlite":
        editor.execute("INSERT INTO catalog_card_index(catalog_card_index) VALUES ('rebuild')", params=None)
        for statement in TRIGGERS:
            editor.execute(statement, params=None)


_ASKED = ["domain", "valid_from", "valid_to", "sensitivity", "owner", "steward", "type", "deprecated"]


class Migration(migrations.Migration):
    """Dates on cards, and indexes that answer lists by themselves."""

    dependencies: ClassVar = [("catalog", "0002_guards")]
    operations: ClassVar = [
        migrations.RunPython(drop_triggers, elidable=False),
        migrations.RemoveIndex("card", "catalog_card_zh"),
        migrations.RemoveIndex("card", "catalog_card_en"),
        migrations.RemoveIndex("card", "catalog_card_domain"),
        migrations.RemoveIndex("card", "catalog_card_owner"),
        migrations.AddField("card", "number", models.PositiveIntegerField(null=True)),
        migrations.AddField("card", "valid_from", models.DateTimeField(null=True)),
        migrations.AddField("card", "valid_to", models.DateTimeField(null=True)),
        migrations.AddField("card", "deprecated", models.BooleanField(null=True)),
        migrations.RunPython(fill, elidable=False),
        migrations.AlterField("card", "number", models.PositiveIntegerField()),
        migrations.AlterField("card", "valid_from", models.DateTimeField()),
        migrations.AlterField("card", "deprecated", models.BooleanField()),
        migrations.AddIndex("card", models.Index(fields=["kind", "sort_zh", "code", *_ASKED], name="catalog_card_zh")),
        migrations.AddIndex("card", models.Index(fields=["kind", "sort_en", "code", *_ASKED], name="catalog_card_en")),
        migrations.AddIndex("card", models.Index(fields=["kind", "code", *_ASKED], name="catalog_card_code")),
        migrations.AddIndex("card", models.Index(fields=["kind", *_ASKED, "tags"], name="catalog_card_counts")),
        migrations.AddIndex("card", models.Index(fields=["kind", "valid_from"], name="catalog_card_from")),
        migrations.AddIndex("card", models.Index(fields=["kind", "valid_to"], name="catalog_card_to")),
        migrations.RunPython(make_triggers, elidable=False),
    ]
