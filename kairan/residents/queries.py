# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from kairan.residents.models import ContactDetails, Friend, Resident


def to_be_erased() -> QuerySet[Resident]:
    """Residents who asked to be forgotten, the longest wait first."""
    return Resident.objects.filter(erasure_asked_at__isnull=False).order_by("erasure_asked_at")


def friends_of(resident: Resident) -> QuerySet[Friend]:
    """The LINE channels on which the resident can be reached, the latest first."""
    return Friend.objects.filter(resident=resident, blocked_at__isnull=True).order_by("-id")


def contact_about(*, run_key: str | None, report_id: int | None = None) -> str:
    """What contact details are filed under: the run that a report came of, else the report."""
    return f"run:{run_key}" if run_key else f"report:{report_id}"


def contacts_for(abouts: Iterable[str]) -> list[ContactDetails]:
    """What several reports' residents left; only for those who handle their case."""
    return list(ContactDetails.objects.filter(about__in=list(abouts)).order_by("id"))


def contact_for(about: str) -> ContactDetails | None:
    """For the department in charge and for the resident, nobody else."""
    return ContactDetails.objects.filter(about=about).first()


def wants_news(abouts: Iterable[str]) -> dict[str, ContactDetails]:
    """Of those, who gave an address and said yes to news by mail: by what it is filed under."""
    rows = ContactDetails.objects.filter(about__in=list(abouts), news=True)
    return {row.about: row for row in rows if row.email}
