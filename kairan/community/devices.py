# SPDX-License-Identifier: Apache-2.0
"""One's own devices: listed, signed out, and new ones let in from one that is in already."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from kairan.community.context import PREFIX
from kairan.community.qr import qr_image
from kairan.community.sign_in import is_in
from kairan.municipalities.links import public_link
from kairan.people.positions.actions import (
    Spent,
    ask_to_join,
    decide_joining,
    end_device,
    issue_own_code,
    join,
)
from kairan.people.positions.codes import hashes_of
from kairan.people.positions.guessing import sender_of
from kairan.people.positions.holding import CommunityRequest, community
from kairan.people.positions.models import DeviceRequest
from kairan.people.sessions import device_name, let_in, sessions_of

WAY = "device"
JOINING = "joining"
# More screens than this do not wait in one town at once.
MOST_WAITING = 200
# Nor does one sender, which may be a meeting room full of leaders, ask more often than this.
MOST_ASKS = 40
ASKS_FOR = timedelta(minutes=10)


@require_safe
@community
def devices(request: CommunityRequest) -> HttpResponse:
    here = request.session.session_key
    rows = [
        {
            "session": session,
            "name": device_name(session.user_agent),
            "is_here": session.session_key == here,
        }
        for session in sessions_of(request.person)
    ]
    passkeys = Authenticator.objects.filter(
        user=request.person, type=Authenticator.Type.WEBAUTHN
    ).order_by("id")
    context = {
        "devices": rows,
        "passkeys": [key.wrap() for key in passkeys],
        "join_address": _spoken("community:join_device"),
    }
    return render(request, "community/devices.html", context)


@require_POST
@community
def end(request: CommunityRequest, session_id: int) -> HttpResponseBase:
    session = get_object_or_404(UserSession, pk=session_id, user=request.person)
    is_here = session.session_key == request.session.session_key
    end_device(acting=request.person, session=session)
    if is_here:
        get_adapter(request).logout(request)
        return redirect("community:sign_in")
    name = device_name(session.user_agent)
    messages.success(request, _("%(device)sをサインアウトしました。") % {"device": name})
    return redirect("community:devices")


@require_POST
@never_cache
@community
def own_code(request: CommunityRequest) -> HttpResponse:
    """Eight digits for the app on the home screen, or a device without a camera."""
    code = issue_own_code(acting=request.person)
    context = {"code": code, "sign_in_address": _spoken("community:sign_in")}
    return render(request, "community/own_code.html", context)


@never_cache
def join_device(request: HttpRequest) -> HttpResponseBase:
    """On the tablet or PC: a QR for its owner's phone, after a tap, so that previews make none."""
    if is_in(request):
        return redirect(PREFIX)
    if request.method != "POST":
        return render(request, "community/join_device.html")
    if _is_too_much(request):
        return render(request, "community/join_device.html", {"is_busy": True}, status=429)
    asked, secret = ask_to_join(user_agent=request.META.get("HTTP_USER_AGENT", ""))
    request.session[JOINING] = asked.pk
    link = public_link(f"{PREFIX}approve/{secret}/")
    context = {"asked": asked, "link": link, "qr": qr_image(link)}
    return render(request, "community/joining.html", context)


def _is_too_much(request: HttpRequest) -> bool:
    """From one sender, or in the whole town."""
    key = f"devices.asked.{sender_of(request)}"
    asked = cache.get(key, 0)
    cache.set(key, asked + 1, ASKS_FOR.total_seconds())
    return asked >= MOST_ASKS or DeviceRequest.objects.waiting().count() >= MOST_WAITING


@require_POST
def waiting(request: HttpRequest) -> HttpResponseBase:
    """Asked every two seconds by the screen that waits: 204 as long as nobody has answered."""
    asked = DeviceRequest.objects.filter(pk=request.session.get(JOINING, 0)).first()
    try:
        if asked is None:
            raise Spent("expired")
        person = join(asked=asked)
    except Spent as spent:
        request.session.pop(JOINING, None)
        return render(request, "community/_not_joined.html", {"reason": spent.reason})
    if person is None:
        return HttpResponse(status=204)
    let_in(request, person, WAY)
    return HttpResponseClientRedirect(PREFIX)


@never_cache
@community
def approve(request: CommunityRequest, secret: str) -> HttpResponseBase:
    """On the phone: are the four digits the same on both screens?"""
    asked = DeviceRequest.objects.filter(secret_hash__in=hashes_of(secret)).first()
    if asked is None:
        return render(request, "community/approve_closed.html", status=404)
    if request.method == "POST":
        return _decide(request, asked)
    if not asked.is_waiting():
        return render(request, "community/approve_closed.html", status=410)
    context = {"asked": asked, "name": device_name(asked.user_agent)}
    return render(request, "community/approve.html", context)


def _spoken(name: str) -> str:
    """An address as people type it."""
    return public_link(reverse(name)).partition("://")[2]


def _decide(request: CommunityRequest, asked: DeviceRequest) -> HttpResponseBase:
    let_in = request.POST.get("decision") == "yes"
    try:
        decide_joining(acting=request.person, asked=asked, let_in=let_in)
    except Spent:
        return render(request, "community/approve_closed.html", status=410)
    if let_in:
        messages.success(request, _("入れました。もうひとつの画面を見てください。"))
    else:
        messages.success(request, _("入れませんでした。"))
    return redirect("community:devices")
