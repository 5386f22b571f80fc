# SPDX-License-Identifier: Apache-2.0
"""What the residents' frame shows on every page: whose it is, whom to call."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

_FRAMED = ("/r/", "/report/", "/mini/", "/talk/", "/privacy/")


def frame(request: HttpRequest) -> dict[str, object]:
    """Empty for staff's pages."""
    town = getattr(request, "town", None)
    if town is None or not (request.path == "/" or request.path.startswith(_FRAMED)):
        return {}
    return {
        "town_name": town.name,
        "town_phone": town.phone,
        "home_url": reverse("portal:home"),
        "privacy_url": reverse("portal:privacy"),
    }
