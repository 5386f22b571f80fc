# SPDX-License-Identifier: Apache-2.0
"""Service workers: what has been loaded once opens without a line as well. One script for all."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static


@dataclass(frozen=True)
class Worker:
    """What one of them looks after.

    ``name`` is that of its cache: a stem and a number; a greater number throws the older away.
    ``files``: static files that the pages need beside those they have loaded. ``kept``: paths that
    are kept with them. ``pages`` and ``things`` are JavaScript patterns over paths: pages as they
    were last seen, and what never changes. All else goes past the worker, what is sent too.
    """

    name: str
    files: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    pages: str = "^$"
    things: str = "^$"
    # Pages that bring something of somebody: not kept; without a line an empty one is shown.
    views: str = "^$"
    empty_page: str = ""
    # Every address of a page is the same page, whatever stands behind its «?».
    ignores_query: bool = False
    # Shown for a page that was never seen, where there is no line.
    fallback: str = ""
    # Where a page sends its reader elsewhere (the sign-in), nothing of what was kept is theirs.
    forgets_when_sent_away: bool = False


def answer(
    request: HttpRequest, worker: Worker, *, template: str = "design/worker.js", **more: object
) -> HttpResponse:
    """The script; never older than the pages it looks after."""
    given = {
        "name": worker.name,
        "files": [*(static(name) for name in worker.files), *worker.kept],
        "pages": worker.pages,
        "things": worker.things,
        "views": worker.views,
        "emptyPage": worker.empty_page,
        "ignoresQuery": worker.ignores_query,
        "fallback": worker.fallback,
        "forgetsWhenSentAway": worker.forgets_when_sent_away,
        **more,
    }
    script = render_to_string(template, {"given": json.dumps(given)}, request)
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
