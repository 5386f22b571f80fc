# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.http import HttpRequest


def town(request: HttpRequest) -> dict[str, object]:
    """For every frame: whose pages these are. Empty where no town was found (health checks)."""
    found = getattr(request, "town", None)
    if found is None:
        return {}
    return {"town_name": found.name, "town_phone": found.phone}
