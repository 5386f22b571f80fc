# SPDX-License-Identifier: Apache-2.0
"""Each request enters its town: by host name, else by who is signed in, else the only town."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.http.request import split_domain_port

from kairan.municipalities.models import Municipality
from kairan.municipalities.tenancy import entered_town_id, town

SESSION_KEY = "municipality_id"
MOST_HOSTS = 1_000
# Where each host name led last. Only guesses: the database is asked every time, but it need not be
# told of the town twice when it was the same as before.
_led_to: dict[str, int] = {}


class TownMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path in {"/healthz", "/readyz", "/metrics"}:
            return self.get_response(request)
        found = town_of(request)
        if found is None:
            return HttpResponse("no such town\n", status=404, content_type="text/plain")
        request.town = found  # type: ignore[attr-defined]
        with town(found):
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            content: Any = response.streaming_content
            response.streaming_content = _inside(found, content)
        return response


def town_of(request: HttpRequest) -> Municipality | None:
    """The town whose address was asked for.

    A host name that belongs to no town (an installation of one town, the demo) leads to the town
    of the person who is signed in, else to the default town.
    """
    host = host_of(request)
    found = _by_host_or_default(host)
    if found is None or found.host == host:
        return found
    if signed_in := request.session.get(SESSION_KEY):
        return Municipality.objects.filter(pk=signed_in).first()
    return found


def _by_host_or_default(host: str) -> Municipality | None:
    """One statement. Towns themselves are no secret of any town, so it may run inside a wrong one;
    it does where the guess was wrong."""
    guess = _led_to.get(host)
    if guess is None or entered_town_id() is not None:
        found = _nearest(host)
    else:
        with town(guess):
            found = _nearest(host)
    if found is not None:
        if len(_led_to) >= MOST_HOSTS:
            _led_to.clear()
        _led_to[host] = found.pk
    return found


def _nearest(host: str) -> Municipality | None:
    named = models.Case(models.When(host=host, then=0), default=1)
    return Municipality.objects.order_by(named, "-is_default", "id").first()


def host_of(request: HttpRequest) -> str:
    """The host name asked for, as towns write theirs: in small letters, without port and final dot.

    Else ``Tonari.example`` would belong to no town, and let the people of every town in.
    """
    return split_domain_port(request.get_host())[0]


def _inside(found: Municipality, content: Iterable[bytes]) -> Iterator[bytes]:
    """The body of a streamed response is made after the middleware has left the town."""
    chunks = iter(content)
    while True:
        with town(found):
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk
