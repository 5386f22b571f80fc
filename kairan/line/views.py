# SPDX-License-Identifier: Apache-2.0
"""The administrator's pages. They are hung up, and guarded, by `urls.console_urls`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kairan.audit.actors import Actor
from kairan.line import actions, errors
from kairan.line.access import get_channel
from kairan.line.connection import Report, explain, webhook_address
from kairan.line.forms import MAX_WORDS, ChannelForm, MenuEditor, moved
from kairan.line.menu_icons import ICONS
from kairan.line.menu_image import Face, draw
from kairan.line.models import LineChannel, RichMenu
from kairan.line.richmenu import MOST_TILES, MenuNotRegistered, Step


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
        "menu": shown.menus.filter(state=RichMenu.State.SHOWN).defer("image").first(),
        "draft": shown.menus.filter(state=RichMenu.State.DRAFT).defer("image").first(),
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


# ── rich menu ────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
def menu(request: StaffRequest, channel_id: int) -> HttpResponseBase:
    """The editor. `move` exchanges two tiles, `register` shows the menu to residents."""
    edited = get_channel(channel_id)
    before = actions.menu_for(edited)
    if request.method != "POST":
        return _menu_page(request, edited, MenuEditor(before))
    if order := request.POST.get("move"):
        return _menu_page(request, edited, MenuEditor(before, moved(request.POST, order)))
    editor = MenuEditor(before, request.POST)
    if not editor.is_valid():
        return _menu_page(request, edited, editor, status=422)
    actions.save_menu(acting=request.person, channel=edited, menu=editor.menu())
    if "register" in request.POST:
        return _register(request, edited)
    messages.success(request, _("下書きを保存しました。市民にはまだ見えません。"))
    return redirect("line:menu", edited.pk)


def _menu_page(
    request: StaffRequest, edited: LineChannel, editor: MenuEditor, status: int = 200
) -> HttpResponse:
    context = {
        "channel": edited,
        "editor": editor,
        "preview": _preview_of(editor),
        "shown": edited.menus.filter(state=RichMenu.State.SHOWN).defer("image").first(),
    }
    return render(request, "line/menu.html", context, status=status)


def _register(request: StaffRequest, edited: LineChannel) -> HttpResponseBase:
    try:
        actions.register_default_menu(acting=request.person, channel=edited)
    except actions.RegistrationUnderWay:
        messages.warning(request, _("ほかの人が登録しているところです。少し待ってください。"))
    except MenuNotRegistered as error:
        messages.error(request, _what_happened(error))
    else:
        messages.success(request, _("リッチメニューを登録しました。市民に見えています。"))
        return redirect("line:channel", edited.pk)
    return redirect("line:menu", edited.pk)


def _what_happened(error: MenuNotRegistered) -> str:
    at = {
        Step.CREATE: _("メニューを作るところで"),
        Step.IMAGE: _("絵を送るところで"),
        Step.ALIAS: _("名前を付けるところで"),
        Step.DEFAULT: _("新しいメニューに切り替えるところで"),
    }[error.step]
    todo = explain(error.cause)
    if error.is_uncertain:
        told = _(
            "%(at)s返事がありませんでした。前のメニューか新しいメニューのどちらかが見えています。"
        )
    else:
        told = _("%(at)s止まりました。前のメニューはそのまま使えます。下書きは残っています。")
    return f"{told % {'at': at}}{todo}"


@require_POST
def preview(request: StaffRequest, channel_id: int) -> HttpResponseBase:
    """The picture for what stands in the editor at the moment."""
    edited = get_channel(channel_id)
    editor = MenuEditor(actions.menu_for(edited), request.POST)
    return render(request, "line/_preview.html", {"preview": _preview_of(editor)})


def _preview_of(editor: MenuEditor) -> dict[str, Any] | None:
    """The menu and its picture's address; None where nothing can be drawn."""
    if editor.tiles.is_bound and not editor.is_valid():
        return None
    drawn = editor.menu() if editor.tiles.is_bound else editor.before
    faces = [("face", f"{tile.icon}:{tile.words}") for tile in drawn.tiles]
    return {"menu": drawn, "query": urlencode(faces)}


@require_GET
def preview_image(request: StaffRequest) -> HttpResponseBase:
    """A picture of the tiles named in the address («face=icon:words»)."""
    faces = tuple(_face(value) for value in request.GET.getlist("face"))
    if not 1 <= len(faces) <= MOST_TILES:
        raise Http404
    return _png(_drawn(faces))


def _face(value: str) -> Face:
    icon, _colon, words = value.partition(":")
    if icon not in ICONS or not words.strip() or len(words) > 4 * MAX_WORDS:
        raise Http404
    return Face(icon, words)


@lru_cache(maxsize=32)
def _drawn(faces: tuple[Face, ...]) -> bytes:
    return draw(faces)


@require_GET
def shown_image(_request: StaffRequest, channel_id: int, menu_id: int) -> HttpResponseBase:
    """The picture as residents see it."""
    found = get_channel(channel_id).menus.filter(pk=menu_id).first()
    if found is None or found.image is None:
        raise Http404
    return _png(bytes(found.image))


def _png(image: bytes) -> HttpResponse:
    response = HttpResponse(image, content_type="image/png")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response
