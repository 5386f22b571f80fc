# SPDX-License-Identifier: Apache-2.0
"""The devices on which somebody is signed in: kept known while in use, and ended."""

from __future__ import annotations

import re
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.people.access import WAY_IN
from kairan.people.models import Person
from kairan.people.streams import end_streams
from kairan.push.models import Subscription

# A device that was let in by a code or by another device of its owner stays for a year after it
# was used last.
DEVICE_AGE = timedelta(days=365)
SEEN_EVERY = timedelta(hours=1)
_SEEN = "seen"


def let_in(request: HttpRequest, person: Person, way: str) -> None:
    """Sign in somebody who has used a code, or another device of theirs: for a year, and listed.

    Such a session opens the leaders' pages alone, never the console (``access.staff``). No second
    factor is asked: what let them in is one.
    """
    get_adapter(request).login(request, person)
    request.session[WAY_IN] = way
    request.session[_SEEN] = int(timezone.now().timestamp())
    stay_long(request)
    record_authentication(request, person, method=way)
    UserSession.objects.create_from_request(request)


def stay_long(request: HttpRequest) -> None:
    request.session.set_expiry(int(DEVICE_AGE.total_seconds()))


def seen(request: HttpRequest) -> None:
    """Note, once an hour, that the device is in use: its year begins anew."""
    now = timezone.now()
    if now.timestamp() - request.session.get(_SEEN, 0) < SEEN_EVERY.total_seconds():
        return
    request.session[_SEEN] = int(now.timestamp())
    UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=now)


def sessions_of(person: Person) -> list[UserSession]:
    """Devices that are signed in, the one used last first."""
    known = UserSession.objects.filter(user=person).order_by("-last_seen_at", "-id")
    keys = [session.session_key for session in known]
    living = set(
        Session.objects.filter(pk__in=keys, expire_date__gt=timezone.now()).values_list(
            "pk", flat=True
        )
    )
    return [session for session in known if session.session_key in living]


def devices_of(person: Person) -> list[dict[str, object]]:
    """Each with ``session`` and ``name``."""
    return [
        {"session": session, "name": device_name(session.user_agent)}
        for session in sessions_of(person)
    ]


def end_sessions(person: Person) -> None:
    """By the epoch, whatever sessions there are; and those that we know of leave no trace."""
    Person.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
    known = UserSession.objects.filter(user=person)
    Session.objects.filter(pk__in=list(known.values_list("session_key", flat=True))).delete()
    known.delete()
    Subscription.objects.filter(person_id=person.pk).update(state=Subscription.State.GONE)
    end_streams(person, "person.signed_out")


def end_session(session: UserSession) -> None:
    """One device is signed out: its session, its push, its open pages."""
    forget_push(session.session_key)
    Session.objects.filter(pk=session.session_key).delete()
    end_streams(session.user, "person.signed_out")
    session.delete()


def forget_push(session_key: str) -> None:
    """The device that had this session is not woken any more."""
    asked_there = Subscription.objects.filter(session_key=session_key)
    asked_there.update(state=Subscription.State.GONE)


def revoke(person: Person) -> None:
    """Everything by which the person comes in or is reached: sessions, passkeys, push."""
    Authenticator.objects.filter(user=person).delete()
    end_sessions(person)


_DEVICES = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android.*Mobile", "Androidのスマートフォン"),
    (r"Android", "Androidのタブレット"),
    (r"Windows", "Windowsのパソコン"),
    (r"Macintosh", "Mac"),
    (r"CrOS", "Chromebook"),
    (r"Linux", "Linuxのパソコン"),
)
_BROWSERS = (
    (r"Line/", "LINE"),
    (r"Edg", "Edge"),
    (r"SamsungBrowser", "Samsung Internet"),
    (r"Firefox|FxiOS", "Firefox"),
    (r"Chrome|CriOS", "Chrome"),
    (r"Safari", "Safari"),
)


def device_name(user_agent: str) -> str:
    """「iPhone（Safari）」, in words that its owner knows it by."""
    device = _first(_DEVICES, user_agent) or _("名前の分からない端末")
    browser = _first(_BROWSERS, user_agent)
    return f"{device}（{browser}）" if browser else device


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for pattern, name in names if re.search(pattern, user_agent)), "")
