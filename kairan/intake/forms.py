# SPDX-License-Identifier: Apache-2.0
"""What a clerk fills in around the scenario's questions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.intake.models import IncomingMail
from kairan.reports.models.callbacks import MAX_NOTE_LENGTH
from kairan.reports.models.cases import Channel
from kairan.residents.forms import ContactForm

MAX_MEMO = 2_000
MAX_ANSWER = 5_000


class CallerForm(ContactForm):
    """Who reported, and whether to phone back. As the page sends it: one JSON object."""

    call_back = forms.BooleanField(label=gettext_lazy("折り返しの電話がほしい"), required=False)
    call_back_at = forms.DateTimeField(
        label=gettext_lazy("いつまでに"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        error_messages={"invalid": gettext_lazy("日付と時刻を入れてください。")},
    )
    call_back_note = forms.CharField(
        label=gettext_lazy("電話で伝えること"), required=False, max_length=MAX_NOTE_LENGTH
    )
    memo = forms.CharField(
        label=gettext_lazy("職員だけのメモ"),
        required=False,
        max_length=MAX_MEMO,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("受付方法"),
        choices=[
            (str(one.value), one.label) for one in (Channel.PHONE, Channel.COUNTER, Channel.MAIL)
        ],
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("call_back") and not given.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("折り返すには、電話番号が要ります。"))
        return given


class AsideForm(forms.Form):
    """Why no report will come of a mail, and what its writer is told."""

    why = forms.ChoiceField(
        label=gettext_lazy("理由"),
        choices=[(str(one.value), one.label) for one in IncomingMail.BY_CLERKS],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=gettext_lazy("差出人への返事"),
        required=False,
        max_length=MAX_ANSWER,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
