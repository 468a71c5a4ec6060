"""The keys of the server itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.base.keyfiles import read_or_create

if TYPE_CHECKING:
    from pathlib import Path


def secret_key(folder: Path) -> str:
    """Return the key that signs cookies and tokens."""
    return read_or_create(folder / "django.key")
