# SPDX-License-Identifier: Apache-2.0
"""Passing a case, or a page of the town's site, on to talk: so that a chair can answer at the door.

Of a case only what anybody may know: number, kind, part of the town, status, and what staff wrote
for the public. The words of residents never come here by themselves.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kairan.audit.actions import record
from kairan.design.toasts import say as toast_later
from kairan.people.access import posted
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.people.positions.holding import Seat
from kairan.reports.access import get_case, may
from kairan.reports.actions import add_note
from kairan.reports.models import Case, ShownCase
from kairan.talk.access import find_room
from kairan.talk.checking import Unfit, fit_text
from kairan.talk.limits import MAX_TEXT
from kairan.talk.models import Importance, Room
from kairan.talk.office.access import OfficeRequest, office
from kairan.talk.office.queries import names_of
from kairan.talk.storing import NotSaid, Stored, say

MAX_TITLE = 200
# Of 「春日1丁目2-3」 it is 「春日」: what stands before a number, where it is a place's name alone.
_TOWN_PART = re.compile(
    r"\s*([々ヶケヵぁ-んァ-ヴー一-鿿]{2,20}?)(?=[0-9０-９]|[一二三四五六七八九十]+丁目)"
)
_SOMEBODYS = re.compile("さん|様|宅|方$|邸|家$")


class NewsForm(forms.Form):
    """What is to be passed on of a page. Its address is written down, never opened by us."""

    title = forms.CharField(label=gettext_lazy("記事の題名"), max_length=MAX_TITLE)
    url = forms.URLField(label=gettext_lazy("記事のアドレス（URL）"), assume_scheme="https")

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if not url.startswith(("https://", "http://")):
            raise forms.ValidationError(_("https:// ではじまるアドレスを入れてください。"))
        return url


class PassForm(forms.Form):
    rooms = forms.TypedMultipleChoiceField(
        label=gettext_lazy("知らせるトーク"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    sentence = forms.CharField(
        label=gettext_lazy("ひとこと"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("いちばん上に出ます。たずねられたときの答え方などを書きます。"),
    )
    about = forms.CharField(
        label=gettext_lazy("知らせる内容"), max_length=MAX_TEXT, widget=forms.Textarea
    )
    importance = forms.TypedChoiceField(
        label=gettext_lazy("大切さ"), choices=Importance.choices, initial=0, coerce=int
    )
    must_confirm = forms.BooleanField(label=gettext_lazy("必読にする"), required=False)
    client_id = forms.UUIDField(widget=forms.HiddenInput)
    # What was on the screen when it was last shown: nothing else is sent.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rooms: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rooms"].choices = [*rooms.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        try:
            fit_text(self._text(given))
        except Unfit as unfit:
            self.add_error("about", str(unfit))
        return given

    @property
    def text(self) -> str:
        return fit_text(self._text(self.cleaned_data))

    @property
    def seal(self) -> str:
        return sha256(self.text.encode()).hexdigest()

    @staticmethod
    def _text(given: dict[str, Any]) -> str:
        parts = [given.get("sentence", ""), given.get("about", "")]
        return "\n\n".join(part.strip() for part in parts if part.strip())


@dataclass(frozen=True)
class Passed:
    """What is passed on: a case, or a page of the town's site."""

    about: str
    case: Case | None = None


