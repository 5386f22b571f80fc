# SPDX-License-Identifier: Apache-2.0
"""One note to one browser, by Web Push (RFC 8030), readable by that browser alone (RFC 8291)."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import structlog
from django.contrib.sessions.models import Session
from django.utils import timezone
from pywebpush import WebPusher

from kairan.push import keys
from kairan.push.hosts import NotAPushHost, checked
from kairan.push.models import Subscription

log = structlog.get_logger(__name__)

TIMEOUT: Final = httpx.Timeout(10.0, connect=4.0)
QUIET, IMPORTANT, URGENT = 0, 1, 2
# Seconds that a push host keeps a note for a phone that is switched off.
_KEPT: Final = {QUIET: 24 * 3600, IMPORTANT: 72 * 3600, URGENT: 24 * 3600}
# "high" reaches a sleeping phone at once; all others wait until it wakes by itself.
_URGENCY: Final = {QUIET: "normal", IMPORTANT: "high", URGENT: "high"}
# RFC 8030: a push host takes 4,096 bytes at least, of which encryption needs some hundred.
MAX_PAYLOAD: Final = 3_000
_TOKEN_LIFE: Final = 12 * 3600
# So often refused for another reason than "gone", and it is taken for gone.
_PATIENCE: Final = 5
_GONE = {404, 410}


class PushDelayed(Exception):
    """Not taken now. ``after``: seconds that the push host asked for."""

    def __init__(self, reason: str, *, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


@dataclass(frozen=True)
class Note:
    """What a phone shows. ``tag``: a later one of the same tag takes its place, there and on the
    way; ``badge``: all that is unread; ``again``: rings though one of its tag is shown."""

    title: str
    body: str
    url: str
    tag: str
    badge: int | None = None
    importance: int = QUIET
    again: bool = False
    number: int = 0

    def payload(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))


def wake(person_ids: Iterable[int], note: Note) -> int:
    """Queue the note for every browser of these people, in the caller's transaction; how many.

    The note waits in the queue as it is: for words that are no secret.
    """
    from kairan.push.tasks import send_note

    active = Subscription.objects.filter(
        person_id__in=list(person_ids), state=Subscription.State.ACTIVE
    )
    found = list(active.values_list("pk", flat=True))
    for subscription_id in found:
        send_note.defer(subscription_id=subscription_id, note=asdict(note))
    return len(found)


def send(subscription: Subscription, note: Note) -> bool:
    """Whether the push host took it. Never inside a transaction. Raises ``PushDelayed``."""
    if not _is_signed_in(subscription):
        _mark_gone(subscription, "signed out")
        return False
    try:
        checked(subscription.endpoint)
    except NotAPushHost:
        _mark_gone(subscription, "not a push host")
        return False
    return _judged(subscription, _posted(subscription, note))


def _is_signed_in(subscription: Subscription) -> bool:
    """Signing a device out removes its session; its push ends with it."""
    return Session.objects.filter(
        session_key=subscription.session_key, expire_date__gt=timezone.now()
    ).exists()


def _posted(subscription: Subscription, note: Note) -> httpx.Response:
    given = {
        "endpoint": subscription.endpoint,
        "keys": {"p256dh": subscription.p256dh, "auth": subscription.auth},
    }
    body = WebPusher(given).encode(note.payload().encode())["body"]
    try:
        return _pool().post(
            subscription.endpoint, content=body, headers=_headers(subscription.endpoint, note)
        )
    except httpx.HTTPError as error:
        raise PushDelayed(type(error).__name__) from error


def _headers(endpoint: str, note: Note) -> dict[str, str]:
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + _TOKEN_LIFE,
        "sub": keys.contact(),
    }
    signed: Mapping[str, Any] = keys.signer().sign(claims)
    headers = {
        "Authorization": str(signed["Authorization"]),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(_KEPT[note.importance]),
        "Urgency": _URGENCY[note.importance],
    }
    # What is urgent is never replaced on its way by what came later.
    return headers if note.importance == URGENT else {**headers, "Topic": note.tag[:32]}


def _judged(subscription: Subscription, answer: httpx.Response) -> bool:
    status = answer.status_code
    if answer.is_success:
        Subscription.objects.filter(pk=subscription.pk).update(
            last_accepted_at=timezone.now(), failures=0, last_error=""
        )
        return True
    log.info("push.refused", host=urlsplit(subscription.endpoint).hostname, status=status)
    if status in _GONE:
        _mark_gone(subscription, f"HTTP {status}")
        return False
    if status == 429 or status >= 500:
        raise PushDelayed(f"HTTP {status}", after=_asked_wait(answer))
    _count_refusal(subscription, f"HTTP {status} {answer.text[:200]}".strip())
    return False


def _asked_wait(answer: httpx.Response) -> float | None:
    written = answer.headers.get("retry-after", "")
    return min(float(written), 3600.0) if written.isascii() and written.isdigit() else None


def _mark_gone(subscription: Subscription, reason: str) -> None:
    Subscription.objects.filter(pk=subscription.pk, endpoint=subscription.endpoint).update(
        state=Subscription.State.GONE, last_error=reason[:300]
    )


def _count_refusal(subscription: Subscription, reason: str) -> None:
    """Refused, and not because it is gone: a wrong key, a wrong clock."""
    failures = subscription.failures + 1
    Subscription.objects.filter(pk=subscription.pk).update(
        failures=failures, last_error=reason[:300]
    )
    if failures >= _PATIENCE:
        _mark_gone(subscription, reason)


_pools: dict[int, httpx.Client] = {}


def _pool() -> httpx.Client:
    """The process's one pool. Keyed by process id: a forked child must not share sockets."""
    pid = os.getpid()
    if pid not in _pools:
        _pools.clear()
        _pools[pid] = httpx.Client(timeout=TIMEOUT, follow_redirects=False)
    return _pools[pid]
