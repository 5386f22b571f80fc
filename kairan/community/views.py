# SPDX-License-Identifier: Apache-2.0
"""The leaders' own pages: settings, help, how to install the app, the way out."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kairan.community.forms import WishesForm
from kairan.community.installing import guides_for
from kairan.design.toasts import say
from kairan.people.access import posted
from kairan.people.positions.holding import CommunityRequest, community
from kairan.push.wishes import change_wishes, wishes_of


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
@community
def settings_page(request: CommunityRequest) -> HttpResponseBase:
    wishes = wishes_of(request.person.pk)
    form = WishesForm(posted(request), initial=WishesForm.initial_of(wishes))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if not request.person.email:
            given["mail_after"] = wishes.mail_after
        change_wishes(person_id=request.person.pk, **given)
        say(request, _("設定を保存しました。"))
        return redirect("community:settings")
    context = {"form": form, "text_size": request.person.text_size, "email": request.person.email}
    return render(request, "community/settings.html", context, status=422 if form.errors else 200)


@require_safe
@cache_control(private=True, no_cache=True)
def help_page(request: HttpRequest) -> HttpResponse:
    """For everybody: who cannot come in needs it most."""
    return render(request, "community/help.html")


@require_safe
@cache_control(private=True, no_cache=True)
def install(request: HttpRequest) -> HttpResponse:
    """For everybody: on an iPhone one installs first and comes in afterwards."""
    agent = request.headers.get("User-Agent", "")
    guides = guides_for(agent)
    in_line = "Line/" in agent
    return render(request, "community/install.html", {"guides": guides, "in_line": in_line})


@require_POST
@community
def sign_out(request: CommunityRequest) -> HttpResponse:
    """This device forgets everything: what it kept, and that it was to be woken."""
    get_adapter(request).logout(request)
    response = redirect("community:sign_in")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
