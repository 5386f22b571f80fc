# SPDX-License-Identifier: Apache-2.0
"""What pages show of the cases given to other systems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.reports.access import visible_cases
from kairan.reports.models import Case, Handover

MOST_SHOWN = 100
FAILED, WAITING, DELIVERED = "failed", "waiting", "delivered"
_STATES: dict[str, tuple[str, ...]] = {
    FAILED: (Handover.State.FAILED,),
    WAITING: Handover.OPEN,
    DELIVERED: (Handover.State.DELIVERED,),
}


def of_case(case: Case) -> list[Handover]:
    """The newest first; also of the cases that were joined into it."""
    own = Q(case=case) | Q(case__joined_into=case)
    return list(Handover.objects.filter(own).select_related("authority").order_by("-id"))


def visible_handovers(person: Person) -> QuerySet[Handover]:
    """Of the cases that the person may handle."""
    cases = visible_cases(person, Permission.HANDLE_CASES)
    return Handover.objects.filter(case__in=cases)


def listed(person: Person, which: str) -> list[Handover]:
    """The latest of one sort, with what a line shows."""
    rows = visible_handovers(person).filter(state__in=_STATES[which])
    return list(rows.select_related("case__kind", "authority").order_by("-id")[:MOST_SHOWN])


def counted(person: Person) -> dict[str, int]:
    """How many there are of each sort."""
    wanted = {name: Count("pk", filter=Q(state__in=states)) for name, states in _STATES.items()}
    return visible_handovers(person).aggregate(**wanted)


def words_of(data: Mapping[str, Any]) -> str:
    """A timeline's line about the talk between the two systems."""
    said = {
        "sent": _("{authority}のシステムに届きました"),
        "failed": _("{authority}のシステムへ送れませんでした"),
        "answer": _("{authority}から返事がありました"),
    }.get(str(data.get("event")), _("{authority}とのやりとり"))
    words = said.format(authority=data.get("authority_name", ""))
    parts = []
    if number := data.get("remote_id"):
        parts.append(_("相手の番号 {number}").format(number=number))
    if status := data.get("status"):
        parts.append(status_in_words(str(status)))
    return f"{words}（{'・'.join(parts)}）" if parts else words


def status_in_words(status: str) -> str:
    """Open311's two; anything else as the other side says it."""
    return {"open": _("対応中"), "closed": _("完了")}.get(status.lower(), status)
