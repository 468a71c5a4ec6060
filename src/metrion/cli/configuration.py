"""`config`, `openapi`, `version`: what this installation is set to."""

from __future__ import annotations

import sys
from typing import Literal
from urllib.parse import urlsplit

import orjson
from pydantic import SecretStr

from metrion import __version__
from metrion.base.settings import Settings, get_settings
from metrion.cli.output import table

_MASK = "******"


def masked(value: object) -> str:
    """Return a setting as it may be shown: of an address with a password, everything but the password."""
    if not isinstance(value, SecretStr):
        return "" if value is None else str(value)
    url = urlsplit(value.get_secret_value())
    if not url.password:
        return _MASK
    return url._replace(netloc=url.netloc.replace(f":{url.password}@", f":{_MASK}@")).geturl()


def config(*, format: Literal["table", "json"] = "table") -> None:  # noqa: A002 - the name of the option
    """Show the effective settings, secrets masked.

    Settings come from `METRION_*` in the environment, then from `metrion.env` in the home folder.
    """
    settings = get_settings()
    fields = Settings.model_fields
    shown = {name: masked(getattr(settings, name)) for name in fields}
    if format == "json":
        sys.stdout.buffer.write(orjson.dumps(shown, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS) + b"\n")
        return
    rows = [(f"METRION_{name.upper()}", shown[name], field.description or "") for name, field in fields.items()]
    print(table(("setting", "value", "meaning"), rows))


def openapi() -> None:
    """Print the OpenAPI description of the API, as the front end's types are made from it."""
    from metrion.server.api import openapi as describe  # noqa: PLC0415 - `metrion config` must not need Django

    sys.stdout.buffer.write(orjson.dumps(describe(), option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS) + b"\n")


def version() -> None:
    """Print the version."""
    print(__version__)
