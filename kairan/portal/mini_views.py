# SPDX-License-Identifier: Apache-2.0
"""LINEミニアプリ: its page, the session behind it, and the administrator's setting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from kairan.audit.actions import record
from kairan.design.toasts import say
from kairan.line.models import LineChannel
from kairan.people.access import staff
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.portal import limits, mini
from kairan.portal.models import MiniApp


@require_GET
@never_cache
@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    """LINE opens this page and hands the ID token to it, in the address' fragment."""
    app = MiniApp.objects.order_by("id").first()
    context = {"liff_id": app.liff_id if app else "", "nonce": mini.new_nonce(request)}
    return render(request, "portal/mini.html", context)


@require_POST
@never_cache
def session(request: HttpRequest) -> JsonResponse:
    if limits.uses_up(request, "mini", limits.SESSIONS_A_MINUTE):
        return JsonResponse({"reason": _("少し待って、もう一度開いてください。")}, status=429)
    try:
        mini.open_session(request, request.POST.get("id_token", ""))
    except mini.Refused:
        reason = _("LINEで確かめられませんでした。LINEのメニューから、もう一度開いてください。")
        return JsonResponse({"reason": reason}, status=403)
    except mini.NotNow:
        reason = _("LINEにつながりませんでした。少し待って、もう一度開いてください。")
        return JsonResponse({"reason": reason}, status=503)
    return JsonResponse({"url": reverse("portal:choose")})


class MiniForm(forms.ModelForm[MiniApp]):
    class Meta:
        model = MiniApp
        fields = ("login_channel_id", "liff_id")
        help_texts = {
            "login_channel_id": gettext_lazy(
                "LINE Developersの、LINEログイン（ミニアプリ）のチャネルID。空にすると使いません。"
            ),
            "liff_id": gettext_lazy("1234567890-AbcdEfgh の形です。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = RegexValidator(r"^[0-9]{5,20}$", _("チャネルIDは数字です。"))
        shape = RegexValidator(r"^[0-9]+-[A-Za-z0-9]+$", _("LIFF IDの形が違います。"))
        self.fields["login_channel_id"].required = False
        self.fields["login_channel_id"].validators.append(number)
        self.fields["liff_id"].validators.append(shape)


@staff(Permission.MANAGE_LINE)
def settings_page(request: HttpRequest, channel_id: int) -> HttpResponseBase:
    """Which LINE login channel the mini-app of this channel belongs to."""
    channel = get_object_or_404(LineChannel, pk=channel_id)
    known = MiniApp.objects.filter(channel=channel).first()
    form = MiniForm(request.POST or None, instance=known or MiniApp(channel=channel))
    if request.method == "POST" and form.is_valid():
        _save(request.person, form, channel, known)  # type: ignore[attr-defined]
        say(request, _("保存しました。"))
        return redirect("line:channel", channel_id=channel.pk)
    status = 422 if form.is_bound else 200
    context = {
        "form": form,
        "channel": channel,
        "endpoint": request.build_absolute_uri(reverse("portal:mini")),
    }
    return render(request, "portal/mini_settings.html", context, status=status)


def _save(acting: Person, form: MiniForm, channel: LineChannel, known: MiniApp | None) -> None:
    old = known.login_channel_id if known else ""
    new = form.cleaned_data["login_channel_id"]
    if new:
        form.save()
    elif known is not None:
        MiniApp.objects.filter(channel=channel).delete()
    record(
        acting=acting,
        verb="line.mini_app_set",
        target=channel,
        changes={"login_channel_id": (old, new)},
    )
