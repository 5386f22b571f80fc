# SPDX-License-Identifier: Apache-2.0
"""What is to be done with many cases: one form, of which each action uses a part."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.municipalities.models import Department
from kairan.people.models import Person
from kairan.reports import phrases
from kairan.reports.models import AnswerTemplate, BulkJob, Tag
from kairan.reports.models.cases import Priority
from kairan.reports.wording import unknown_placeholder
from kairan.reports.workflow import Status

Verb = BulkJob.Verb
ME = "me"
_OFFERED = [verb for verb in Verb if verb != Verb.UNDO]
_NEEDED = {
    Verb.STATUS: "to",
    Verb.PRIORITY: "priority",
    Verb.TAG: "tags",
    Verb.UNTAG: "tags",
    Verb.DEPARTMENT: "department",
}
_BLANK = ("", gettext_lazy("えらんでください"))


class BulkForm(forms.Form):
    verb = forms.ChoiceField(
        label=gettext_lazy("すること"), choices=[_BLANK, *((v.value, v.label) for v in _OFFERED)]
    )
    to = forms.ChoiceField(
        label=gettext_lazy("対応状況"),
        required=False,
        choices=[_BLANK, *((s.value, s.label) for s in Status if s != Status.REFERRED)],
    )
    template = forms.ChoiceField(label=gettext_lazy("文例を入れる"), required=False)
    message = forms.CharField(
        label=gettext_lazy("通報者への説明"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    assignee = forms.ChoiceField(label=gettext_lazy("担当"), required=False)
    priority = forms.ChoiceField(
        label=gettext_lazy("優先度"), required=False, choices=[_BLANK, *Priority.choices]
    )
    tags = forms.CharField(label=gettext_lazy("札"), required=False, max_length=300)
    department = forms.ModelChoiceField(
        label=gettext_lazy("引き継ぐ先の課"),
        required=False,
        queryset=Department.objects.none(),
        empty_label=_BLANK[1],
    )
    reason = forms.CharField(label=gettext_lazy("理由"), required=False, max_length=500)

    def __init__(self, data: Any = None, *, person: Person) -> None:
        super().__init__(data, auto_id="bulk_%s")
        self.label_suffix = ""
        self.person = person
        departments = self.fields["department"]
        assert isinstance(departments, forms.ModelChoiceField)  # noqa: S101  (for the type checker)
        departments.queryset = Department.objects.open().in_order()
        people = Person.objects.active().in_order().values_list("pk", "name")
        self._offer("assignee", [(ME, _("自分")), ("", _("未定")), *people])
        self.ready = list(AnswerTemplate.objects.order_by("title", "id"))
        self._offer("template", [_BLANK, *((row.pk, row.title) for row in self.ready)])

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the type checker)
        field.choices = choices

    def tag_names(self) -> list[str]:
        return list(Tag.objects.order_by("name").values_list("name", flat=True))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        verb = given.get("verb")
        needed = _NEEDED.get(verb) if verb else None
        if needed and not given.get(needed) and needed not in self.errors:
            self.add_error(needed, _("これをえらんでください。"))
        if verb == Verb.DEPARTMENT and not given.get("reason", "").strip():
            self.add_error("reason", _("理由を書いてください。引き継ぐ先の課が読みます。"))
        if verb == Verb.STATUS:
            self._check_words(given)
        return given

    def _check_words(self, given: dict[str, Any]) -> None:
        if unknown := unknown_placeholder(given.get("message", "")):
            words = _("「{name}」という差し込みはありません。")
            self.add_error("message", words.format(name=unknown))
        if given.get("to") == Status.NO_ACTION and not given.get("message", "").strip():
            self.add_error("message", _("通報者への説明を書いてください。"))

    def given(self) -> dict[str, Any]:
        """What the verb needs, as the job keeps it."""
        said = self.cleaned_data
        match said["verb"]:
            case Verb.STATUS:
                words = phrases.said(None, said["message"], said["template"])
                return {"to": said["to"], "message": words.text, "texts": dict(words.texts)}
            case Verb.ASSIGN:
                key = said["assignee"]
                return {"assignee": self.person.pk if key == ME else int(key) if key else None}
            case Verb.PRIORITY:
                return {"priority": said["priority"]}
            case Verb.TAG | Verb.UNTAG:
                return {"tags": names_in(said["tags"])}
            case Verb.DEPARTMENT:
                return {"department": said["department"].pk, "reason": said["reason"]}
        return {}

    def summary(self) -> str:
        """What it is done to, in words: 「完了」「札 台風10号」."""
        said = self.cleaned_data
        match said["verb"]:
            case Verb.STATUS:
                return str(Status(said["to"]).label)
            case Verb.ASSIGN:
                return self._assignee_name()
            case Verb.PRIORITY:
                return str(Priority(said["priority"]).label)
            case Verb.TAG | Verb.UNTAG:
                return "、".join(names_in(said["tags"]))
            case Verb.DEPARTMENT:
                return str(said["department"])
        return ""

    def _assignee_name(self) -> str:
        key = self.cleaned_data["assignee"]
        if key == ME:
            return self.person.name
        person = Person.objects.filter(pk=int(key)).first() if key else None
        return person.name if person else _("未定")


def names_in(text: str) -> list[str]:
    """Tags as they are typed: separated by commas of either width."""
    names = text.replace("、", ",").replace("，", ",").split(",")
    return [name.strip() for name in names if name.strip()]
