# SPDX-License-Identifier: Apache-2.0
"""Telling a person what was just done, with a way back: on full pages and in htmx answers."""

import json
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

UNDO_PREFIX: Final = "undo="


def say(request: HttpRequest, text: str, *, undo_url: str = "") -> None:
    """Show `text` on the next page; with `undo_url`, a button 「元に戻す」 that posts there."""
    messages.success(request, text, extra_tags=f"{UNDO_PREFIX}{undo_url}" if undo_url else "")


def toast(response: HttpResponse, text: str, *, undo_url: str = "") -> HttpResponse:
    """Add to an htmx answer the order to show `text`; the same response comes back."""
    trigger = json.loads(response.headers.get("HX-Trigger", "{}"))
    trigger["toast"] = {"text": text, "undo": undo_url}
    response.headers["HX-Trigger"] = json.dumps(trigger)  # ASCII: headers carry no Japanese
    return response
