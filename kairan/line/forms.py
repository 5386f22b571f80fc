# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kairan.line import limits
from kairan.line.limits import grapheme_length
from kairan.line.menu_icons import ICONS
from kairan.line.models import LineChannel
from kairan.line.richmenu import MOST_TILES, Does, Menu, Tile

MAX_WORDS = 20
NO_BLANKS = RegexValidator(r"^\S+$", _("途中に空白や改行があります。写し直してください。"))


class ChannelForm(forms.Form):
    """`channel` given: secret and token may stay empty, and are then kept."""

    name = forms.CharField(
        label=_("名前"),
        max_length=100,
        help_text=_("職員に見える名前です。例：○○市 公式LINE"),
    )
    channel_id = forms.CharField(
        label=_("チャネルID"),
        max_length=20,
        validators=[RegexValidator(r"^[0-9]+$", _("数字だけを入れてください。"))],
        help_text=_("LINE Developersの「チャネル基本設定」にある数字です。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    secret = forms.CharField(
        label=_("チャネルシークレット"),
        max_length=100,
        validators=[NO_BLANKS],
        help_text=_("「チャネル基本設定」にあります。"),
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
    )
    token = forms.CharField(
        label=_("チャネルアクセストークン（長期）"),
        max_length=1000,
        validators=[NO_BLANKS],
        help_text=_("「Messaging API設定」のいちばん下で発行できます。"),
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
    )
    is_training = forms.BooleanField(
        label=_("練習用のアカウントにする"),
        required=False,
        help_text=_("市民に公開していない、職員の練習のためのアカウントです。"),
    )

    def __init__(self, *args: Any, channel: LineChannel | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if channel is None:
            return
        self.initial = {
            "name": channel.name,
            "channel_id": channel.channel_id,
            "is_training": channel.is_training,
        }
        for name in ("secret", "token"):
            self.fields[name].required = False
        kept = gettext("今のものを使い続けるときは、空のままにします。")
        self.fields["secret"].help_text = kept
        tail = gettext("（今のトークンの終わりは「%(tail)s」です）") % {"tail": channel.token_tail}
        self.fields["token"].help_text = kept + (tail if channel.token else "")


# ── rich menu ────────────────────────────────────────────────────────────────────────────────

ICON_WORDS: dict[str, Any] = {
    "report": _("カメラ（通報）"),
    "status": _("書類（状況）"),
    "waste": _("ごみ箱"),
    "disaster": _("注意（防災）"),
    "phone": _("電話"),
    "web": _("地球（ホームページ）"),
    "place": _("地図のピン"),
    "calendar": _("カレンダー"),
    "help": _("はてな（使いかた）"),
}
DOES_WORDS = [
    (Does.SAY.value, _("ことばを送る")),
    (Does.PAGE.value, _("ページを開く")),
    (Does.PHONE.value, _("電話をかける")),
]


class TileForm(forms.Form):
    """One tile; without words there is no tile."""

    words = forms.CharField(
        label=_("ことば"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 2 * MAX_WORDS}),
    )
    icon = forms.ChoiceField(label=_("絵"), choices=[(name, ICON_WORDS[name]) for name in ICONS])
    does = forms.ChoiceField(label=_("押すと"), choices=DOES_WORDS)
    value = forms.CharField(
        label=_("送ることば・住所・電話番号"), required=False, max_length=limits.URI
    )

    def clean_words(self) -> str:
        lines = [line.strip() for line in self.cleaned_data["words"].splitlines() if line.strip()]
        words = "\n".join(lines)
        if len(lines) > 2:
            raise forms.ValidationError(_("2行までにしてください。"))
        if grapheme_length(words.replace("\n", "")) > MAX_WORDS:
            raise forms.ValidationError(
                _("%(most)s字までにしてください。"), params={"most": MAX_WORDS}
            )
        return words

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("words"):
            self._check_value(cleaned.get("does", ""), cleaned.get("value", ""))
        return cleaned

    def _check_value(self, does: str, value: str) -> None:
        if not value:
            self.add_error("value", _("押したときに何をするかを入れてください。"))
        elif does == Does.SAY and grapheme_length(value) > limits.MESSAGE_ACTION_TEXT:
            self.add_error("value", _("送ることばが長すぎます。"))
        elif does == Does.PAGE:
            self._check_page(value)
        elif does == Does.PHONE and len(Tile("", "", Does.PHONE, value).address) < len("tel:110"):
            self.add_error("value", _("電話番号を数字で入れてください。"))

    def _check_page(self, value: str) -> None:
        try:
            URLValidator(schemes=["https", "http"])(value)
        except forms.ValidationError:
            self.add_error("value", _("https:// で始まる住所を入れてください。"))

    def tile(self) -> Tile | None:
        """None for a form without words. Call it when the form is valid."""
        cleaned = self.cleaned_data
        if not cleaned["words"]:
            return None
        return Tile(cleaned["icon"], cleaned["words"], Does(cleaned["does"]), cleaned["value"])


if TYPE_CHECKING:
    _TileFormSet = forms.BaseFormSet[TileForm]
else:
    _TileFormSet = forms.BaseFormSet


class BaseTileForms(_TileFormSet):
    def clean(self) -> None:
        if not any(self.errors) and not self.tiles():
            raise forms.ValidationError(_("ボタンを1つは置いてください。"))

    def tiles(self) -> tuple[Tile, ...]:
        found = (form.tile() for form in self.forms)
        return tuple(tile for tile in found if tile is not None)


TileForms = cast(
    type[BaseTileForms],
    forms.formset_factory(
        TileForm,
        formset=BaseTileForms,
        extra=0,
        min_num=MOST_TILES,
        max_num=MOST_TILES,
        absolute_max=MOST_TILES,
    ),
)


class MenuForm(forms.Form):
    chat_bar_text = forms.CharField(
        label=_("メニューを開くバーのことば"),
        help_text=_("トークのいちばん下に出ます。14字までです。"),
    )
    opens_by_itself = forms.BooleanField(
        label=_("トークを開いたとき、メニューも開く"), required=False
    )

    def clean_chat_bar_text(self) -> str:
        words: str = self.cleaned_data["chat_bar_text"].strip()
        if grapheme_length(words) > limits.CHAT_BAR_TEXT:
            raise forms.ValidationError(
                _("%(most)s字までにしてください。"), params={"most": limits.CHAT_BAR_TEXT}
            )
        return words


class MenuEditor:
    """The menu's own fields and its six tiles as one form."""

    def __init__(self, menu: Menu, data: Mapping[str, Any] | None = None) -> None:
        tiles = [
            {"icon": t.icon, "words": t.words, "does": t.does.value, "value": t.value}
            for t in menu.tiles
        ]
        head = {"chat_bar_text": menu.chat_bar_text, "opens_by_itself": menu.opens_by_itself}
        self.before = menu
        self.head = MenuForm(data, initial=head)
        self.tiles = TileForms(data, prefix="tiles", initial=tiles)

    def is_valid(self) -> bool:
        return all([self.head.is_valid(), self.tiles.is_valid()])

    def menu(self) -> Menu:
        """What was entered. Call it when valid."""
        return Menu(name=self.before.name, tiles=self.tiles.tiles(), **self.head.cleaned_data)


def moved(data: Mapping[str, Any], order: str) -> dict[str, Any]:
    """The posted fields with two neighbouring tiles exchanged; `order` is like "3-up"."""
    place, _dash, way = order.partition("-")
    changed = {name: data[name] for name in data}
    if not place.isdecimal() or int(place) >= MOST_TILES:
        return changed
    here, there = int(place), int(place) + (-1 if way == "up" else 1)
    if not 0 <= there < MOST_TILES:
        return changed
    for field in TileForm.base_fields:
        mine, theirs = f"tiles-{here}-{field}", f"tiles-{there}-{field}"
        changed[mine], changed[theirs] = data.get(theirs, ""), data.get(mine, "")
    return changed
