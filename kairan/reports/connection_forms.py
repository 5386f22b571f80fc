# SPDX-License-Identifier: Apache-2.0
"""How an authority's own system is reached, beside its name and phone."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.partners.errors import NotAllowed
from kairan.partners.guard import read_address
from kairan.reports.models import Connection, ReportKind
from kairan.reports.models.handovers import new_secret

Way = Connection.Way
_CODE = "code-"
_ANSWER = re.compile(r"\S+\s+[^\s=\[\]]+\s*=.*")


class ConnectionForm(forms.ModelForm[Connection]):
    """An empty secret leaves the one that is kept."""

    secret = forms.CharField(
        label=gettext_lazy("APIキー・署名の鍵"),
        required=False,
        max_length=500,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "Open311では相手からもらったAPIキー、Webhookでは相手と同じ鍵です。"
            "空のままなら、今の鍵を使い続けます。"
        ),
    )

    class Meta:
        model = Connection
        fields = (
            "way",
            "url",
            "secret",
            "jurisdiction_id",
            "service_code",
            "answers",
            "poll_minutes",
        )
        labels = {"jurisdiction_id": "jurisdiction_id", "service_code": "service_code"}
        widgets = {"way": forms.RadioSelect, "answers": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "url": gettext_lazy("例: https://example.jp/open311/v2/"),
            "jurisdiction_id": gettext_lazy("相手が求めるときだけ書きます（Open311）。"),
            "service_code": gettext_lazy("相手の受付項目のコードです（Open311）。"),
            "answers": gettext_lazy(
                "相手が必ず求める項目を、1行に1つ「service_code 項目=値」で書きます。"
                "例: street_light state=other"
            ),
            "poll_minutes": gettext_lazy("Open311の相手に、状況を聞きにいきます。"),
        }

    def __init__(self, data: Any = None, *, instance: Connection) -> None:
        super().__init__(data, instance=instance)
        for kind in ReportKind.objects.active().in_order():
            self.fields[f"{_CODE}{kind.key}"] = forms.CharField(
                label=kind.name,
                required=False,
                max_length=100,
                initial=self.instance.service_codes.get(kind.key, ""),
            )

    def codes(self) -> list[forms.BoundField]:
        """A service code for each kind that needs one of its own."""
        return [bound for bound in self if bound.name.startswith(_CODE)]

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        if url:
            try:
                read_address(url)
            except NotAllowed as error:
                raise forms.ValidationError(error.reason) from error
        return url

    def clean_answers(self) -> str:
        text: str = self.cleaned_data["answers"]
        for line in filter(None, map(str.strip, text.splitlines())):
            if not _ANSWER.fullmatch(line):
                words = _("「{line}」は「service_code 項目=値」の形ではありません。")
                raise forms.ValidationError(words.format(line=line))
        return text

    def clean_secret(self) -> str:
        return self.cleaned_data["secret"].strip() or self.instance.secret

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        way = given.get("way")
        if way == Way.NONE or "way" in self.errors:
            return given
        if not given.get("url") and "url" not in self.errors:
            self.add_error("url", _("送り先のアドレスを書いてください。"))
        if way == Way.OPEN311:
            codes = [given.get(bound.name) for bound in self.codes()]
            if not given.get("service_code") and not (codes and all(codes)):
                self.add_error("service_code", _("相手の受付項目のコードを書いてください。"))
            if not given.get("secret"):
                self.add_error("secret", _("相手からもらったAPIキーを書いてください。"))
        return given

    def filled(self) -> Connection:
        """The row as it is to be saved. A webhook without a secret gets one of ours."""
        row = self.save(commit=False)
        given = self.cleaned_data
        row.secret = given["secret"]
        if row.way == Way.WEBHOOK and not row.secret:
            row.secret = new_secret()
        row.service_codes = {
            bound.name.removeprefix(_CODE): given[bound.name]
            for bound in self.codes()
            if given[bound.name]
        }
        return row
