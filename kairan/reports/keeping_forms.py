# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.reports.keeping import Period, periods
from kairan.reports.models import Case, Part
from kairan.reports.models.keeping import MAX_KEPT_DAYS, MAX_WORDS_LENGTH

_FIELDS = {Part.CONTACT: "contact", Part.PHOTOS: "photo", Part.ALL: "all"}


class KeepingForm(forms.Form):
    """The table of kinds × parts: days after closing, empty for «kept»."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self.periods = periods()
        for row in self.periods:
            for part, name in _FIELDS.items():
                self.fields[f"{name}-{row.kind.pk}"] = forms.IntegerField(
                    label=f"{row.kind.name} {part.label}",
                    required=False,
                    min_value=1,
                    max_value=MAX_KEPT_DAYS,
                    initial=row.days[part],
                )

    @property
    def rows(self) -> list[tuple[Period, list[forms.BoundField]]]:
        return [
            (row, [self[f"{name}-{row.kind.pk}"] for name in _FIELDS.values()])
            for row in self.periods
        ]

    def days(self, row: Period) -> dict[str, int | None]:
        """For ``actions.set_keeping``."""
        return {
            f"{name}_days": self.cleaned_data[f"{name}-{row.kind.pk}"] for name in _FIELDS.values()
        }


class EraseForm(forms.Form):
    """What of a case goes, and why."""

    part = forms.ChoiceField(
        label=gettext_lazy("消すもの"), choices=Part.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=MAX_WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("記録に残ります。消す内容そのものは書かないでください。"),
    )

    def __init__(self, case: Case, data: Any = None) -> None:
        super().__init__(data, initial={"part": Part.CONTACT}, label_suffix="")
        if case.is_open:
            part = self.fields["part"]
            assert isinstance(part, forms.ChoiceField)  # noqa: S101  (for the type checker)
            part.choices = [(p.value, p.label) for p in Part if p != Part.ALL]
            part.help_text = _("対応を終えると、すべてを消すこともできます。")


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("お断りする理由"),
        max_length=MAX_WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("通報した人に、このまま届きます。"),
    )


class AskForm(forms.Form):
    """What a resident may say with the wish."""

    words = forms.CharField(
        label=gettext_lazy("伝えたいこと"),
        required=False,
        max_length=MAX_WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    every = forms.BooleanField(
        label=gettext_lazy("これまでの私の通報をすべて消してほしい"), required=False
    )
