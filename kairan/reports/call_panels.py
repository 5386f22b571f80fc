# SPDX-License-Identifier: Apache-2.0
"""The form beside a promised call on a case's page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _

from kairan.people.models import Person
from kairan.reports.actions.callbacks import finish_call_back
from kairan.reports.models import CallBack
from kairan.reports.panels import Done, Panel


class CalledPanel(Panel):
    """「電話した」. One that is done already stays done."""

    name = "called"
    group = "facts"
    call = forms.ModelChoiceField(queryset=CallBack.objects.none())

    def prepare(self) -> None:
        field = self.fields["call"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (for the type checker)
        field.queryset = CallBack.objects.filter(report__case=self.case)

    def do(self, acting: Person) -> Done:
        finish_call_back(acting=acting, call_back=self.cleaned_data["call"])
        return Done(self.case, _("折り返しを済みにしました。"))
