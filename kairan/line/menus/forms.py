# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kairan.line import limits
from kairan.line.limits import grapheme_length
from kairan.line.menu_icons import ICONS
from kairan.line.menu_image import Cell
from kairan.line.menus.checks import Problem, problems
from kairan.line.menus.design import Design, Does, Spot, Tab, drawn_size
from kairan.line.menus.layouts import FREE, LAYOUTS
from kairan.line.menus.models import MenuPicture, MenuSet
from kairan.line.menus.queries import LANGUAGES
from kairan.municipalities.models import Area

# What an area may begin: (a button's data, its words). Given by whoever hangs up the pages.
Starts = Callable[[], Sequence[tuple[str, str]]]

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
    (Does.START.value, _("受付をはじめる")),
    (Does.PAGE.value, _("ページを開く")),
    (Does.PHONE.value, _("電話をかける")),
    (Does.SWITCH.value, _("タブを切り替える")),
]
LAYOUT_WORDS = [
    *((layout.key, layout.label) for layout in LAYOUTS.values()),
    (FREE, _("自由に置く")),
]
TIME = "%Y-%m-%dT%H:%M"


class NewMenuForm(forms.Form):
    name = forms.CharField(
        label=_("名前"), max_length=60, help_text=_("職員に見える名前です。例：標準、夏まつり")
    )
    mode = forms.ChoiceField(
        label=_("いつ使うメニューですか"),
        choices=MenuSet.Mode.choices,
        initial=MenuSet.Mode.NORMAL,
        widget=forms.RadioSelect,
    )
    begin = forms.ChoiceField(label=_("何から始めますか"), initial="default")

    def __init__(self, data: Any = None, *, others: Sequence[MenuSet] = ()) -> None:
        super().__init__(data)
        copies = [(f"copy-{menu.pk}", _copy_of(menu)) for menu in others]
        begins = [
            ("default", _("標準の形（市民レポート・状況確認・電話）")),
            *copies,
            *LAYOUT_WORDS,
        ]
        cast(forms.ChoiceField, self.fields["begin"]).choices = begins


def _copy_of(menu: MenuSet) -> str:
    return gettext("「%(name)s」を写す") % {"name": menu.name}


class SetForm(forms.Form):
    """For whom and when, and what the bar says. `revision` is what was read."""

    name = forms.CharField(label=_("名前"), max_length=60)
    language = forms.ChoiceField(label=_("だれに（ことば）"), required=False)
    area = forms.ModelChoiceField(
        label=_("だれに（地域）"),
        queryset=Area.objects.none(),
        required=False,
        empty_label=_("すべての地域"),
        help_text=_("その地域から、いちばん近ごろ通報した人に出ます。"),
    )
    starts_at = forms.DateTimeField(
        label=_("いつから"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=TIME),
    )
    ends_at = forms.DateTimeField(
        label=_("いつまで"),
        required=False,
        help_text=_("この時刻になると、前のメニューに戻ります。"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=TIME),
    )
    chat_bar_text = forms.CharField(
        label=_("メニューを開くバーのことば"),
        help_text=_("トークのいちばん下に出ます。14字までです。"),
    )
    opens_by_itself = forms.BooleanField(
        label=_("トークを開いたとき、メニューも開く"), required=False
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, menu: MenuSet, data: Any = None) -> None:
        design = menu.design
        initial = {
            "name": menu.name,
            "language": menu.language,
            "area": menu.area_id,
            "starts_at": menu.starts_at,
            "ends_at": menu.ends_at,
            "chat_bar_text": design.chat_bar_text,
            "opens_by_itself": design.opens_by_itself,
            "revision": menu.revision,
        }
        super().__init__(data, initial=initial)
        languages = [("", _("すべてのことば")), *LANGUAGES.items()]
        cast(forms.ChoiceField, self.fields["language"]).choices = languages
        cast("forms.ModelChoiceField[Area]", self.fields["area"]).queryset = Area.objects.in_order()

    def clean_chat_bar_text(self) -> str:
        words: str = self.cleaned_data["chat_bar_text"].strip()
        if grapheme_length(words) > limits.CHAT_BAR_TEXT:
            raise forms.ValidationError(
                _("%(most)s字までにしてください。"), params={"most": limits.CHAT_BAR_TEXT}
            )
        return words

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("「いつから」より後の日時を入れてください。"))
        return cleaned


