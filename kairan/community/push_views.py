# SPDX-License-Identifier: Apache-2.0
"""A browser asks to be woken, looks whether it still is, and asks to be left alone."""

from __future__ import annotations

import json
from dataclasses import asdict

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kairan.people.positions.holding import CommunityRequest, community
from kairan.push import keys, subscribing
from kairan.push.hosts import MAX_ENDPOINT, NotAPushHost
from kairan.push.models import Subscription
from kairan.push.sending import IMPORTANT, Note
from kairan.push.tasks import send_note
from kairan.talk.queries import unread_of

_MOST_BYTES = 10_000


@require_http_methods(["POST", "DELETE"])
@community
def subscription(request: CommunityRequest) -> JsonResponse:
    """Begin and end; the browser's own ``PushSubscription`` as JSON."""
    given = _given(request)
    if request.method == "DELETE":
        ended = subscribing.unsubscribe(person_id=request.person.pk, endpoint=given["endpoint"])
        return JsonResponse({"on": False, "ended": ended}, status=200 if ended else 404)
    try:
        subscribing.subscribe(
            person_id=request.person.pk,
            session_key=request.session.session_key or "",
            user_agent=request.headers.get("User-Agent", ""),
            **given,
        )
    except (NotAPushHost, subscribing.NotASubscription):
        reason = _("この端末の通知は使えません。役所に電話してください。")
        return JsonResponse({"on": False, "reason": reason}, status=422)
    return JsonResponse({"on": True})


@require_POST
@community
def state(request: CommunityRequest) -> JsonResponse:
    """Whether this browser wakes this person, the key to subscribe with, and all that is unread."""
    endpoint = _given(request)["endpoint"]
    found = _mine(request, endpoint) if endpoint else None
    unread = unread_of(request.seats)
    return JsonResponse({"on": found is not None, "key": keys.public_key(), "unread": unread})


@require_POST
@community
def trial(request: CommunityRequest) -> JsonResponse:
    """A push to this browser alone: that it came, its service worker tells the page."""
    found = _mine(request, _given(request)["endpoint"])
    if found is None:
        return JsonResponse({"sent": False, "reason": _("通知が切れています。")}, status=404)
    note = Note(
        title=_("通知の試し"),
        body=_("この端末に通知が届きます。"),
        url=reverse("community:settings"),
        tag="trial",
        importance=IMPORTANT,
        again=True,
    )
    send_note.defer(priority=10, subscription_id=found.pk, note=asdict(note))
    return JsonResponse({"sent": True})


def _mine(request: CommunityRequest, endpoint: str) -> Subscription | None:
    return subscribing.look_after(
        person_id=request.person.pk,
        session_key=request.session.session_key or "",
        endpoint=endpoint,
    )


def _given(request: HttpRequest) -> dict[str, str]:
    """Words, empty where something else was sent."""
    try:
        body = json.loads(request.body) if len(request.body) <= _MOST_BYTES else {}
    except (ValueError, RecursionError):
        body = {}
    body = body if isinstance(body, dict) else {}
    held = body.get("keys")
    held = held if isinstance(held, dict) else {}
    found = {"endpoint": body.get("endpoint"), **{k: held.get(k) for k in ("p256dh", "auth")}}
    return {
        key: value
        if isinstance(value, str) and value.isascii() and len(value) <= MAX_ENDPOINT
        else ""
        for key, value in found.items()
    }
