"""Which host names and origins this installation answers to."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from metrion.base.settings import Settings

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


def is_loopback(host: str) -> bool:
    """Tell whether `host`, as given to listen on, can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_https(settings: Settings) -> bool:
    """Tell whether people reach this installation over TLS, so that cookies can insist on it."""
    return urlsplit(settings.public_url).scheme == "https"


def allowed_hosts(settings: Settings) -> list[str]:
    """Return the `Host` values that are answered: this machine's own, the bound address, the public name."""
    public = urlsplit(settings.public_url).hostname
    bound = settings.host if settings.host not in {"0.0.0.0", "::"} else None  # noqa: S104 - compared, not bound
    return list(dict.fromkeys([*_LOOPBACK_NAMES, *(name for name in (bound, public) if name)]))


def trusted_origins(settings: Settings) -> list[str]:
    """Return the origins whose forms are taken although a proxy changed scheme or host."""
    url = urlsplit(settings.public_url)
    return [f"{url.scheme}://{url.netloc}"] if url.scheme and url.netloc else []
