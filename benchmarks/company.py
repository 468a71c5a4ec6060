"""The demo company as the ground of the measurements: its definitions, and a filled home folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from metrion.demo.definitions import GROUPS
from metrion.semantic.model import Definition

if TYPE_CHECKING:
    from django.test import Client

HOME = Path(__file__).resolve().parent.parent / ".cache" / "bench-home"


def definitions() -> list[Definition]:
    """Return all definitions of the demo company, parsed."""
    reader: TypeAdapter[Definition] = TypeAdapter(Definition)
    return [reader.validate_python(raw) for group in GROUPS for raw in group.contents()]


def load_django(home: Path) -> None:
    """Load Django on a home folder; once in a process, since settings are read at import."""
    os.environ["METRION_HOME"] = str(home)
    os.environ["METRION_LOG_LEVEL"] = "error"
    os.environ["DJANGO_SETTINGS_MODULE"] = "metrion.server.settings"
    import django  # noqa: PLC0415 - the home must be chosen before

    django.setup()


def start() -> None:
    """Load Django on the benchmark's home and make its demo company complete."""
    load_django(HOME)
    from django.core.management import call_command  # noqa: PLC0415

    from metrion.demo.fill import fill  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    fill(lambda _zh, en: print(f"  {en}", flush=True))


def signed_in(username: str) -> Client:
    """Return a client with a session of that person."""
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.auth import get_user_model, login  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415
    from django.test import Client, RequestFactory  # noqa: PLC0415

    request = RequestFactory().get("/")
    request.session = SessionStore()
    login(request, get_user_model().objects.get(username=username))
    request.session.save()
    client = Client(headers={"host": "127.0.0.1"})
    client.cookies[settings.SESSION_COOKIE_NAME] = str(request.session.session_key)
    return client
