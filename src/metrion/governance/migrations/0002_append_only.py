"""Events and evidence can be added, never changed or deleted: the database itself refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import migrations

from metrion.governance import triggers

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def install(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers of this database."""
    for statement in triggers.install(editor.connection.vendor):
        editor.execute(statement, params=None)


def remove(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop them."""
    for statement in triggers.remove(editor.connection.vendor):
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Adds the triggers."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("governance", "0001_initial")]
    operations: ClassVar[list[migrations.RunPython]] = [migrations.RunPython(install, remove)]
