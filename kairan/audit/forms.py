# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_DAY = forms.DateInput(attrs={"type": "date"})


class RecordFilter(forms.Form):
    """What the record is searched by; a wrong value counts as none."""

    since = forms.DateField(label=_("この日から"), required=False, widget=_DAY)
    until = forms.DateField(label=_("この日まで"), required=False, widget=_DAY)
    actor = forms.CharField(label=_("だれが"), required=False)
    verb = forms.ChoiceField(label=_("何を"), required=False)
    target = forms.RegexField(r"^[a-z_]+\.[a-z_]+:\d{1,18}$", required=False)
    q = forms.CharField(label=_("ことば"), required=False)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    def __init__(self, *args: Any, verbs: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = [("", _("すべて")), *verbs]  # type: ignore[attr-defined]