@office
def pass_on(request: OfficeRequest) -> HttpResponseBase:
    """Composed, shown as it will read, then sent: once, however often the button is pressed."""
    passed, news = _passed(request)
    if passed is None:
        status = 422 if news.errors else 200
        return render(request, "console/pass.html", {"news": news}, status=status)
    rooms = writable(request.desks)
    first = {"about": passed.about, "client_id": uuid.uuid4()}
    form = PassForm(posted(request), rooms=rooms, initial=first)
    context = {"form": form, "passed": passed, "rooms": rooms}
    if request.method != "POST" or not form.is_valid():
        return render(request, "console/pass.html", context, status=422 if form.errors else 200)
    chosen = [rooms[key] for key in form.cleaned_data["rooms"]]
    if "send" not in request.POST or form.cleaned_data["seen"] != form.seal:
        context |= {"preview": form.text, "seal": form.seal, "chosen": chosen}
        return render(request, "console/pass.html", context)
    try:
        stored = send(acting=request.person, desks=request.desks, form=form, case=passed.case)
    except NotSaid:
        form.add_error("rooms", _("書けなくなったトークがあります。選び直してください。"))
        return render(request, "console/pass.html", context, status=422)
    words = ngettext("%(n)d件のトークに送りました。", "%(n)d件のトークに送りました。", len(stored))
    toast_later(request, words % {"n": len(stored)})
    if len(stored) == 1:
        return redirect("talk_office:readers", stored[0].room, stored[0].id)
    return redirect("talk_office:list")


@transaction.atomic
def send(
    *, acting: Person, desks: Sequence[Seat], form: PassForm, case: Case | None
) -> list[Stored]:
    """In all rooms or in none; the case notes where it was told. Raises ``NotSaid``."""
    given = form.cleaned_data
    keys = sorted(given["rooms"])  # one order of locks
    stored = [
        say(
            person=acting,
            room=key,
            position=find_room(desks, key).seat.position_id,
            text=form.text,
            client_id=uuid.uuid5(given["client_id"], str(key)),
            importance=given["importance"],
            must_confirm=given["must_confirm"],
        )
        for key in keys
    ]
    if all(one.again for one in stored):
        return stored
    names = "、".join(f"「{name}」" for name in _names(keys))
    if case is not None and may(acting, case, Permission.HANDLE_CASES):
        add_note(acting=acting, case=case, text=_("トークで知らせた：{names}").format(names=names))
    verb = "talk.case_passed" if case else "talk.news_passed"
    record(acting=acting, verb=verb, target=case, summary=names)
    return stored


def writable(desks: Sequence[Seat]) -> dict[int, str]:
    """Open rooms in which one of the desks sits, by name."""
    ids = [seat.position_id for seat in desks]
    rooms = list(
        Room.objects.open()
        .filter(members__position__in=ids, members__left_at=None)
        .distinct()
        .order_by("kind", "name", "id")
    )
    names = names_of(rooms)
    return {room.pk: names[room.pk] for room in rooms}


def about_case(case: Case) -> str:
    """What anybody may know of it."""
    lines = [
        _("【通報】{kind}（{number}）").format(kind=case.kind.name, number=case.number),
        _("場所：{place}").format(place=town_part(case) or _("（書いてください）")),
        _("対応状況：{status}").format(status=case.get_status_display()),
    ]
    shown = ShownCase.objects.to_everybody().filter(case=case).first()
    if shown is not None:
        lines += [part for part in (shown.title, shown.text) if part]
    return "\n".join(lines)


def town_part(case: Case) -> str:
    """Area and part of the town: no house, and nothing that names somebody's."""
    area = case.area.name if case.area else ""
    found = _TOWN_PART.match(case.address.rpartition(area)[2] if area else case.address)
    part = found[1] if found and not _SOMEBODYS.search(found[1]) else ""
    return f"{area}{part}"


def _passed(request: OfficeRequest) -> tuple[Passed | None, NewsForm]:
    """Raises ``Http404`` for a case that the person does not see."""
    case_id = request.GET.get("case", "")
    if case_id.isascii() and case_id.isdecimal() and len(case_id) < 19:
        case = get_case(request.person, int(case_id), permission=Permission.SEE_CASES)
        return Passed(about_case(case), case), NewsForm()
    given = request.GET if "url" in request.GET else None
    news = NewsForm(given)
    if given is None or not news.is_valid():
        return None, news
    title, url = news.cleaned_data["title"], news.cleaned_data["url"]
    return Passed(f"{title}\n{url}"), news


def _names(keys: Sequence[int]) -> list[str]:
    rooms = list(Room.objects.filter(pk__in=keys).order_by("id"))
    return list(names_of(rooms).values())
