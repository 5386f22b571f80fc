# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.municipalities.models import Area, Department
from kairan.reports.at_work import LANGUAGES
from kairan.reports.models import (
    AnswerTemplate,
    Authority,
    DefectKind,
    NoticePreference,
    ReportKind,
    ReportSettings,
    RoutingRule,
)
from kairan.reports.models.kinds import MAX_NAME_LENGTH
from kairan.reports.wording import unknown_placeholder
from kairan.reports.workflow import Status
from kairan.scenarios.wording import SOURCE_LANGUAGE

_TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class KindForm(forms.ModelForm[ReportKind]):
    class Meta:
        model = ReportKind
        fields = (
            "name", "key", "position", "target_days", "counts_working_days",
            "closed_hours", "duty_email", "duty_phone", "closers", "four_eyes",
            "join_distance_m", "join_days",
            "escalate_days", "escalate_more_days", "is_active", "shows_cases",
        )  # fmt: skip
        widgets = {"closed_hours": forms.RadioSelect, "closers": forms.RadioSelect}
        help_texts = {
            "join_distance_m": gettext_lazy(
                "この近さに終わっていない案件があると、通報する人に「同じ件ですか」とたずねます。"
                "0にすると、たずねません。"
            ),
            "key": gettext_lazy("シナリオと結ぶ名前です。半角の英数字と - を使います。"),
            "target_days": gettext_lazy("通報者に「いつごろまで」と伝える日数です。"),
            "duty_email": gettext_lazy("「当直へ知らせる」のときに、ここへすぐ送ります。"),
            "closers": gettext_lazy("ほかの人が終わらせようとすると、この人たちの確認を待ちます。"),
            "four_eyes": gettext_lazy(
                "1人では終わらせません。通報者には、別の人が確認したあとで知らせます。"
            ),
            "escalate_days": gettext_lazy("空のときは、知らせません。"),
            "escalate_more_days": gettext_lazy(
                "課長に知らせたあとも終わらないとき。期限から数えます。"
            ),
            "is_active": gettext_lazy("外すと、新しい通報で選べなくなります。"),
            "shows_cases": gettext_lazy(
                "職員が見出しと写真を確かめて公開した案件が、だれでも見られる地図に載ります。"
                "件数と対応状況は、オープンデータにも入ります。"
            ),
        }

    defects = forms.CharField(
        label=gettext_lazy("不具合の種類"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "1行に1つ書きます。「穴ぼこ: 穴があいている、へこみ」のように回答のことばを続けると、"
            "その回答の通報に自動でつきます。"
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = DefectKind.objects.filter(kind=self.instance.pk or 0, is_active=True)
        self.initial["defects"] = "\n".join(map(_defect_line, rows.order_by("position", "id")))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, then = given.get("escalate_days"), given.get("escalate_more_days")
        if then is not None and (first is None or then <= first):
            words = _("課長に知らせる日数より、大きい数にしてください。")
            self.add_error("escalate_more_days", words)
        return given

    def clean_defects(self) -> list[tuple[str, str]]:
        """Name and words of each line. Raises for a name that stands twice or is too long."""
        found: dict[str, str] = {}
        for line in self.cleaned_data["defects"].splitlines():
            name, _colon, words = line.replace("：", ":").partition(":")
            name = name.strip()
            if name in found or len(name) > MAX_NAME_LENGTH:
                raise forms.ValidationError(
                    _("「{name}」は長すぎるか、2回書いてあります。").format(name=name[:20])
                )
            if name:
                several = words.replace("、", ",").replace("，", ",").split(",")
                found[name] = "\n".join(word.strip() for word in several if word.strip())
        return list(found.items())

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if ReportKind.objects.filter(key=key).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("このキーの種類は、もうあります。"))
        return key


class TemplateForm(forms.ModelForm[AnswerTemplate]):
    class Meta:
        model = AnswerTemplate
        fields = ("title", "kind", "status", "text")
        labels = {"kind": gettext_lazy("通報の種類")}
        widgets = {"text": forms.Textarea(attrs={"rows": 8})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ModelChoiceField)  # noqa: S101  (for the type checker)
        kind.queryset = ReportKind.objects.in_order()
        kind.empty_label = _("どの種類でも")
        status = self.fields["status"]
        assert isinstance(status, forms.ChoiceField)  # noqa: S101  (for the type checker)
        status.choices = [("", _("いつでも")), *Status.choices]
        for code, name in LANGUAGES.items():
            if code != SOURCE_LANGUAGE:
                self.fields[f"text_{code}"] = forms.CharField(
                    label=name,
                    required=False,
                    max_length=2_000,
                    initial=self.instance.texts.get(code, ""),
                    widget=forms.Textarea(attrs={"rows": 4, "lang": code}),
                )

    def other_texts(self) -> list[forms.BoundField]:
        """The other languages: those that are written, and those that many towns need, first."""
        fields = [bound for bound in self if bound.name.startswith("text_")]
        return sorted(fields, key=lambda bound: not bound.value())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name, text in list(given.items()):
            if name.startswith("text") and (unknown := unknown_placeholder(text)):
                words = _("「{name}」という差し込みはありません。")
                self.add_error(name, words.format(name=unknown))
        self.instance.texts = {
            name.removeprefix("text_"): text.strip()
            for name, text in given.items()
            if name.startswith("text_") and text.strip()
        }
        return given


class AuthorityForm(forms.ModelForm[Authority]):
    class Meta:
        model = Authority
        fields = ("name", "phone", "hours", "looks_after", "contact", "email", "is_active")
        labels = {"is_active": gettext_lazy("引き継ぎ先として使う")}
        help_texts = {
            "contact": gettext_lazy("職員だけが見ます。例: 維持係 山本さん"),
            "email": gettext_lazy("職員だけが見ます。"),
            "hours": gettext_lazy("例: 平日 8:30〜17:15"),
            "looks_after": gettext_lazy("例: 国道3号、白川の本流"),
            "is_active": gettext_lazy("外すと、引き継ぎ先として選べなくなります。"),
        }

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Authority.objects.filter(name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("この名前の機関は、もうあります。"))
        return name


class SettingsForm(forms.ModelForm[ReportSettings]):
    closed_days = forms.CharField(
        label=gettext_lazy("市の休み"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "土日・祝日・年末年始のほかに閉まる日を、1行に1日ずつ書きます（例: 2026-08-14）。"
        ),
    )

    class Meta:
        model = ReportSettings
        fields = ("department", "opens_at", "closes_at", "closed_days")
        widgets = {"opens_at": _TIME, "closes_at": _TIME}
        labels = {"department": gettext_lazy("どの決まりにも当てはまらない通報の担当課")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (for the type checker)
        field.queryset = Department.objects.open().in_order()
        field.empty_label = _("いちばん上の課")
        self.initial["closed_days"] = "\n".join(self.instance.closed_days)

    def clean_closed_days(self) -> list[str]:
        days = []
        for line in self.cleaned_data["closed_days"].split():
            try:
                days.append(date.fromisoformat(line.replace("/", "-")).isoformat())
            except ValueError as error:
                words = _("「{line}」は日付ではありません。2026-08-14 のように書いてください。")
                raise forms.ValidationError(words.format(line=line)) from error
        return sorted(set(days))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        opens, closes = given.get("opens_at"), given.get("closes_at")
        if opens and closes and opens >= closes:
            self.add_error("closes_at", _("閉庁は、開庁よりあとの時刻にしてください。"))
        return given


def _columns(ruled: set[int]) -> list[Area]:
    """Where reports are found to lie: drawn areas, and those with a rule; without a map, all.

    School districts that are there for their chairs alone would bury the wards.
    """
    areas = list(Area.objects.in_order())
    shown = [area for area in areas if area.geometry is not None or area.pk in ruled]
    return shown if any(area.geometry is not None for area in areas) else areas


class RoutingForm(forms.Form):
    """The table of kinds × areas. A field for each cell, named ``r-<kind>-<area>`` (0: every)."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.kinds = list(ReportKind.objects.in_order())
        rules = {(r.kind_id or 0, r.area_id or 0): r for r in RoutingRule.objects.all()}
        self.areas = _columns({area for _kind, area in rules})
        departments = list(Department.objects.open().in_order())
        known = {d.pk for d in departments}
        choices: list[tuple[str, str]] = [("", "—")] + [(str(d.pk), d.name) for d in departments]
        for kind in [0, *(k.pk for k in self.kinds)]:
            for area in [0, *(a.pk for a in self.areas)]:
                rule = rules.get((kind, area))
                field = forms.ChoiceField(choices=choices, required=False)
                field.initial = str(rule.department_id) if rule else ""
                if rule and rule.department_id not in known:
                    closed = (str(rule.department_id), _("（閉じた課）"))
                    field.choices = [*choices, closed]
                self.fields[_cell(kind, area)] = field

    def rows(self) -> list[tuple[ReportKind | None, list[tuple[str, forms.BoundField]]]]:
        """A line for each kind, the last for all others: (what the cell is, its field)."""
        columns: list[tuple[int, str]] = [(0, _("どの区域でも"))]
        columns += [(area.pk, area.name) for area in self.areas]
        lines: list[ReportKind | None] = [*self.kinds, None]
        return [
            (
                kind,
                [
                    (f"{kind or _('ほかのすべて')} × {name}", self[_cell(kind_id, area)])
                    for area, name in columns
                ],
            )
            for kind in lines
            for kind_id in [kind.pk if kind else 0]
        ]

    def changes(self) -> list[tuple[ReportKind | None, Area | None, Department | None]]:
        """The cells that were changed; valid forms only."""
        kinds = {0: None, **{kind.pk: kind for kind in self.kinds}}
        areas = {0: None, **{area.pk: area for area in self.areas}}
        departments = {str(d.pk): d for d in Department.objects.all()}
        return [
            (kinds[kind], areas[area], departments.get(self.cleaned_data[_cell(kind, area)]))
            for kind in kinds
            for area in areas
            if self.cleaned_data[_cell(kind, area)] != self.fields[_cell(kind, area)].initial
        ]


class PreferenceForm(forms.Form):
    """How one person hears of new reports: a general wish, and others by kind."""

    general = forms.ChoiceField(label=gettext_lazy("ふだん"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, chosen: dict[int | None, str]) -> None:
        super().__init__(data)
        modes = NoticePreference.Mode.choices
        general = self.fields["general"]
        assert isinstance(general, forms.ChoiceField)  # noqa: S101  (for the type checker)
        general.choices = [("", _("課の決まりに合わせる")), *modes]
        general.required = False
        general.initial = chosen.get(None, "")
        for kind in ReportKind.objects.in_order():
            self.fields[f"kind-{kind.pk}"] = forms.ChoiceField(
                label=kind.name,
                required=False,
                choices=[("", _("ふだんと同じ")), *modes],
                initial=chosen.get(kind.pk, ""),
            )

    def by_kind(self) -> list[forms.BoundField]:
        return [bound for bound in self if bound.name != "general"]

    @property
    def modes(self) -> dict[int | None, str]:
        given = self.cleaned_data
        found: dict[int | None, str] = {None: given["general"]}
        for name, mode in given.items():
            if name.startswith("kind-"):
                found[int(name.removeprefix("kind-"))] = mode
        return found


def _defect_line(row: DefectKind) -> str:
    words = "、".join(row.words.splitlines())
    return f"{row.name}: {words}" if words else row.name


def _cell(kind: int, area: int) -> str:
    return f"r-{kind}-{area}"
