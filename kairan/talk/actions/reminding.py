# SPDX-License-Identifier: Apache-2.0
"""未読の人に再通知, by hand and by the clock: told again are those alone who have not read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from kairan.audit.actions import record
from kairan.people.models import Person
from kairan.talk.access import Here, ask
from kairan.talk.limits import REMIND_AFTER, REMIND_AT, REMIND_FOR, RENOTIFY_AFTER
from kairan.talk.models import Member, Message, Recipient
from kairan.talk.troubles import EverybodyHasRead, IsRecalled, TooSoon

# A clock that stood still for longer waits for its next time.
LATE_BY = timedelta(hours=3)


def renotify(*, acting: Person, here: Here, message: Message, now: datetime | None = None) -> int:
    """Tell those again who have not read (of a 必読: not confirmed); how many are told.

    Whoever wrote it may, the office, and who manages the room. Raises ``PermissionDenied``,
    ``IsRecalled``, ``TooSoon``, ``EverybodyHasRead``.
    """
    now = now or timezone.now()
    ask(
        may_renotify(here, message),
        _("再通知できるのは、送った人と、窓口と、トークの管理をする人です。"),
    )
    with transaction.atomic():
        locked = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
        if locked.recalled_at is not None:
            raise IsRecalled
        waiting = _waiting().filter(message=locked)
        last = Recipient.objects.filter(message=locked).aggregate(at=Max("reminded_at"))["at"]
        if last is not None and now - last < RENOTIFY_AFTER:
            raise TooSoon(timezone.localtime(last + RENOTIFY_AFTER).strftime("%H:%M"))
        told = _tell(waiting, now)
        if not told:
            raise EverybodyHasRead
        record(acting=acting, verb="talk.renotified", target=locked, summary=str(told))
        defer_tell(locked)
        return told


def may_renotify(here: Here, message: Message) -> bool:
    mine = message.position_id in here.held
    return here.may_act and (mine or here.seat.is_desk or here.manages)


def remind_all(now: datetime | None = None) -> int:
    """必読: morning and evening, whoever has not confirmed is told again; how many messages.

    Run as often as you like: each is reminded once after each of the hours, and only for a message
    that had been there for a while.
    """
    now = now or timezone.now()
    due = last_hour(now)
    if now - due > LATE_BY:
        return 0
    waiting = _waiting().filter(
        Q(reminded_at=None) | Q(reminded_at__lt=due),
        confirmed_at=None,
        message__must_confirm=True,
        message__recalled_at=None,
        message__sent_at__lt=due - REMIND_AFTER,
        message__sent_at__gt=now - REMIND_FOR,
        message__room__closed_at=None,
    )
    messages = Message.objects.filter(pk__in=waiting.values("message")).order_by("pk")
    return sum(_remind(message, due, now) for message in messages)


def last_hour(now: datetime) -> datetime:
    """The last of the hours of ``REMIND_AT`` that has struck."""
    local = timezone.localtime(now)
    hours = [
        timezone.make_aware(datetime.combine(day, hour))
        for day in (local.date() - timedelta(days=1), local.date())
        for hour in REMIND_AT
    ]
    return max(hour for hour in hours if hour <= now)


def _remind(message: Message, due: datetime, now: datetime) -> bool:
    with transaction.atomic():
        locked = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
        waiting = _waiting().filter(Q(reminded_at=None) | Q(reminded_at__lt=due), message=locked)
        if locked.recalled_at is not None or not _tell(waiting, now):
            return False
        defer_tell(locked)
        return True


def _waiting() -> QuerySet[Recipient]:
    """Recipients still in the room who have not read, of a 必読 who have not confirmed."""
    here = Member.objects.present().filter(room=OuterRef("room"), position=OuterRef("position"))
    return Recipient.objects.filter(
        Q(read_at=None) | Q(message__must_confirm=True, confirmed_at=None), Exists(here)
    )


def _tell(waiting: QuerySet[Recipient], now: datetime) -> int:
    ids: Iterable[int] = list(waiting.order_by("pk").values_list("pk", flat=True))
    return Recipient.objects.filter(pk__in=ids).update(
        reminded_at=now, reminders=F("reminders") + 1, told_at=None
    )


def defer_tell(message: Message) -> None:
    """The job that pushes and mails; one that waits already will see these too."""
    from kairan.talk.tasks import tell

    try:
        with transaction.atomic():
            tell.defer(
                room_id=message.room_id,
                message_id=message.pk,
                again=True,
                queueing_lock=f"talk:{message.room_id}:{message.pk}",
            )
    except AlreadyEnqueued:
        pass
