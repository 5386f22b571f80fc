# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from kairan.community.context import PREFIX, SIZES
from kairan.design.text_size import COOKIE, COOKIE_AGE_SECONDS
from kairan.people.access import signed_in
from kairan.people.positions.actions import choose_text_size


@require_POST
def text_size(request: HttpRequest) -> HttpResponseBase:
    """Keep 18, 22 or 28 px: for the person on every device, before the sign-in in this browser.

    ``size`` is the number or its name; back to ``next``, or 204 for a script (``X-Kairan``).
    """
    sizes = {str(size): size for size in SIZES} | {name: size for size, name in SIZES.items()}
    size = sizes.get(request.POST.get("size", ""))
    if size is None:
        return HttpResponseBadRequest()
    if (person := signed_in(request)) is not None:
        choose_text_size(acting=person, size=size)
    wanted = request.POST.get("next") or PREFIX
    safe = url_has_allowed_host_and_scheme(wanted, None) and wanted.startswith(PREFIX)
    response: HttpResponse = redirect(wanted if safe else PREFIX)
    if request.headers.get("X-Kairan"):
        response = HttpResponse(status=204)
    response.set_cookie(
        COOKIE,
        SIZES[size],
        max_age=COOKIE_AGE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response
