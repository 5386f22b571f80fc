# SPDX-License-Identifier: Apache-2.0
"""Residents' pages behind a secret link: whoever has the link is let in, so it must not leak."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

# Nobody reads faster; somebody who guesses links does.
READS_A_MINUTE = 120
WRITES_AN_HOUR = 60


def secret_page(view: View[P]) -> View[P]:
    """For nobody's memory: not indexed, not kept by caches, told to no other site, and limited.

    The referrer policy is ``same-origin``: other sites hear nothing. ``no-referrer`` would send
    ``Origin: null`` with our own forms, which the CSRF check must refuse.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs) if _may(request) else _slow_down(request)
        patch_cache_control(response, private=True, no_store=True)
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def _may(request: HttpRequest) -> bool:
    who = address_of(request)
    if not _counted(f"residents:read:{who}", 60, READS_A_MINUTE):
        return False
    return request.method != "POST" or _counted(f"residents:write:{who}", 3600, WRITES_AN_HOUR)


def _counted(key: str, seconds: int, most: int) -> bool:
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) <= most
    except ValueError:  # it ended between the two
        return True


def address_of(request: HttpRequest) -> str:
    """Who asks; behind our own proxy the last address that it wrote down."""
    proxies = int(getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0))
    forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",")]
    if proxies and len(forwarded) >= proxies and forwarded[-proxies]:
        return forwarded[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def _slow_down(request: HttpRequest) -> Any:
    return render(request, "429.html", status=429)
