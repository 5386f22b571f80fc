# SPDX-License-Identifier: Apache-2.0
"""One hole in a road that several people have seen: joined by residents, and by a clerk; and a
near case that nobody has joined yet, for whoever wants to try."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from kairan.audit.actors import NamedActor
from kairan.people.models import Membership, Role
from kairan.reports.actions import Answer, Position, join_cases, submit_report
from kairan.reports.models import Case, Report
from kairan.reports.models.cases import Channel
from kairan.residents.models import Resident

RESIDENT = NamedActor("resident", "通報した方")
# (hours ago, channel, metres north, what was written, whether it was joined when it came in)
OTHERS = (
    (20, Channel.LINE, 12, "車道に穴があいています。昨日より大きくなりました。", True),
    (15, Channel.WEB, 25, "自転車の車輪が穴にはまりました。", True),
    (9, Channel.PHONE, 30, "バス停の前の穴。お年寄りがつまずいた。", False),
    (3, Channel.COUNTER, 35, "道路のくぼみに水がたまっています。", None),
)
_DEGREES_PER_METRE = 1 / 111_195


def make_joined() -> None:
    """Needs cases and residents; does nothing in a town without an open hole."""
    hole = (
        Case.objects.open()
        .filter(kind__key="road", longitude__isnull=False, department__isnull=False)
        .newest_first()
        .first()
    )
    if hole is None:
        return
    residents = list(Resident.objects.order_by("id")[:4])
    for place, (hours, channel, metres, text, joined) in enumerate(OTHERS):
        who = residents[place % len(residents)] if channel == Channel.LINE and residents else None
        made = _report(hole, hours, channel, metres, text, who, join=bool(joined))
        if joined is False:
            _join_as_a_clerk(made.case, hole)


def _report(
    hole: Case,
    hours: int,
    channel: str,
    metres: int,
    text: str,
    who: Resident | None,
    *,
    join: bool,
) -> Report:
    at = max(timezone.now() - timedelta(hours=hours), hole.opened_at + timedelta(minutes=5))
    return submit_report(
        acting=RESIDENT,
        kind=hole.kind,
        channel=channel,
        answers=[Answer("どうなっていますか", text)],
        text=text,
        position=Position(hole.longitude or 0, (hole.latitude or 0) + metres * _DEGREES_PER_METRE),
        address=hole.address,
        resident=who,
        submitted_at=min(at, timezone.now()),
        join=hole if join else None,
    )


def _join_as_a_clerk(case: Case, hole: Case) -> None:
    clerks = Membership.objects.filter(role=Role.CLERK).select_related("person")
    own = clerks.filter(department=hole.department).first() or clerks.order_by("id").first()
    if own is not None:
        join_cases(acting=own.person, case=case, into=hole, tell=False)
