"""The WSGI application."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from metrion.server.orphans import leave_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "metrion.server.settings")
leave_with_parent()
application = get_wsgi_application()

from metrion.server.warmth import warm_up  # noqa: E402 - the rooms need Django to be set up

warm_up()
