# SPDX-License-Identifier: Apache-2.0
"""Which addresses may be called: https to public ones, and to networks that the operator names.

Whoever fills in an address must not be able to make the town's server knock at its neighbours in
the same data centre. The name is resolved once, judged, and exactly that address is called.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from kairan.partners.errors import NotAllowed, Temporary

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
_LOCAL = "localhost"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Target:
    """``url``: with the address in the place of the name, which stands in ``host``."""

    url: httpx.URL
    host: str
    name: str


def target_of(address: str) -> Target:
    """Raises ``NotAllowed``; ``Temporary`` where the name cannot be resolved now."""
    url = read_address(address)
    ip = _resolved(url.host, url.port or (443 if url.scheme == "https" else 80))
    if url.scheme == "http" and not (settings.DEMO and ip.is_loopback):
        raise NotAllowed(_("アドレスは https:// で始めてください。"))
    if not is_allowed(ip):
        raise NotAllowed(_("このアドレスは、市の内側のネットワークを指しています。"))
    netloc = url.netloc.decode("ascii")
    return Target(url.copy_with(host=str(ip)), netloc, url.host)


def read_address(address: str) -> httpx.URL:
    """What the form is checked by: no look-up. Raises ``NotAllowed``."""
    try:
        url = httpx.URL(address.strip())
    except httpx.InvalidURL as error:
        raise NotAllowed(_("アドレスの形ではありません。")) from error
    schemes = {"http", "https"} if settings.DEMO else {"https"}
    if url.scheme not in schemes:
        raise NotAllowed(_("アドレスは https:// で始めてください。"))
    if not url.host or url.userinfo:
        raise NotAllowed(_("アドレスの形ではありません。"))
    return url


def is_allowed(ip: Ip) -> bool:
    ip = _meant(ip)
    if any(ip in network for network in settings.PARTNER_NETWORKS):
        return True
    return ip.is_global and not ip.is_multicast


def _meant(ip: Ip) -> Ip:
    """The IPv4 address within one of IPv6 that leads there: mapped, 6to4, or NAT64 (RFC 6052)."""
    if not isinstance(ip, ipaddress.IPv6Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip


def _resolved(host: str, port: int) -> Ip:
    """Names below «localhost» are this machine (RFC 6761)."""
    if host == _LOCAL or host.endswith("." + _LOCAL):
        return ipaddress.ip_address("127.0.0.1")
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Temporary(_("相手のアドレスが見つかりません。")) from error
    return ipaddress.ip_address(str(found[0][4][0]).partition("%")[0])
