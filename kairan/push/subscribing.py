# SPDX-License-Identifier: Apache-2.0
"""Browsers come and go: a subscription belongs to one person, and to the session it was made in."""

from __future__ import annotations

import re
from collections.abc import Collection
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction

from kairan.push.hosts import checked
from kairan.push.keys import decoded
from kairan.push.models import Subscription

# Somebody's devices, and those they no longer have: the oldest give way.
MOST_OF_A_PERSON = 20
_POINT, _SECRET = 65, 16
# What is none of its letters a decoder passes over, and a column does not take.
_BASE64 = re.compile(r"[A-Za-z0-9_+/-]{1,100}={0,2}")


class NotASubscription(ValueError):
    """What the browser sent cannot be written to."""


def subscribe(
    *, person_id: int, session_key: str, endpoint: str, p256dh: str, auth: str, user_agent: str = ""
) -> Subscription:
    """This browser wakes this person from now on, and nobody else.

    Raises ``NotAPushHost`` and ``NotASubscription``.
    """
    checked(endpoint)
    _check_keys(p256dh, auth)
    with transaction.atomic():
        subscription, _made = Subscription.objects.update_or_create(
            endpoint_hash=hash_of(endpoint),
            defaults={
                "endpoint": endpoint,
                "person_id": person_id,
                "session_key": session_key,
                "p256dh": p256dh,
                "auth": auth,
                "user_agent": user_agent[:300],
                "state": Subscription.State.ACTIVE,
                "failures": 0,
                "last_error": "",
            },
        )
        mine = Subscription.objects.filter(person_id=person_id).order_by("-id")
        mine.filter(pk__in=list(mine.values_list("pk", flat=True)[MOST_OF_A_PERSON:])).delete()
    return subscription


def look_after(*, person_id: int, session_key: str, endpoint: str) -> Subscription | None:
    """The person's own subscription of this browser, tied to the session of now; None: they have
    none here, or one that is gone."""
    mine = Subscription.objects.filter(
        person_id=person_id, endpoint_hash=hash_of(endpoint), state=Subscription.State.ACTIVE
    )
    found = mine.first()
    if found is not None and found.session_key != session_key:
        mine.update(session_key=session_key)
    return found


def unsubscribe(*, person_id: int, endpoint: str) -> bool:
    """False where the person has no such subscription."""
    mine = Subscription.objects.filter(person_id=person_id, endpoint_hash=hash_of(endpoint))
    return mine.delete()[0] > 0


def end_sessions(session_keys: Collection[str]) -> int:
    """Devices are signed out: they wake nobody any more."""
    return Subscription.objects.filter(session_key__in=session_keys).delete()[0]


def end_persons(person_ids: Collection[int]) -> int:
    """All devices of these people, as at a handover."""
    return Subscription.objects.filter(person_id__in=person_ids).delete()[0]


def hash_of(endpoint: str) -> str:
    return sha256(endpoint.encode()).hexdigest()


def _check_keys(p256dh: str, auth: str) -> None:
    if not (_BASE64.fullmatch(p256dh) and _BASE64.fullmatch(auth)):
        raise NotASubscription("keys")
    try:
        point, secret = decoded(p256dh), decoded(auth)
        if len(point) != _POINT or len(secret) != _SECRET:
            raise NotASubscription("keys")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise NotASubscription("keys") from error
