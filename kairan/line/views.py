# SPDX-License-Identifier: Apache-2.0
"""The administrator's pages. They are hung up, and guarded, by `urls.console_urls`."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kairan.audit.actors import Actor
from kairan.line import actions, errors
from kairan.line.access import get_channel
from kairan.line.connection import Report, explain, webhook_address
from kairan.line.forms import ChannelForm
from kairan.line.menus.queries import shown_now
from kairan.line.menus.showing import first_picture
from kairan.line.models import LineChannel


class StaffRequest(HttpRequest):
    """What the guard gives: `person` is who acts."""

    person: Actor
    htmx: Any


# ── channels ─────────────────────────────────────────────────────────────────────────────────


@require_GET
def channels(request: StaffRequest) -> HttpResponseBase:
    """The list; straight to the channel when there is only one."""
    found = list(LineChannel.objects.in_order())
    if len(found) == 1:
        return redirect("line:channel", found[0].pk)
    return render(request, "line/channels.html", {"channels": found})


@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponseBase:
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, channel_id: int) -> HttpResponseBase:
    return _edit(request, get_channel(channel_id))


def _edit(request: StaffRequest, channel: LineChannel | None) -> HttpResponseBase:
    form = ChannelForm(request.POST or None, channel=channel)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_channel(
                acting=request.person, channel=channel, **form.cleaned_data
            )
        except actions.ChannelAlreadyThere:
            form.add_error("channel_id", _("このチャネルIDは、もう登録されています。"))
        else:
            messages.success(request, _("保存しました。次に「接続を確かめる」を押してください。"))
            return redirect("line:channel", saved.pk)
    status = 422 if form.is_bound else 200
    return render(request, "line/edit.html", {"form": form, "channel": channel}, status=status)


@require_GET
def channel(request: StaffRequest, channel_id: int) -> HttpResponseBase:
    return _channel_page(request, get_channel(channel_id))


def _channel_page(
    request: StaffRequest, shown: LineChannel, report: Report | None = None
) -> HttpResponse:
    context = {
        "channel": shown,
        "webhook_address": webhook_address(shown),
        "report": report,
        "shown": [(line, first_picture(line.menu)) for line in shown_now(shown) if line.menu],
        "menus": shown.menu_sets.kept().count(),
    }
    return render(request, "line/channel.html", context)


@require_POST
def check(request: StaffRequest, channel_id: int) -> HttpResponseBase:
    """Asks LINE; the list of what was found, alone for htmx."""
    asked = get_channel(channel_id)
    report = actions.test_connection(acting=request.person, channel=asked)
    asked.refresh_from_db()
    if request.htmx:
        return render(request, "line/_report.html", {"channel": asked, "report": report})
    return _channel_page(request, asked, report)


@require_POST
def set_webhook(request: StaffRequest, channel_id: int) -> HttpResponseBase:
    told = get_channel(channel_id)
    try:
        actions.set_webhook(acting=request.person, channel=told)
    except errors.BadRequest as error:
        messages.error(
            request,
            _("LINEがこの住所を受け付けません。https で始まる住所が要ります。（%(said)s）")
            % {"said": error.message},
        )
    except errors.LineError as error:
        messages.error(request, explain(error))
    else:
        messages.success(request, _("Webhookの住所をLINEに登録しました。"))
    return redirect("line:channel", told.pk)
