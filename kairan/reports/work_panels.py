# SPDX-License-Identifier: Apache-2.0
"""The forms of sorting, confirming and taking over, and the table of all panels of a case."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.people.models import Person
from kairan.reports import actions
from kairan.reports.at_work import defects_for
from kairan.reports.call_panels import CalledPanel
from kairan.reports.join_panels import JOIN_PANELS
from kairan.reports.models import Case, DefectKind
from kairan.reports.models.cases import Priority
from kairan.reports.panels import (
    AssignPanel,
    DepartmentPanel,
    Done,
    DuePanel,
    MessagePanel,
    NotePanel,
    Panel,
    PositionPanel,
    ReferPanel,
    StatusPanel,
    change_in,
)

MAX_TAGS_TYPED = 300


class PriorityPanel(Panel):
    name = "priority"
    group = "sort"
    priority = forms.ChoiceField(label=gettext_lazy("優先度"), choices=Priority.choices)

    def begin(self, case: Case) -> dict[str, object]:
        return {"priority": case.priority}

    def do(self, acting: Person) -> Done:
        to = self.cleaned_data["priority"]
        case = actions.set_priority(acting=acting, case=self.case, to=to, version=self.seen)
        words = _("優先度を「{name}」にしました。").format(name=case.get_priority_display())
        return Done(case, words, change_in(self.case, case))


class DefectPanel(Panel):
    name = "defect"
    group = "sort"
    defect = forms.ChoiceField(label=gettext_lazy("不具合の種類"), required=False)

    def begin(self, case: Case) -> dict[str, object]:
        return {"defect": case.defect_kind_id or ""}

    def prepare(self) -> None:
        choices = [(str(row.pk), row.name) for row in defects_for(self.case)]
        field = self.fields["defect"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the type checker)
        field.choices = [("", _("未定")), *choices]

    def do(self, acting: Person) -> Done:
        key = self.cleaned_data["defect"]
        to = DefectKind.objects.filter(pk=int(key)).first() if key else None
        case = actions.set_defect(acting=acting, case=self.case, to=to, version=self.seen)
        words = _("不具合の種類を「{name}」にしました。").format(name=to or _("未定"))
        return Done(case, words, change_in(self.case, case))


class TagsPanel(Panel):
    """Names separated by commas or spaces; a cross beside a tag takes it off."""

    name = "tags"
    group = "sort"
    add = forms.CharField(
        label=gettext_lazy("札をつける"), required=False, max_length=MAX_TAGS_TYPED
    )
    remove = forms.CharField(required=False, max_length=60)

    def do(self, acting: Person) -> Done:
        given = self.cleaned_data
        add = given["add"].replace("、", ",").replace("，", ",").split(",")
        remove = [given["remove"]] if given["remove"] else []
        case = actions.change_tags(
            acting=acting, case=self.case, add=[] if remove else add, remove=remove,
            version=self.seen,
        )  # fmt: skip
        words = _("札を外しました。") if remove else _("札をつけました。")
        return Done(case, words, change_in(self.case, case))


class ConfirmPanel(Panel):
    """The second person's yes."""

    name = "confirm"
    group = "waiting"

    def do(self, acting: Person) -> Done:
        case = actions.confirm(acting=acting, case=self.case, version=self.seen)
        words = _("「{status}」にしました。").format(status=case.get_status_display())
        return Done(case, words, change_in(self.case, case))


class SendBackPanel(Panel):
    name = "send_back"
    group = "waiting"
    reason = forms.CharField(label=gettext_lazy("差し戻す理由"), max_length=500)

    def do(self, acting: Person) -> Done:
        case = actions.send_back(
            acting=acting, case=self.case, reason=self.cleaned_data["reason"], version=self.seen
        )
        return Done(case, _("差し戻しました。頼んだ人に理由が見えます。"))


class TakePanel(Panel):
    name = "take"
    group = "waiting"

    def do(self, acting: Person) -> Done:
        case = actions.take(acting=acting, case=self.case, version=self.seen)
        return Done(case, _("引き継ぎを受け取りました。"))


class HandBackPanel(Panel):
    name = "hand_back"
    group = "waiting"
    reason = forms.CharField(label=gettext_lazy("返す理由"), max_length=500)

    def do(self, acting: Person) -> Done:
        case = actions.hand_back(
            acting=acting, case=self.case, reason=self.cleaned_data["reason"], version=self.seen
        )
        return Done(case, _("{department}へ返しました。").format(department=case.department))


PANELS: dict[str, type[Panel]] = JOIN_PANELS | {
    panel.name: panel
    for panel in (
        StatusPanel,
        ReferPanel,
        AssignPanel,
        DepartmentPanel,
        DuePanel,
        NotePanel,
        MessagePanel,
        PositionPanel,
        PriorityPanel,
        DefectPanel,
        TagsPanel,
        ConfirmPanel,
        SendBackPanel,
        TakePanel,
        HandBackPanel,
        CalledPanel,
    )
}
