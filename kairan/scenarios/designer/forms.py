# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kairan.line import limits
from kairan.line.limits import grapheme_length
from kairan.scenarios.definition import Definition
from kairan.scenarios.designer.kinds import kinds_offered
from kairan.scenarios.languages import LANGUAGES, language_name
from kairan.scenarios.loader import ready_definitions
from kairan.scenarios.models import Scenario

EMPTY = "empty"
MAX_FILE = 2 * 1024 * 1024


class TitleField(forms.CharField):
    """As long as LINE's buttons take it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=100, **options)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if grapheme_length(text) > limits.LABEL:
            raise forms.ValidationError(
                _("%(limit)s文字までにしてください。"), params={"limit": limits.LABEL}
            )
        return text


class NewScenarioForm(forms.Form):
    title = TitleField(label=_("題名"), help_text=_("住民が選ぶときに見ます。20文字まで。"))
    begin = forms.ChoiceField(label=_("もとにするもの"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(
        label=_("通報の種類"),
        required=False,
        help_text=_("受け付けた通報を、どの種類として扱うか。あとで変えられます。"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        ready = [(f"ready:{d.key}", d.title.said("ja")) for d in ready_definitions()]
        own = [
            (f"copy:{row.pk}", _("「%(title)s」の写し") % {"title": row.title})
            for row in Scenario.objects.in_order()
        ]
        self.fields["begin"].choices = [  # type: ignore[attr-defined]
            (EMPTY, _("空(確認と終わりだけ)")),
            *((value, _("できあいの「%(title)s」") % {"title": title}) for value, title in ready),
            *own,
        ]
        self.fields["begin"].initial = EMPTY
        kinds = [(kind.key, kind.name) for kind in kinds_offered()]
        self.fields["kind"].choices = [("", _("もとにするものと同じ")), *kinds]  # type: ignore[attr-defined]


class AboutForm(forms.Form):
    """Title in each language, and which languages there are."""

    def __init__(self, definition: Definition, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.definition = definition
        for code in dict.fromkeys(["ja", *definition.languages]):
            self.fields[f"title_{code}"] = TitleField(
                label=_("題名(%(language)s)") % {"language": language_name(code)},
                required=code == "ja",
                initial=definition.title.by_language.get(code, ""),
            )
        others = [code for code in definition.languages if code not in LANGUAGES]
        self.fields["languages"] = forms.MultipleChoiceField(
            label=_("言語"),
            help_text=_("外すと、その言語の文はこのシナリオからなくなります。"),
            choices=[(c, language_name(c)) for c in (*LANGUAGES, *others) if c != "ja"],
            widget=forms.CheckboxSelectMultiple,
            required=False,
            initial=[code for code in definition.languages if code != "ja"],
        )

    def titles(self) -> dict[str, str]:
        found = {}
        for name, value in self.cleaned_data.items():
            code = name.removeprefix("title_")
            wanted = code == "ja" or code in self.cleaned_data["languages"]
            if name.startswith("title_") and value and wanted:
                found[code] = value
        return found


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("ファイル"),
        help_text=_("書き出したシナリオ(.json)か、XLSForm の表(.xlsx)。2MBまで。"),
        error_messages={"required": _("ファイルを選んでください。")},
        widget=forms.FileInput(attrs={"accept": ".json,.xlsx"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE:
            raise forms.ValidationError(_("ファイルが大きすぎます。2MBまでにしてください。"))
        return file
