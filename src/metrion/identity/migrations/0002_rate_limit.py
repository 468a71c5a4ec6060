"""The table of the cache that all web processes share: rate limits and used one-time codes."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Creates the table that Django's database cache uses."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("identity", "0001_initial")]
    operations: ClassVar[list[migrations.CreateModel]] = [
        migrations.CreateModel(
            name="RateLimit",
            fields=[
                ("cache_key", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("value", models.TextField()),
                ("expires", models.DateTimeField(db_index=True)),
            ],
            options={"db_table": "identity_rate_limit"},
        ),
    ]
