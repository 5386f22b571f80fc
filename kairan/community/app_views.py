# SPDX-License-Identifier: Apache-2.0
"""What makes the pages an app: manifest, icons, service worker, the share sheet's way in."""

from __future__ import annotations

from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from kairan.community import app_icons
from kairan.design import workers
from kairan.people.positions.holding import CommunityRequest, community

SCOPE = "/community/"
# Most characters of what another app hands over.
MOST_WORDS = 5_000
WORKER = workers.Worker(
    "community-1",
    files=(
        "design/mark.svg", "community/community.css", "community/app.js", "community/push.js",
        "design/js/toast.js", "talk/keep.js", "talk/talk.css", "talk/talk.js",
    ),
    kept=("/community/talk/shell/", f"{SCOPE}offline/"),
    pages=r"^/community/(help|install|settings|offline)/$",
    # They bring rooms and messages; what of it stays on the device, the talk's scripts keep.
    views=r"^/community/(talk/\d+/)?$",
    empty_page="/community/talk/shell/",
    ignores_query=True,
    fallback=f"{SCOPE}offline/",
    forgets_when_sent_away=True,
)  # fmt: skip


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """The same for everybody in the town: a browser asks for it without saying who it is."""
    town = request.town.name  # type: ignore[attr-defined]
    content = {
        "id": SCOPE,
        "name": _("回覧 {town}").format(town=town),
        "short_name": _("回覧"),
        "description": _("役所と役員がトークで話す"),
        "lang": "ja",
        "dir": "ltr",
        "start_url": SCOPE,
        "scope": SCOPE,
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": [
            {
                "src": reverse("community:icon", args=[kind, size]),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": kind,
            }
            for kind in ("any", "maskable")
            for size in app_icons.KINDS[kind]
        ],
        "shortcuts": [
            {"name": _("トーク"), "url": SCOPE},
            {"name": _("設定"), "url": reverse("community:settings")},
            {"name": _("ヘルプ"), "url": reverse("community:help")},
        ],
        "share_target": {
            "action": reverse("community:share"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": "title",
                "text": "text",
                "url": "url",
                "files": [{"name": "files", "accept": ["image/*", ".pdf", ".xlsx", ".docx"]}],
            },
        },
    }
    response = JsonResponse(content, content_type="application/manifest+json")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def icon(request: HttpRequest, kind: str, size: int) -> HttpResponse:  # noqa: ARG001
    if size not in app_icons.KINDS.get(kind, ()):
        raise Http404
    response = HttpResponse(app_icons.draw(kind, size), content_type="image/png")
    response["Cache-Control"] = "public, max-age=604800"
    return response


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    return workers.answer(
        request,
        WORKER,
        template="community/worker.js",
        # Another one with every release, so that every release is taken over.
        release=getattr(staticfiles_storage, "manifest_hash", ""),
        scope=SCOPE,
        share=reverse("community:share"),
        icon=reverse("community:icon", args=["any", 192]),
        sign=reverse("community:icon", args=["badge", 96]),
        words={"title": _("回覧"), "body": _("新しいメッセージがあります。")},
    )


@require_safe
@community
def offline(request: CommunityRequest) -> HttpResponse:
    """Shown by the worker for a page that this device has never seen."""
    return render(request, "community/offline.html")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@community
def share(request: CommunityRequest) -> HttpResponse:
    """What another app hands over, before a room is chosen for it. Nothing is kept or sent here.

    The system's share sheet posts without a token; mostly the worker takes it before it leaves.
    """
    given = [request.POST.get(name, "").strip() for name in ("title", "text", "url")]
    words = "\n".join(dict.fromkeys(one for one in given if one))[:MOST_WORDS]
    context = {"shared": {"words": words, "lost": len(request.FILES)}}
    return render(request, "community/share.html", context)
