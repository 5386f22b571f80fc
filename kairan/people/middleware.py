# SPDX-License-Identifier: Apache-2.0
"""The language of each page: that of who is signed in, else what the browser asks for. And what a
session may not touch that was begun by a code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request

from kairan.lib.language import speaking
from kairan.people.access import came_without_secret, refuse, signed_in


class LanguageMiddleware:
    """Stands behind the sign-in. Django's own knows the browser alone, and stays switched on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        person = signed_in(request)
        language = get_language_from_request(request) if person is None else person.language
        with speaking(language):
            response = self.get_response(request)
        if person is None:
            patch_vary_headers(response, ["Accept-Language"])
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            content: Any = response.streaming_content
            response.streaming_content = _speaking(language, content)
        return response


class OwnSecretMiddleware:
    """Passwords, passkeys and second factors are no matter of a device that came in by a code on
    paper or was let in by another: they open the console, and it could make itself one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_given: Any) -> HttpResponseBase | None:
        match = request.resolver_match
        is_about_sign_in = match is not None and match.route.startswith("accounts/")
        if not is_about_sign_in or not came_without_secret(request):
            return None
        return None if match and match.url_name in _WAYS_OUT else refuse(request)


# They change nothing of how somebody comes in.
_WAYS_OUT = {"account_login", "account_logout", "mfa_login_webauthn"}


def _speaking(language: str, content: Iterable[bytes]) -> Iterator[bytes]:
    """The body of a streamed response is made after the middleware is done."""
    chunks = iter(content)
    while True:
        with speaking(language):
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk
