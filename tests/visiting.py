# SPDX-License-Identifier: Apache-2.0
"""Visiting an address, and what the answer means in the words of ``addresses``."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse


def visit(client: Client, method: str, url: str) -> HttpResponseBase:
    """An empty form is posted: enough to learn who may post."""
    answer: HttpResponseBase = client.post(url) if method == "post" else client.get(url)
    return answer


def answer_of(response: HttpResponseBase) -> str:
    status = response.status_code
    assert status != 405, "the table names a method that the address does not take"
    assert status < 500
    if status in {301, 302, 303}:
        return _sent_to(response["Location"])
    if status == 401 and b"signed_out" in getattr(response, "content", b""):
        return "login"
    return {403: "403", 404: "404", 410: "gone"}.get(status, "ok")


def _sent_to(location: str) -> str:
    if location.startswith(reverse("account_login") + "?next="):
        return "login"
    if location.startswith(reverse("community:sign_in") + "?next="):
        return "seat"
    return "confirm" if location.startswith(reverse("account_reauthenticate")) else "ok"


def text_of(response: HttpResponseBase) -> str:
    """All that the answer says, its headers too."""
    parts = response.streaming_content if response.streaming else [response.content]  # type: ignore[attr-defined]
    body = b"".join(parts).decode("utf-8", "replace")
    return f"{body}\n{response.headers}"
