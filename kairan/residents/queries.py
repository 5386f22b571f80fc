# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.db.models import QuerySet

from kairan.residents.models import Friend, Resident


def to_be_erased() -> QuerySet[Resident]:
    """Residents who asked to be forgotten, the longest wait first."""
    return Resident.objects.filter(erasure_asked_at__isnull=False).order_by("erasure_asked_at")


def friends_of(resident: Resident) -> QuerySet[Friend]:
    """The LINE channels on which the resident can be reached, the latest first."""
    return Friend.objects.filter(resident=resident, blocked_at__isnull=True).order_by("-id")
