"""Builds a small company in METRION_HOME and prints one API token per person as JSON. Run as a process."""

from __future__ import annotations

import os
import sys

import django
import orjson


def main() -> None:
    """Make tables, people, data, definitions and tokens."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "metrion.server.settings"
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - Django must be loaded first
    from tests.query.shop import Shop  # noqa: PLC0415

    from metrion.identity import actions as identity  # noqa: PLC0415
    from metrion.identity.schemas import TokenNew  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    shop = Shop()
    secrets = {}
    for username, scopes in (
        ("dana", ("data.manage", "data.read", "metric.read", "metric.draft")),
        ("ann", ("metric.read", "metric.draft", "data.read")),
        ("aria", ("metric.read", "change.decide", "data.read")),
        ("boss", ("metric.read",)),
    ):
        token = TokenNew.model_validate({"name": "faults", "scopes": scopes, "days": 2})
        secrets[username] = identity.create_token(shop.actor(username), token).secret
    sys.stdout.buffer.write(orjson.dumps(secrets))


if __name__ == "__main__":
    main()
