# SPDX-License-Identifier: Apache-2.0
"""The choice of a text size, and the gallery of components (only in the demo and in DEBUG)."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from kairan.design import gallery, text_size


@require_POST
def choose_text_size(request: HttpRequest) -> HttpResponse:
    """Keep the size in a cookie and go back to the page it was chosen on."""
    size = request.POST.get("size", "")
    if size not in text_size.SIZES:
        return HttpResponseBadRequest()
    came_from = request.headers.get("Referer", "")
    here = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(came_from, here, require_https=request.is_secure())
    response = redirect(came_from if safe else "/")
    response.set_cookie(
        text_size.COOKIE,
        size,
        max_age=text_size.COOKIE_AGE_SECONDS,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


@require_GET
def show_gallery(request: HttpRequest, frame: str = "staff") -> HttpResponse:
    """Every component in all its states, in one of the frames."""
    return render(request, f"design/gallery/{frame}.html", gallery.content(request))
