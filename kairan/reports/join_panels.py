# SPDX-License-Identifier: Apache-2.0
"""The forms of joining a case with another, and of taking them apart again."""

from __future__ import annotations

import unicodedata

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.lib import fiscal
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.reports import actions
from kairan.reports.access import may, visible_cases
from kairan.reports.models import Case, CaseEntry, Report
from kairan.reports.panels import Done, Panel

OLDER, THIS, OTHER = "older", "this", "other"
_STAYS = [
    (OLDER, gettext_lazy("早く受け付けたほう")),
    (THIS, gettext_lazy("この案件")),
    (OTHER, gettext_lazy("相手の案件")),
]
_TELL = gettext_lazy("通報した方に知らせる")


class _NoSuchCase(actions.Refused):
    field = "number"


class JoinPanel(Panel):
    name = "join"
    group = "join"
    # Chosen from the list of near ones; a number that is typed goes before it.
    other = forms.CharField(required=False, max_length=20)
    number = forms.CharField(label=gettext_lazy("受付番号"), required=False, max_length=20)
    stays = forms.ChoiceField(
        label=gettext_lazy("残す案件"), choices=_STAYS, initial=OLDER, widget=forms.RadioSelect
    )
    tell = forms.BooleanField(label=_TELL, required=False, initial=True)

    def do(self, acting: Person) -> Done:
        other = self._other(acting)
        case, into = self._in_order(other)
        seen = {self.case.pk: self.seen}
        stands = actions.join_cases(
            acting=acting,
            case=case,
            into=into,
            tell=self.cleaned_data["tell"],
            version=seen.get(case.pk),
            into_version=seen.get(into.pk),
        )
        words = _("{number}を{into}に統合しました。")
        return Done(stands, words.format(number=case.number, into=stands.number), newest(stands))

    def _other(self, acting: Person) -> Case:
        typed = self.cleaned_data["number"].strip() or self.cleaned_data["other"]
        if not typed:
            raise _NoSuchCase(_("統合する相手を選ぶか、受付番号を入れてください。"))
        found = case_numbered(acting, typed)
        if found is None:
            words = _("受付番号 {number} の案件は見つかりませんでした。")
            raise _NoSuchCase(words.format(number=typed))
        if not may(acting, found, Permission.HANDLE_CASES):
            words = _("{number}は、ほかの課の案件です。その課に頼んでください。")
            raise _NoSuchCase(words.format(number=found.number))
        return found

    def _in_order(self, other: Case) -> tuple[Case, Case]:
        """Which goes, and which stays."""
        stays = self.cleaned_data["stays"]
        if stays == OLDER:
            both = (other.opened_at, other.pk), (self.case.opened_at, self.case.pk)
            stays = OTHER if both[0] <= both[1] else THIS
        return (self.case, other) if stays == OTHER else (other, self.case)


class SplitPanel(Panel):
    name = "split"
    group = "split"
    report = forms.IntegerField(widget=forms.HiddenInput)
    tell = forms.BooleanField(label=_TELL, required=False, initial=True)

    def do(self, acting: Person) -> Done:
        report = Report.objects.filter(pk=self.cleaned_data["report"], case=self.case).first()
        if report is None:
            raise actions.NothingToSplit
        apart = actions.split_report(
            acting=acting, report=report, tell=self.cleaned_data["tell"], version=self.seen
        )
        words = _("{number}を別の案件に分けました。").format(number=apart.number)
        return Done(apart, words, newest(apart))


class StandAgainPanel(Panel):
    name = "stand_again"
    group = "stand_again"
    tell = forms.BooleanField(label=_TELL, required=False, initial=True)

    def do(self, acting: Person) -> Done:
        tell = self.cleaned_data["tell"]
        case = actions.stand_again(acting=acting, case=self.case, tell=tell, version=self.seen)
        words = _("{number}を別の案件に分けました。").format(number=case.number)
        return Done(case, words, newest(case))


JOIN_PANELS: dict[str, type[Panel]] = {
    panel.name: panel for panel in (JoinPanel, SplitPanel, StandAgainPanel)
}


def case_numbered(person: Person, typed: str) -> Case | None:
    """The case of a receipt number, as people type it: Ｒ８－１２３, r8-000123, 123 of this year.

    Also by the number of a report that was joined. None for one that the person does not see.
    """
    number = _number(typed)
    seen = visible_cases(person).select_related("kind")
    case = seen.filter(number=number).first()
    return case or seen.filter(reports__receipt_number=number).first()


def _number(typed: str) -> str:
    plain = unicodedata.normalize("NFKC", typed).upper().strip()
    for dash in "‐‑–—―ー−":
        plain = plain.replace(dash, "-")
    label, _dash, serial = plain.rpartition("-")
    if not serial.isdecimal() or len(serial) > 12:
        return plain
    label = label or fiscal.fiscal_year_label(timezone.localdate())
    return fiscal.receipt_number(label, int(serial))


def newest(case: Case) -> CaseEntry | None:
    """The entry of what has just been done to it."""
    return CaseEntry.objects.filter(case=case, version=case.version).order_by("id").last()
