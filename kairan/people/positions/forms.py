# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.audit.actors import Actor
from kairan.lib.plain import plain
from kairan.municipalities.models import MAX_NAME_LENGTH, Area, Department
from kairan.people.models import Person
from kairan.people.positions.actions import add_holder
from kairan.people.positions.models import Position

MAX_NAME = 100
MAX_PHONE = 20
READS_ON = (0, 7, 14, 30, 60, 90)


class LineField(forms.CharField):
    """One line for people: no invisible or turning characters, no breaks."""

    def clean(self, value: Any) -> str:
        text = " ".join(plain(super().clean(value), 10_000).split())
        if self.required and not text:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return text


def _areas() -> QuerySet[Area]:
    return Area.objects.in_order()


class PositionForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("種類"),
        choices=[
            (Position.Kind.POST, gettext_lazy("役職（1人がつく）")),
            (Position.Kind.DESK, gettext_lazy("窓口（職員が何人かで受ける）")),
        ],
        initial=Position.Kind.POST,
        widget=forms.RadioSelect,
    )
    area = forms.ModelChoiceField(
        Area.objects.none(),
        label=gettext_lazy("区域"),
        empty_label=gettext_lazy("なし"),
        required=False,
    )
    title = LineField(
        label=gettext_lazy("役職"),
        max_length=MAX_NAME_LENGTH,
        required=False,
        help_text=gettext_lazy("会長、副会長、防災委員など"),
    )
    name = LineField(
        label=gettext_lazy("みんなに見える名前"),
        max_length=MAX_NAME_LENGTH,
        required=False,
        help_text=gettext_lazy("空けておくと、区域と役職をつないだ名前になります。"),
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("課・センター"),
        empty_label=gettext_lazy("なし"),
        required=False,
    )
    phone = LineField(
        label=gettext_lazy("電話"),
        max_length=MAX_PHONE,
        required=False,
        help_text=gettext_lazy("窓口の電話は、会長たちの画面と紙に出ます。"),
    )
    place = forms.IntegerField(
        label=gettext_lazy("並び順"), min_value=0, max_value=100_000, initial=0, required=False
    )

    def __init__(self, *args: Any, changes: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = _areas()  # type: ignore[attr-defined]
        self.fields["department"].queryset = Department.objects.open().in_order()  # type: ignore[attr-defined]
        if changes:
            del self.fields["kind"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["place"] = cleaned.get("place") or 0
        words = [str(cleaned.get("area") or ""), cleaned.get("title", "")]
        cleaned["name"] = cleaned.get("name") or " ".join(filter(None, words))
        if len(cleaned["name"]) > MAX_NAME_LENGTH:
            self.add_error("name", _("名前が長すぎます。"))
        elif not cleaned["name"] and not self.errors:
            self.add_error("name", _("名前か、区域と役職を入れてください。"))
        return cleaned


class HolderForm(forms.Form):
    name = LineField(label=gettext_lazy("氏名"), max_length=MAX_NAME)
    phone = LineField(label=gettext_lazy("電話"), max_length=MAX_PHONE, required=False)
    email = forms.EmailField(
        label=gettext_lazy("メールアドレス"),
        required=False,
        help_text=gettext_lazy(
            "なくても使えます。あれば、読んでいないトークをメールで知らせます。"
        ),
    )


class KnownField(forms.ModelChoiceField[Person]):
    def label_from_instance(self, obj: Person) -> str:
        """Two of the same name are told apart by how they are reached."""
        reached = obj.phone or obj.email
        return f"{obj.name}（{reached}）" if reached else obj.name


class WhoForm(HolderForm):
    """Somebody new, or somebody who sits or sat elsewhere."""

    known = KnownField(
        Person.objects.none(),
        label=gettext_lazy("もう登録のある人"),
        empty_label=gettext_lazy("（新しい人。下に書く）"),
        required=False,
    )
    field_order = ("known", "name", "phone", "email")

    def __init__(self, *args: Any, without: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Person.objects.active().filter(tenures__isnull=False).distinct().in_order()
        if without is not None:
            known = known.exclude(pk=without.pk)
        self.fields["known"].queryset = known  # type: ignore[attr-defined]
        self.fields["name"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("known") and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", _("氏名を入れるか、登録のある人をえらんでください。"))
        return cleaned

    def person(self, *, acting: Actor) -> Person:
        """Whom the form means; somebody new is made. Raises ``AddressTaken``."""
        known: Person | None = self.cleaned_data["known"]
        if known is not None:
            return known
        new = {field: self.cleaned_data[field] for field in ("name", "phone", "email")}
        return add_holder(acting=acting, **new)


def _day(label: object, help_text: object = "") -> forms.DateField:
    return forms.DateField(
        label=label,  # type: ignore[arg-type]
        help_text=help_text,  # type: ignore[arg-type]
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class AppointForm(WhoForm):
    starts_on = _day(gettext_lazy("はじまりの日"))


class ClerkForm(forms.Form):
    person = forms.ModelChoiceField(
        Person.objects.none(), label=gettext_lazy("職員"), empty_label=gettext_lazy("えらぶ")
    )

    def __init__(self, *args: Any, position: Position, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = position.tenures.filter(ended_at=None).values("person")
        staff = Person.objects.active().filter(memberships__isnull=False).distinct()
        self.fields["person"].queryset = staff.exclude(pk__in=there).in_order()  # type: ignore[attr-defined]


class HandOverForm(WhoForm):
    last_day = _day(
        gettext_lazy("いまの人の最後の日"),
        gettext_lazy(
            "今日までの日なら、すぐに引き継ぎます。先の日なら、その日が終わったときです。"
        ),
    )
    reads_on_days = forms.TypedChoiceField(
        label=gettext_lazy("いまの人が、あとで読める期間"),
        coerce=int,
        choices=[
            (days, gettext_lazy("読めない") if not days else gettext_lazy("%d日") % days)
            for days in READS_ON
        ],
        initial=0,
        help_text=gettext_lazy("書きこみは、どれをえらんでもできなくなります。"),
    )

    # Whose tenure the page was about.
    tenure = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_last_day(self) -> date:
        last_day: date = self.cleaned_data["last_day"]
        if last_day.year > timezone.localdate().year + 2:
            raise forms.ValidationError(_("2年より先の日は決められません。"))
        return last_day


class ReissueForm(forms.Form):
    """Who asks for another code was looked at first: how, stands in the record."""

    checked = forms.ChoiceField(
        label=gettext_lazy("どうやって本人と確かめましたか"),
        choices=[
            ("窓口で顔を見て", gettext_lazy("窓口で顔を見て")),
            ("登録の電話番号にかけ直して", gettext_lazy("登録の電話番号にかけ直して")),
            ("自宅や会合で会って", gettext_lazy("自宅や会合で会って")),
        ],
        widget=forms.RadioSelect,
    )
    sign_out = forms.BooleanField(
        label=gettext_lazy("いま入っている端末をすべてサインアウトする（なくした・こわれたとき）"),
        required=False,
    )


class PositionFilter(forms.Form):
    """What the list's address says; a wrong value counts as none."""

    q = forms.CharField(label=gettext_lazy("役職・氏名"), required=False)
    area = forms.ModelChoiceField(
        Area.objects.none(),
        label=gettext_lazy("区域"),
        empty_label=gettext_lazy("すべて"),
        required=False,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("種類"),
        choices=[("", gettext_lazy("すべて")), *Position.Kind.choices],
        required=False,
    )
    state = forms.ChoiceField(
        label=gettext_lazy("状態"),
        choices=[
            ("", gettext_lazy("すべて")),
            ("held", gettext_lazy("人がついている")),
            ("vacant", gettext_lazy("空席")),
            ("outside", gettext_lazy("まだ入っていない")),
            ("planned", gettext_lazy("引き継ぎの予定がある")),
            ("closed", gettext_lazy("閉じた役職")),
        ],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = _areas()  # type: ignore[attr-defined]
