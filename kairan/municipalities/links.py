# SPDX-License-Identifier: Apache-2.0
"""Addresses that leave the house by LINE and mail: always the town's own."""

from __future__ import annotations

from django.conf import settings

from kairan.municipalities.models import Municipality
from kairan.municipalities.tenancy import current_town


def address_of(municipality: Municipality) -> str:
    """Where the town is reached: scheme and port of the public address, the town's own host."""
    if not municipality.host:
        return str(settings.PUBLIC_URL)
    scheme, _sep, rest = settings.PUBLIC_URL.partition("://")
    _host, colon, port = rest.partition(":")
    return f"{scheme}://{municipality.host}{colon}{port}"


def public_link(path: str) -> str:
    """A page of the entered town for people outside; ``path`` begins with a slash. One query."""
    return address_of(current_town()) + path
