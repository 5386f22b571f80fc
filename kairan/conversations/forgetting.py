# SPDX-License-Identifier: Apache-2.0
"""A resident who asked to be forgotten, once nothing of theirs is left to be decided about."""

from __future__ import annotations

from django.db import transaction

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.conversations.models import InboundEvent
from kairan.deliveries.actions import forget_recipient
from kairan.deliveries.recipients import LineRecipient
from kairan.line.models import FriendMenu
from kairan.reports.models import Report
from kairan.residents.models import Friend, Resident
from kairan.residents.queries import to_be_erased

AT_ONCE = 200


def forget_residents(*, acting: Actor) -> int:
    """Their LINE id, talk, half-made reports and LINE's own events go; returns how many residents.

    Whoever has a report that the town still keeps (under way, undecided, refused) waits: to be
    told how it ends, one must be known. A word on LINE afterwards makes somebody new.
    """
    kept = Report.objects.filter(resident__isnull=False).values("resident")
    done = 0
    for resident in to_be_erased().exclude(pk__in=kept)[:AT_ONCE]:
        with transaction.atomic():
            _forget(acting, resident)
        done += 1
    return done


def _forget(acting: Actor, resident: Resident) -> None:
    asked = resident.erasure_asked_at
    for friend in Friend.objects.filter(resident=resident):
        InboundEvent.objects.of(friend.channel_id, friend.user_id).delete()
        FriendMenu.objects.filter(channel_id=friend.channel_id, user_id=friend.user_id).delete()
        forget_recipient(LineRecipient(friend.channel_id, friend.user_id))
    record(
        acting=acting,
        verb="resident.forgotten",
        target=resident,
        changes={"asked_at": (asked.isoformat() if asked else None, None)},
    )
    resident.delete()
