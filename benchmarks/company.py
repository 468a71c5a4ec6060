"""The demo company as the ground of the measurements: its definitions, and a filled home folder."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from metrion.demo.definitions import GROUPS
from metrion.semantic.model import Definition

if TYPE_CHECKING:
    from collections.abc import Callable

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


class Visitor:
    """A signed-in person who calls the application as a web server does: no socket, but all of its layers."""

    def __init__(self, username: str) -> None:
        from django.conf import settings  # noqa: PLC0415 - the home must be chosen before
        from django.contrib.auth import get_user_model, login  # noqa: PLC0415
        from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415
        from django.core.wsgi import get_wsgi_application  # noqa: PLC0415
        from django.middleware.csrf import get_token  # noqa: PLC0415
        from django.test import RequestFactory  # noqa: PLC0415

        request = RequestFactory().get("/")
        request.session = SessionStore()
        login(request, get_user_model().objects.get(username=username))
        request.session.save()
        token, secret = get_token(request), request.META["CSRF_COOKIE"]
        cookies = f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}; {settings.CSRF_COOKIE_NAME}={secret}"
        self._application = get_wsgi_application()
        self._environment = {
            **RequestFactory(headers={"host": "127.0.0.1"}).post("/").environ,
            "CONTENT_TYPE": "application/json",
            "HTTP_COOKIE": cookies,
            "HTTP_X_CSRFTOKEN": token,
        }

    def post(self, path: str, body: bytes) -> bytes:
        """Return the body of the answer. Raises `RuntimeError` where the status is not 200."""
        told: list[str] = []
        environment = {
            **self._environment,
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        }
        written: list[bytes] = []

        def start(status: str, _headers: object, _fault: object = None, /) -> Callable[[bytes], object]:
            told.append(status)
            return written.append

        response = self._application(environment, start)
        answer = b"".join([*written, *response])
        response.close()
        if not told[0].startswith("200"):
            raise RuntimeError(answer.decode())
        return answer
