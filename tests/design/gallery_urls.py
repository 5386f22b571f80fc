# SPDX-License-Identifier: Apache-2.0
"""The gallery, and small pages that show how the browser modules behave."""

import json
import queue
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.static import serve

from kairan.design import toasts

streams: list[queue.Queue[dict[str, Any] | None]] = []
undone: list[str] = []


def live(request: HttpRequest) -> HttpResponse:
    return render(request, "live.html", {"stream_url": "/stream/", "town_name": "ひのくに市"})


def stream(request: HttpRequest) -> StreamingHttpResponse:
    """One notice after the other, as the tests put them; None breaks the line."""
    notices: queue.Queue[dict[str, Any] | None] = queue.Queue()
    streams.append(notices)

    def lines() -> Iterator[bytes]:
        yield b": hello\n\n"
        while (notice := notices.get()) is not None:
            yield f"event: notice\ndata: {json.dumps(notice)}\n\n".encode()

    response = StreamingHttpResponse(lines(), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt
def publish(request: HttpRequest) -> HttpResponse:
    """Put the notice into every open stream, also those of pages that are gone."""
    for notices in streams:
        notices.put(json.loads(request.body))
    return HttpResponse(status=204)


def act(request: HttpRequest) -> HttpResponse:
    return toasts.toast(HttpResponse(status=204), "担当を変えました", undo_url="/undo/")


def undo(request: HttpRequest) -> HttpResponse:
    undone.append(request.method or "")
    return toasts.toast(HttpResponse(status=204), "元に戻しました")


def say(request: HttpRequest) -> HttpResponse:
    toasts.say(request, "担当を変えました", undo_url="/undo/")
    messages.error(request, "<b>送れませんでした</b>")
    return redirect("/live/")


def static_file(request: HttpRequest, name: str) -> HttpResponse | Any:
    from django.contrib.staticfiles.finders import find

    return serve(request, find(name) or name, document_root="/")


urlpatterns = [
    path("", include("kairan.design.urls")),
    path("design/", include("kairan.design.gallery_urls")),
    path("live/", live),
    path("stream/", stream),
    path("publish/", publish),
    path("act/", act),
    path("undo/", undo),
    path("say/", say),
    re_path(r"^static/(?P<name>.+)$", static_file),
]
