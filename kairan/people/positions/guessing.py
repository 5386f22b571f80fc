# SPDX-License-Identifier: Apache-2.0
"""Guessing codes ends soon: each wrong one is counted, the waits grow, and the office hears of it.

A code has eight digits, and a town some hundreds of living ones at most: at two hundred guesses a
day somebody would need years. The secret of a QR cannot be guessed; its wrong ones are counted too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import PROGRAM, Actor
from kairan.municipalities.tenancy import current_town_id
from kairan.people import tasks
from kairan.people.positions.codes import hash_of
from kairan.people.positions.models import WrongCode

WINDOW = timedelta(days=1)
# So many wrong ones within the window → so long after the last one nothing is tried any more.
SENDER_WAITS = (
    (20, timedelta(days=1)),
    (10, timedelta(minutes=15)),
    (5, timedelta(minutes=1)),
)
TOWN_WAITS = ((200, timedelta(hours=1)), (60, timedelta(minutes=10)))
# From so many on the office is told, once an hour at most.
SENDER_TELLS = 10
TOWN_TELLS = 60
TELL_EVERY = timedelta(hours=1)
_LOCK = 0x6775  # "gu", apart from other locks of the house


def sender_of(request: HttpRequest) -> str:
    return hash_of(_network(str(get_adapter(request).get_client_ip(request))))


def _network(address: str) -> str:
    """Of IPv6 the half that a provider gives to one connection: the rest is its owner's to choose,
    another one for each guess."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((int(found), 64), strict=False))


@contextmanager
def in_turn() -> Iterator[None]:
    """A transaction in which nobody else of the town tries a code: whoever sends a hundred guesses
    at once gets as far as with one after the other."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, current_town_id()])
        yield


def locked_until(sender: str, *, typed: bool) -> datetime | None:
    """Until when this sender has to wait, or the whole town where digits are typed; else None."""
    now = timezone.now()
    recent = WrongCode.objects.filter(at__gt=now - WINDOW)
    ends = [_wait(recent.filter(sender=sender), SENDER_WAITS)]
    if typed:
        ends.append(_wait(recent, TOWN_WAITS))
    return max((end for end in ends if end is not None and end > now), default=None)


def _wait(wrong: QuerySet[WrongCode], waits: tuple[tuple[int, timedelta], ...]) -> datetime | None:
    times = list(wrong.order_by("-at").values_list("at", flat=True)[: waits[0][0]])
    for count, wait in waits:
        if len(times) >= count:
            return times[0] + wait
    return None


@transaction.atomic
def count_wrong(sender: str) -> None:
    """One more guess; from some number on the office gets a mail and a line in the record."""
    WrongCode.objects.create(sender=sender)
    recent = WrongCode.objects.filter(at__gt=timezone.now() - WINDOW)
    of_town = recent.count()
    if recent.filter(sender=sender).count() < SENDER_TELLS and of_town < TOWN_TELLS:
        return
    if cache.add(f"codes.guessed.{current_town_id()}", 1, TELL_EVERY.total_seconds()):
        record(acting=PROGRAM, verb="code.guessed", summary=str(of_town))
        tasks.mail_guessing.defer(count=of_town)


def wrong_today() -> int:
    """For the console: how many guesses the last day saw."""
    return WrongCode.objects.filter(at__gt=timezone.now() - WINDOW).count()


def is_locked_somewhere() -> bool:
    """Whether anybody has to wait now."""
    recent = WrongCode.objects.filter(at__gt=timezone.now() - WINDOW)
    senders = recent.values_list("sender", flat=True).distinct()
    return any(locked_until(sender, typed=True) for sender in senders[:200])


@transaction.atomic
def lift(*, acting: Actor) -> None:
    """Forget the guesses, so that everybody may try again at once."""
    count, _by_model = WrongCode.objects.all().delete()
    if count:
        record(acting=acting, verb="code.unlocked", summary=str(count))


def forget_old() -> None:
    WrongCode.objects.filter(at__lt=timezone.now() - WINDOW * 7).delete()
