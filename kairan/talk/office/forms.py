# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.municipalities.models import MAX_NAME_LENGTH, Area
from kairan.people.positions.holding import Seat
from kairan.people.positions.models import Group, Position
from kairan.talk.checking import Unfit, fit_text
from kairan.talk.limits import MAX_TEXT
from kairan.talk.models import Importance, Room

BOUND = "bound"
# What a room of the office can be; a group bound to a committee follows it.
KINDS = [
    (Room.Kind.GROUP.value, gettext_lazy("グループ（入る役職を選ぶ）")),
    (BOUND, gettext_lazy("委員会（委員会の名簿に合わせて変わる）")),
    (Room.Kind.ANNOUNCEMENT.value, gettext_lazy("お知らせ（窓口だけが書く）")),
    (Room.Kind.EVERYONE.value, gettext_lazy("全員（全員が書ける）")),
    (Room.Kind.AREA.value, gettext_lazy("地域（区域に合わせて変わる）")),
]
ANY = [("", gettext_lazy("すべて"))]


class RoomFilter(forms.Form):
    """What the list of rooms is narrowed by; a wrong value counts as none."""

    q = forms.CharField(label=gettext_lazy("名前"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=gettext_lazy("種類"), required=False, choices=[*ANY, *Room.Kind.choices]
    )
    state = forms.ChoiceField(
        label=gettext_lazy("状態"),
        required=False,
        choices=[
            ("", gettext_lazy("使っているもの")),
            ("closed", gettext_lazy("終わったもの")),
            ("all", gettext_lazy("すべて")),
        ],
    )
    show = forms.ChoiceField(
        label=gettext_lazy("読まれ方"),
        required=False,
        choices=[
            *ANY,
            ("behind", gettext_lazy("未読の人がいる")),
            ("waiting", gettext_lazy("必読の確認待ち")),
        ],
    )

    def wanted(self, name: str) -> str:
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")


class RoomForm(forms.Form):
    """A new room. Positions and managers come from the picker beside it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("種類"), choices=KINDS, initial=KINDS[0][0], widget=forms.RadioSelect
    )
    name = forms.CharField(label=gettext_lazy("名前"), max_length=MAX_NAME_LENGTH)
    group = forms.ModelChoiceField(
        label=gettext_lazy("委員会"), queryset=Group.objects.none(), required=False
    )
    area = forms.ModelChoiceField(
        label=gettext_lazy("区域"), queryset=Area.objects.none(), required=False
    )
    shows_history = forms.BooleanField(
        label=gettext_lazy("あとから入った人に、前のやりとりも見せる"),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = Group.objects.open().order_by("name")  # type: ignore[attr-defined]
        self.fields["area"].queryset = Area.objects.in_order()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kind = given.get("kind")
        if kind == BOUND and not given.get("group"):
            self.add_error("group", _("委員会を選んでください。"))
        if kind == Room.Kind.AREA and not given.get("area"):
            self.add_error("area", _("区域を選んでください。"))
        return given


class SayForm(forms.Form):
    """A message of the office. ``client_id`` is made with the form: sent twice, it is one."""

    position = forms.TypedChoiceField(label=gettext_lazy("窓口"), coerce=int)
    text = forms.CharField(
        label=gettext_lazy("メッセージ"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=MAX_TEXT,
        strip=True,
    )
    importance = forms.TypedChoiceField(
        label=gettext_lazy("大切さ"),
        choices=Importance.choices,
        initial=Importance.QUIET,
        coerce=int,
    )
    must_confirm = forms.BooleanField(
        label=gettext_lazy("必読にする"),
        required=False,
        help_text=gettext_lazy("全員が「確認しました」を押すまで、自動でくり返し知らせます。"),
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, desks: Sequence[Seat], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("client_id", uuid.uuid4())
        super().__init__(*args, **kwargs)
        position = self.fields["position"]
        position.choices = [(seat.position_id, seat.name) for seat in desks]  # type: ignore[attr-defined]
        if len(desks) == 1:
            position.widget = forms.HiddenInput()
            position.initial = desks[0].position_id

    def clean_text(self) -> str:
        try:
            text = fit_text(self.cleaned_data["text"])
        except Unfit as unfit:
            raise forms.ValidationError(str(unfit)) from unfit
        if not text:
            raise forms.ValidationError(_("何か書いてから送ってください。"))
        return text


class RulesForm(forms.Form):
    leaders_among_themselves = forms.BooleanField(
        label=gettext_lazy("役員どうしで1対1のトークをはじめられる"),
        required=False,
        help_text=gettext_lazy("窓口とのトークは、いつでもはじめられます。"),
    )


def chosen(ids: Sequence[str]) -> list[int]:
    """Ids of positions as a picker sends them; what is none is left out."""
    return [int(key) for key in ids if key.isascii() and key.isdecimal() and len(key) < 19]


def pickable(without: Sequence[int] = ()) -> list[Position]:
    """Open positions with their areas, in the order of a picker: desks, then posts."""
    rows = Position.objects.open().exclude(pk__in=without).select_related("area")
    return list(rows.order_by("kind", "place", "name", "id"))
