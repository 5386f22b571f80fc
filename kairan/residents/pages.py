# SPDX-License-Identifier: Apache-2.0
"""Residents' pages behind a secret link: whoever has the link is let in, so it must not leak."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from functools import wraps
from hashlib import sha256
from time import time
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

# Links are too long to be guessed; somebody who tries shall not keep the database busy either.
# Right links are never counted: thousands of phones may share one address of their carrier.
GUESSES_A_MINUTE = 60
WRITES_AN_HOUR = 60


class LinkOver(Exception):
    """The link was right once; what it opened has been over for too long."""


def secret_page(view: View[P]) -> View[P]:
    """For nobody's memory: not indexed, not kept by caches, told to no other site, and limited.

    The referrer policy is ``same-origin``: other sites hear nothing. ``no-referrer`` would send
    ``Origin: null`` with our own forms, which the CSRF check must refuse.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        guesses = f"residents:guess:{address_of(request)}"
        if _so_far(guesses, 60) >= GUESSES_A_MINUTE or _writes_too_much(request, kwargs):
            return _private(_slow_down(request))
        try:
            return _private(view(request, *args, **kwargs))
        except LinkOver:
            return _private(render(request, "residents/link_over.html", status=410))
        except Http404:
            _count(guesses, 60)
            raise

    return guarded


def _private(response: HttpResponseBase) -> HttpResponseBase:
    patch_cache_control(response, private=True, no_store=True)
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _writes_too_much(request: HttpRequest, names: Mapping[str, object]) -> bool:
    """For each link by itself. The table of counts does not hold the link."""
    if request.method != "POST":
        return False
    link = sha256(str(names.get("token") or names.get("link")).encode()).hexdigest()
    return _count(f"residents:write:{link[:32]}", 3600) > WRITES_AN_HOUR


def _count(name: str, seconds: int) -> int:
    """How often by now. A trap: ``cache.incr`` would put the end of the count off each time."""
    count = _so_far(name, seconds) + 1
    cache.set(_of_now(name, seconds), count, seconds)
    return count


def _so_far(name: str, seconds: int) -> int:
    return int(cache.get(_of_now(name, seconds), 0))


def _of_now(name: str, seconds: int) -> str:
    """By the clock's minutes or hours: each begins anew."""
    return f"{name}:{int(time()) // seconds}"


def address_of(request: HttpRequest) -> str:
    """Who asks: an IPv4 address, or an IPv6 network of 64 bits, which is one subscriber's."""
    asking = _written_address(request)
    try:
        network = ipaddress.ip_network((asking, 64 if ":" in asking else 32), strict=False)
    except ValueError:
        return asking[:60]
    return str(network.network_address)


def _written_address(request: HttpRequest) -> str:
    """Behind our own proxy the last address that it wrote down."""
    proxies = int(getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0))
    forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",")]
    if proxies and len(forwarded) >= proxies and forwarded[-proxies]:
        return forwarded[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def _slow_down(request: HttpRequest) -> Any:
    return render(request, "429.html", status=429)
