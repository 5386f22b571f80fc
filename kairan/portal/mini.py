# SPDX-License-Identifier: Apache-2.0
"""Residents who come through LINE's mini-app: who they are, as LINE itself says."""

from __future__ import annotations

from django.http import HttpRequest

from kairan.municipalities.tenancy import current_town_id
from kairan.residents.models import Resident

SESSION_KEY = "mini_resident"


def resident_of(request: HttpRequest) -> Resident | None:
    """Whom the browser's session belongs to; None for everybody else."""
    kept = request.session.get(SESSION_KEY)
    if not isinstance(kept, dict) or kept.get("town") != current_town_id():
        return None
    return Resident.objects.filter(pk=kept.get("resident")).first()
