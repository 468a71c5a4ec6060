"""Where a connection may go: the address behind a name, looked up once, judged, and then used as it was judged.

A public address is allowed. Any other (private, loopback, link-local ...) must lie in a network that the operator
has named, so that nobody who registers a connection can make the server speak to its neighbours.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from metrion.engines.errors import AddressNotAllowed, EngineUnreachable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from ipaddress import IPv4Network, IPv6Network

_NAT64: Final = ip_network("64:ff9b::/96")
_LOOPBACK: Final = ip_address("127.0.0.1")
_V4_BITS: Final = 0xFFFF_FFFF


def pinned(host: str, port: int, networks: Sequence[str], name: str) -> str:
    """Return the address to which a host's name leads. `name` is what the database is called in refusals.

    Raises `EngineUnreachable` for an unknown host, and `AddressNotAllowed` unless every address of the host is
    public or in one of the networks.
    """
    allowed = [ip_network(each) for each in networks]
    if host.startswith("/"):  # a socket of this machine
        if not any(_LOOPBACK in network for network in allowed):
            raise AddressNotAllowed(host=host)
        return host
    found = list(_addresses(host, port))
    if not found:
        raise EngineUnreachable(name=name)
    for address in found:
        if not _may(address, allowed):
            raise AddressNotAllowed(host=host)
    return str(found[0])


def _addresses(host: str, port: int) -> Iterator[IPv4Address | IPv6Address]:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    for *_, where in dict.fromkeys(answers):
        yield ip_address(str(where[0]).partition("%")[0])


def _may(address: IPv4Address | IPv6Address, allowed: Sequence[IPv4Network | IPv6Network]) -> bool:
    real = _unwrapped(address)
    return (real.is_global and not real.is_multicast) or any(real in network for network in allowed)


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 one stands for: mapped, 6to4 and NAT64 forms."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & _V4_BITS)
    return address.ipv4_mapped or address.sixtofour or address
