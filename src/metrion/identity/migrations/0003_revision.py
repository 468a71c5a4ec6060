"""A new revision with every change of who may do or see what."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from metrion.identity.triggers import statements


def install(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers of this database and the first revision."""
    apps.get_model("identity", "Revision").objects.create(id=1, value=uuid4().hex)
    for statement in statements(editor.connection.vendor):
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Creates the table and the triggers that fill it."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("identity", "0002_rate_limit")]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("value", models.CharField(max_length=32)),
            ],
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
