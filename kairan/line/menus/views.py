# SPDX-License-Identifier: Apache-2.0
"""The administrator's pages of rich menus: the list, the disaster switch, one menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kairan.audit.actors import Actor
from kairan.design.toasts import say
from kairan.line.access import get_channel
from kairan.line.menus import actions, queries, showing
from kairan.line.menus.design import Known, default_design
from kairan.line.menus.forms import NewMenuForm, SetForm, Starts
from kairan.line.menus.models import MenuEdition, MenuPage, MenuPicture, MenuSet
from kairan.line.menus.preview import Drawing, Nonsense
from kairan.line.models import LineChannel
from kairan.municipalities.tenancy import current_town


class StaffRequest(HttpRequest):
    """What the guard gives: `person` is who acts."""

    person: Actor
    htmx: Any


def get_menu(channel: LineChannel, menu_id: int, *, removed: bool = False) -> MenuSet:
    found = channel.menu_sets.all() if removed else channel.menu_sets.kept()
    return get_object_or_404(found.select_related("area", "edition"), pk=menu_id)


# ── the list ─────────────────────────────────────────────────────────────────────────────────


@require_GET
def menus(request: StaffRequest, channel_id: int) -> HttpResponseBase:
    channel = get_channel(channel_id)
    shown = queries.shown_now(channel)
    cards = showing.cards(channel, shown)
    prepared = [card for card in cards if card.menu.is_for_disasters and card.menu.is_offered]
    desk = queries.desk_of(channel)
    context = {
        **_progress(channel),
        "shown": [
            (line, showing.first_picture(line.menu) if line.menu else None) for line in shown
        ],
        "next_change": queries.next_change(channel),
        "cards": cards,
        "disaster": [card for card in cards if card.menu.is_for_disasters],
        "prepared": prepared,
        "then": queries.shown_now(channel, disaster=not desk.is_disaster),
        "friends": queries.all_friends(channel),
    }
    return render(request, "line/menus/list.html", context)


def _progress(channel: LineChannel) -> dict[str, Any]:
    return {"channel": channel, "desk": queries.desk_of(channel)}


@require_GET
def progress(request: StaffRequest, channel_id: int) -> HttpResponseBase:
    """How far LINE has been told; when that is done, the page is asked for anew."""
    channel = get_channel(channel_id)
    response = render(request, "line/menus/_progress.html", _progress(channel))
    if not queries.desk_of(channel).is_busy:
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
def disaster(request: StaffRequest, channel_id: int) -> HttpResponseBase:
    """One press, on or off."""
    channel = get_channel(channel_id)
    on = request.POST.get("switch") == "on"
    try:
        actions.switch_disaster(acting=request.person, channel=channel, on=on)
    except actions.AlreadySo:
        messages.info(request, _("ほかの人が、先に切り替えていました。"))
    except actions.NoDisasterMenu:
        messages.error(request, _("用意した災害用メニューがありません。先に作ってください。"))
    else:
        told = _("災害用メニューに切り替えます。") if on else _("ふだんのメニューに戻します。")
        messages.success(request, told)
    return redirect("line:menus", channel.pk)


@require_POST
def again(request: StaffRequest, channel_id: int) -> HttpResponseBase:
    channel = get_channel(channel_id)
    actions.try_again(acting=request.person, channel=channel)
    return redirect("line:menus", channel.pk)


@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, channel_id: int) -> HttpResponseBase:
    channel = get_channel(channel_id)
    others = list(channel.menu_sets.kept().in_order())
    form = NewMenuForm(request.POST or None, others=others)
    if request.method == "POST" and form.is_valid():
        made = _made(request.person, channel, others, **form.cleaned_data)
        return redirect("line:menu_set", channel.pk, made.pk)
    context = {"channel": channel, "form": form}
    return render(request, "line/menus/new.html", context, status=422 if form.is_bound else 200)


def _made(
    acting: Actor, channel: LineChannel, others: list[MenuSet], *, name: str, mode: str, begin: str
) -> MenuSet:
    design = None
    if begin == "default":
        design = default_design("", Known(phone=current_town().phone))
    elif begin.startswith("copy-"):
        design = next(other.design for other in others if begin == f"copy-{other.pk}")
    return actions.make(
        acting=acting, channel=channel, name=name, mode=mode, layout=begin, design=design
    )


# ── one menu ─────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
def menu_set(
    request: StaffRequest, channel_id: int, menu_id: int, starts: Starts
) -> HttpResponseBase:
    """For whom, when, tabs, sending, history."""
    channel = get_channel(channel_id)
    menu = get_menu(channel, menu_id)
    form = SetForm(menu, request.POST or None)
    if request.method != "POST":
        return _set_page(request, channel, menu, form, starts)
    if not form.is_valid():
        return _set_page(request, channel, menu, form, starts, status=422)
    given = dict(form.cleaned_data)
    head = {name: given.pop(name) for name in ("chat_bar_text", "opens_by_itself")}
    try:
        actions.save(acting=request.person, menu=menu, design=replace(menu.design, **head), **given)
    except actions.ChangedMeanwhile as error:
        form.add_error(None, meanwhile(error))
        return _set_page(request, channel, menu, form, starts, status=409, theirs=error.revision)
    messages.success(request, _("保存しました。"))
    return redirect("line:menu_set", channel.pk, menu.pk)


def meanwhile(error: actions.ChangedMeanwhile) -> str:
    return _(
        "開いている間に、%(by)sさんが先に保存しました。入れた内容は、まだ保存していません。"
        "このまま上書きするときは、もう一度「保存する」を押してください。"
    ) % {"by": error.by}


def _set_page(
    request: StaffRequest,
    channel: LineChannel,
    menu: MenuSet,
    form: SetForm,
    starts: Starts,
    *,
    status: int = 200,
    theirs: int | None = None,
) -> HttpResponse:
    if theirs is not None:
        form.data = {**form.data, "revision": str(theirs)}
    shown = {line.menu.pk for line in queries.shown_now(channel) if line.menu}
    state, tone, icon = showing.state_of(menu, is_shown=menu.pk in shown)
    latest = menu.editions.order_by("-number").first()
    found = actions.found_problems(menu, {value for value, _words in starts()})
    context = {
        **_progress(channel),
        "menu": menu,
        "form": form,
        "pictures": showing.pictures_of(menu),
        "problems": showing.told(menu, found),
        "history": showing.edition_rows(menu),
        "audience": queries.audience(menu),
        "state": state,
        "tone": tone,
        "icon_name": icon,
        "refused": latest if latest and latest.state == MenuEdition.State.REFUSED else None,
        "is_changed": menu.edition is None or menu.edition.definition != menu.draft,
    }
    return render(request, "line/menus/set.html", context, status=status)


@require_POST
def send(request: StaffRequest, channel_id: int, menu_id: int, starts: Starts) -> HttpResponseBase:
    """To LINE: registered by the worker, and shown to whom it is for."""
    channel = get_channel(channel_id)
    menu = get_menu(channel, menu_id)
    revision = request.POST.get("revision", "")
    try:
        actions.publish(
            acting=request.person,
            menu=menu,
            starts={value for value, _words in starts()},
            revision=int(revision) if revision.isdecimal() else None,
        )
    except actions.NotReady as error:
        count = len(error.problems)
        messages.error(
            request, _("直すところが%(count)s件あります。まだ送っていません。") % {"count": count}
        )
    except actions.ChangedMeanwhile as error:
        messages.error(
            request,
            _("%(by)sさんが、いま変えたところです。内容を見てから、もう一度押してください。")
            % {"by": error.by},
        )
    else:
        messages.success(request, _("LINEに送っています。届くまで、前のメニューが出ています。"))
    return redirect("line:menu_set", channel.pk, menu.pk)


@require_POST
def deed(request: StaffRequest, channel_id: int, menu_id: int, verb: str) -> HttpResponseBase:
    """take_down, throw_away and put_back, which undoes them."""
    channel = get_channel(channel_id)
    menu = get_menu(channel, menu_id, removed=True)
    deeds: dict[str, tuple[Callable[..., None], str]] = {
        "take_down": (actions.take_down, _("「%(name)s」を下げました。")),
        "throw_away": (actions.throw_away, _("「%(name)s」を捨てました。")),
        "put_back": (actions.put_back, _("「%(name)s」を戻しました。")),
    }
    if verb not in deeds:
        raise Http404
    do, words = deeds[verb]
    do(acting=request.person, menu=menu)
    undo = (
        ""
        if verb == "put_back"
        else reverse("line:menu_deed", args=[channel.pk, menu.pk, "put_back"])
    )
    say(request, words % {"name": menu.name}, undo_url=undo)
    return redirect("line:menus", channel.pk)


@require_POST
def restore(
    request: StaffRequest, channel_id: int, menu_id: int, edition_id: int
) -> HttpResponseBase:
    channel = get_channel(channel_id)
    menu = get_menu(channel, menu_id)
    edition = get_object_or_404(menu.editions.select_related("menu"), pk=edition_id)
    try:
        actions.restore(acting=request.person, edition=edition)
    except actions.NotReady as error:
        messages.error(request, " ".join(problem.text for problem in error.problems))
        return redirect("line:menu_set", channel.pk, menu.pk)
    told = _("第%(number)s版に戻しています。LINEに届くまで、今のメニューが出ています。")
    messages.success(request, told % {"number": edition.number})
    return redirect("line:menu_set", channel.pk, menu.pk)


# ── pictures ─────────────────────────────────────────────────────────────────────────────────


@require_GET
def drawn(request: StaffRequest) -> HttpResponseBase:
    """The picture that the address describes."""
    try:
        return _image(Drawing.read(request.GET).image(), "image/png")
    except Nonsense as error:
        raise Http404 from error


@require_GET
def picture(_request: StaffRequest, channel_id: int, picture_id: int) -> HttpResponseBase:
    found = get_object_or_404(MenuPicture, channel=get_channel(channel_id), pk=picture_id)
    return _image(bytes(found.image), found.content_type)


@require_GET
def page_image(_request: StaffRequest, channel_id: int, page_id: int) -> HttpResponseBase:
    """As it was sent."""
    pages = MenuPage.objects.filter(edition__menu__channel=get_channel(channel_id))
    found = get_object_or_404(pages, pk=page_id)
    return _image(bytes(found.image), found.content_type)


def _image(content: bytes, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response
