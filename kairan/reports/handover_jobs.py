# SPDX-License-Identifier: Apache-2.0
"""When a handover is sent, tried again, and looked at: the queue's entries, and their times."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from kairan.municipalities.jobs import town_task
from kairan.reports.models import Connection, Handover

# 30 s, 1, 2, 4 … minutes, an hour at most; given up after some two days.
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 3_600.0
MOST_TRIES = 50


@town_task(queue="deliveries", retry=3)
def send(*, handover_id: int) -> None:
    from kairan.reports.handover_work import send_one

    send_one(handover_id)


@town_task(queue="deliveries")
def look(*, handover_id: int) -> None:
    from kairan.reports.handover_work import look_at

    look_at(handover_id)


def send_soon(handover: Handover, at: datetime | None = None) -> None:
    send.defer(lock=_lock(handover), schedule_at=at, handover_id=handover.pk)


def look_soon(handover: Handover) -> None:
    look.defer(lock=_lock(handover), handover_id=handover.pk)


def pause(tries: int, asked: float | None = None) -> timedelta:
    """``asked``: what the other side wants to be left alone for, in seconds."""
    seconds = min(FIRST_PAUSE * 2.0 ** min(tries - 1, 10), LONGEST_PAUSE)
    return timedelta(seconds=max(seconds, asked or 0.0))


def next_look(handover: Handover) -> datetime:
    minutes = Connection.objects.filter(authority=handover.authority_id).values_list(
        "poll_minutes", flat=True
    )
    return timezone.now() + timedelta(minutes=minutes.first() or 30)


def _lock(handover: Handover) -> str:
    return f"handover:{handover.pk}"