class SpotForm(forms.Form):
    """One area; without words there is none. Which of the values counts hangs on `does`."""

    words = forms.CharField(
        label=_("ことば"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 2 * limits.LABEL}),
    )
    icon = forms.ChoiceField(label=_("絵"), choices=[(name, ICON_WORDS[name]) for name in ICONS])
    does = forms.ChoiceField(
        label=_("押すと"),
        choices=DOES_WORDS,
        initial=Does.SAY.value,
        widget=forms.Select(attrs={"data-does": ""}),
    )
    value = forms.CharField(
        label=_("送ることば・住所・電話番号"),
        required=False,
        max_length=limits.URI,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    start = forms.ChoiceField(label=_("はじめる受付"), required=False)
    target = forms.ChoiceField(label=_("切り替え先のタブ"), required=False)
    x = forms.IntegerField(label=_("左から"), required=False)
    y = forms.IntegerField(label=_("上から"), required=False)
    width = forms.IntegerField(label=_("横"), required=False)
    height = forms.IntegerField(label=_("縦"), required=False)

    def __init__(
        self, *args: Any, starts: Sequence[tuple[str, str]], tabs: Sequence[Tab], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        choose = ("", gettext("選んでください"))
        given = str(self["start"].value() or "")
        gone = [(given, gettext("（いまはない受付）"))] if given not in dict(starts) else []
        cast(forms.ChoiceField, self.fields["start"]).choices = [
            choose,
            *gone[: bool(given)],
            *starts,
        ]
        targets = [(tab.key, tab.name) for tab in tabs]
        wanted = str(self["target"].value() or "")
        lost = [(wanted, gettext("（いまはないタブ）"))] if wanted not in dict(targets) else []
        cast(forms.ChoiceField, self.fields["target"]).choices = [
            choose, *lost[: bool(wanted)], *targets,
        ]  # fmt: skip
        for name in ("x", "y", "width", "height"):
            self.fields[name].widget.attrs |= {"step": 10, "min": 0, "data-edge": name}

    def clean_words(self) -> str:
        return str(self.cleaned_data["words"]).replace("\r\n", "\n").strip()

    def spot(self) -> Spot:
        """As well as it can be read."""
        given = getattr(self, "cleaned_data", {})
        does = Does(given.get("does") or Does.SAY)
        source = {Does.START: "start", Does.SWITCH: "target"}.get(does, "value")
        edges = [given.get(name) or 0 for name in ("x", "y", "width", "height")]
        return Spot(
            given.get("words", ""),
            given.get("icon") or "report",
            does,
            str(given.get(source) or "").strip(),
            Cell(*edges),
        )


class BaseSpotForms(forms.BaseFormSet[SpotForm]):
    def spots(self) -> tuple[Spot, ...]:
        return tuple(form.spot() for form in self.forms)


class TabForm(forms.Form):
    name = forms.CharField(
        label=_("タブの名前"), max_length=20, help_text=_("タブが2つ以上のとき、絵の上に出ます。")
    )
    alias = forms.CharField(
        label=_("切り替え用の名前"),
        max_length=60,
        help_text=_("LINEの中で使う名前です。ふだんは変えません。半角の小文字・数字・「-」「_」。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    layout = forms.ChoiceField(
        label=_("枠の形"), choices=LAYOUT_WORDS, widget=forms.Select(attrs={"data-layout": ""})
    )
    source = forms.ChoiceField(
        label=_("絵"),
        choices=[
            ("draw", _("絵とことばから、自動で描く")),
            ("upload", _("用意した絵を使う")),
        ],
        widget=forms.RadioSelect,
    )
    upload = forms.FileField(
        label=_("絵のファイル"),
        required=False,
        help_text=_("JPEGかPNG、1MBまで。2500×1686か、2500×843の絵がきれいに出ます。"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
    )
    picture = forms.IntegerField(required=False, widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput)


def _spot_forms(count: int) -> type[BaseSpotForms]:
    most = limits.RICH_MENU_AREAS
    made = forms.formset_factory(
        SpotForm, formset=BaseSpotForms, extra=0, min_num=min(count, most), max_num=most,
        absolute_max=most,
    )  # fmt: skip
    return cast(type[BaseSpotForms], made)


class TabEditor:
    """A tab's own fields and its areas as one form."""

    def __init__(
        self,
        menu: MenuSet,
        tab: Tab,
        starts: Sequence[tuple[str, str]],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.menu, self.before, self.starts, self.data = menu, tab, starts, data
        head = {
            "name": tab.name,
            "alias": tab.alias,
            "layout": tab.layout,
            "source": "upload" if tab.picture else "draw",
            "picture": tab.picture,
            "revision": menu.revision,
        }
        self.head = TabForm(data, initial=head)
        self.spots = _spot_forms(len(tab.spots))(
            data,
            prefix="spots",
            initial=[_initial(spot) for spot in tab.spots],
            form_kwargs={"starts": starts, "tabs": menu.design.tabs},
        )
        self.problems: list[Problem] = []

    @property
    def picture(self) -> MenuPicture | None:
        if self.head["source"].value() != "upload" or not self.head["picture"].value():
            return None
        key = str(self.head["picture"].value())
        found = MenuPicture.objects.filter(channel=self.menu.channel_id)
        return found.filter(pk=int(key)).first() if key.isdecimal() else None

    def tab(self) -> Tab:
        """What stands in the fields, as well as it can be read."""
        if self.data is None:
            return self.before
        self.head.is_valid()
        self.spots.is_valid()
        given = self.head.cleaned_data
        layout = given.get("layout") or self.before.layout
        tab = replace(
            self.before,
            name=given.get("name") or self.before.name,
            alias=given.get("alias") or "",
            layout=layout,
            spots=self.spots.spots(),
        )
        if picture := self.picture:
            return replace(tab, picture=picture.pk, width=picture.width, height=picture.height)
        return drawn_size(tab)

    def design(self) -> Design:
        return self.menu.design.with_tab(self.tab())

    def is_valid(self, taken: set[str]) -> bool:
        """Also as LINE sees it; what is wrong stands beside its field."""
        fits = all([self.head.is_valid(), self.spots.is_valid()])
        starts = {value for value, _words in self.starts}
        found = problems(self.design(), starts=starts, taken=taken)
        self.problems = [problem for problem in found if problem.tab == self.before.key]
        for problem in self.problems:
            self._place(problem)
        if self.head["source"].value() == "upload" and self.picture is None:
            self.head.add_error("upload", _("絵のファイルを選んでください。"))
        return fits and not self.problems and not self.head.errors

    def _place(self, problem: Problem) -> None:
        if problem.spot is None:
            field = {"alias": "alias", "picture": "upload"}.get(problem.field)
            if not (field == "alias" and "alias" in self.head.errors):
                self.head.add_error(field, problem.text)
            return
        form = self.spots.forms[problem.spot]
        field = problem.field
        if field == "value":
            does = form.spot().does
            field = {Does.START: "start", Does.SWITCH: "target"}.get(does, "value")
        form.add_error(field, problem.text)


def _initial(spot: Spot) -> dict[str, Any]:
    source = {Does.START: "start", Does.SWITCH: "target"}.get(spot.does, "value")
    named = {"words": spot.words, "icon": spot.icon, "does": spot.does.value, source: spot.value}
    return {**named, **spot.cell._asdict()}
