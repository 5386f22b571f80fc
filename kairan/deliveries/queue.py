# SPDX-License-Identifier: Apache-2.0
"""Which request leaves next for one recipient: a pure decision over the rows that wait.

Order is the rule: what waits in front holds back what stands behind. The exceptions are for the
resident in a talk: an answer with a living reply token is free, so it does not wait for next
month's quota, and it takes along what waits in front of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kairan.deliveries.models import Channel, Delivery, Method, Waiting
from kairan.line.limits import MESSAGES_PER_REQUEST, RETRY_KEY_HOURS

# A little less than LINE remembers, so that a slow try never falls out of it.
KEY_LIFE = timedelta(hours=RETRY_KEY_HOURS, minutes=-30)
# As mail servers do it among themselves.
MAIL_LIFE = timedelta(days=5)
MAX_PAUSE = 60.0
LONG_PAUSE = 300.0


@dataclass(frozen=True)
class Request:
    """One request to the other side, carrying one delivery or (by reply) several."""

    method: Method
    deliveries: tuple[Delivery, ...]

    @property
    def messages(self) -> list[dict[str, object]]:
        return [message for delivery in self.deliveries for message in delivery.messages]

    @property
    def resolves_doubt(self) -> bool:
        return any(delivery.is_in_doubt for delivery in self.deliveries)


@dataclass(frozen=True)
class Pause:
    until: datetime


@dataclass(frozen=True)
class GiveUp:
    """A message in doubt for longer than LINE remembers (another try could be a second message),
    or a mail that no server took for days: a person must decide."""

    delivery: Delivery


Step = Request | Pause | GiveUp


def next_step(waiting: Sequence[Delivery], now: datetime) -> Step | None:
    """``waiting`` in the order of sending; None when there is nothing (left) to do."""
    if not waiting:
        return None
    head = waiting[0]
    if head.retry_at and head.retry_at > now:
        reply = _reply(waiting, now) if head.waiting == Waiting.QUOTA else None
        return reply or Pause(head.retry_at)
    if head.channel == Channel.MAIL:
        too_old = head.tries and now - head.planned_at > MAIL_LIFE
        return GiveUp(head) if too_old else Request(Method.SMTP, (head,))
    if head.is_in_doubt:
        return _again(head, waiting, now)
    return _reply(waiting, now) or Request(Method.PUSH, (head,))


def _again(head: Delivery, waiting: Sequence[Delivery], now: datetime) -> Step:
    """A try whose outcome is unknown: by the same token while it lives, by the same key after."""
    if head.method == Method.REPLY and head.can_reply(now):
        token = head.reply_token
        same = [d for d in waiting if d.is_in_doubt and d.reply_token == token]
        return Request(Method.REPLY, tuple(same))
    if head.keyed_at and now - head.keyed_at > KEY_LIFE:
        return GiveUp(head)
    return Request(Method.PUSH, (head,))


def _reply(waiting: Sequence[Delivery], now: datetime) -> Request | None:
    """The first living token, with everything that waits in front of it, if it fits."""
    place = next((i for i, d in enumerate(waiting) if d.can_reply(now)), None)
    if place is None:
        return None
    token = waiting[place].reply_token
    last = place
    while last + 1 < len(waiting) and waiting[last + 1].reply_token == token:
        last += 1
    for group in (waiting[: last + 1], waiting[place : last + 1], waiting[place : place + 1]):
        if _fits(group, first=waiting[0]):
            return Request(Method.REPLY, tuple(group))
    return None


def _fits(group: Sequence[Delivery], *, first: Delivery) -> bool:
    if any(d.is_in_doubt or d.channel != Channel.LINE for d in group):
        return False
    # Overtaking is for what waits for the quota only.
    overtakes = group[0] is not first and first.waiting != Waiting.QUOTA
    return not overtakes and sum(len(d.messages) for d in group) <= MESSAGES_PER_REQUEST


def pause(tries: int) -> timedelta:
    """1, 2, 4 … 60 seconds, and five minutes once it has taken long."""
    seconds = min(2.0 ** min(tries - 1, 10), MAX_PAUSE) if tries < 30 else LONG_PAUSE
    return timedelta(seconds=seconds)


def key_is_spent(delivery: Delivery, now: datetime) -> bool:
    """The other side no longer knows this key; a new one is due (nothing was ever taken)."""
    return delivery.keyed_at is not None and now - delivery.keyed_at > KEY_LIFE
