"""The demo company as the ground of the measurements: its definitions, and a filled home folder."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import TypeAdapter

from metrion.demo.definitions import GROUPS
from metrion.semantic.model import Definition

HOME = Path(__file__).resolve().parent.parent / ".cache" / "bench-home"


def definitions() -> list[Definition]:
    """Return all definitions of the demo company, parsed."""
    reader: TypeAdapter[Definition] = TypeAdapter(Definition)
    return [reader.validate_python(raw) for group in GROUPS for raw in group.contents()]


def start() -> None:
    """Load Django on the benchmark's home and make its demo company complete."""
    os.environ["METRION_HOME"] = str(HOME)
    os.environ["METRION_LOG_LEVEL"] = "error"
    os.environ["DJANGO_SETTINGS_MODULE"] = "metrion.server.settings"
    import django  # noqa: PLC0415 - settings are read at import: the home must be chosen before

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from metrion.demo.fill import fill  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    fill(lambda _zh, en: print(f"  {en}", flush=True))
