# SPDX-License-Identifier: Apache-2.0
"""What makes the pages an app: manifest, icons, service worker, the share sheet's way in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse


def manifest(request: HttpRequest) -> HttpResponse:
    return JsonResponse({}, content_type="application/manifest+json")


def icon(request: HttpRequest, kind: str, size: int) -> HttpResponse:
    return HttpResponse(status=404)
