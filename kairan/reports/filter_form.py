# SPDX-License-Identifier: Apache-2.0
"""The filters as a form, and as tabs for what is asked every day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.municipalities.models import Area, Department
from kairan.people.access import departments_with
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.reports.filters import ALL_WORD, ME, NOBODY, OPEN_WORD
from kairan.reports.models import DefectKind, ReportKind, Tag
from kairan.reports.models.cases import Channel, Priority
from kairan.reports.workflow import Status

_DAY = forms.DateInput(attrs={"type": "date"})


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool


class FilterForm(forms.Form):
    """Only shows what the address says; ``CaseFilter`` reads it."""

    q = forms.CharField(label=gettext_lazy("ことば"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("対応状況"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("種類"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("区域"), required=False)
    department = forms.ChoiceField(label=gettext_lazy("担当課"), required=False)
    assignee = forms.ChoiceField(label=gettext_lazy("担当"), required=False)
    priority = forms.ChoiceField(label=gettext_lazy("優先度"), required=False)
    defect = forms.ChoiceField(label=gettext_lazy("不具合の種類"), required=False)
    tag = forms.ChoiceField(label=gettext_lazy("札"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("受付方法"), required=False)
    since = forms.DateField(label=gettext_lazy("受付日（から）"), required=False, widget=_DAY)
    until = forms.DateField(label=gettext_lazy("受付日（まで）"), required=False, widget=_DAY)

    joined = forms.BooleanField(label=gettext_lazy("統合済みの案件だけ"), required=False)

    def __init__(self, given: QueryDict, *, person: Person) -> None:
        super().__init__(initial=_shown(given), auto_id="f_%s")
        self.label_suffix = ""
        departments = departments_with(person, Permission.SEE_CASES)
        self._offer("status", _statuses(given))
        self._offer("kind", [(k.pk, k.name) for k in ReportKind.objects.in_order()])
        self._offer("area", [(a.pk, a.name) for a in Area.objects.in_order()])
        rows = Department.objects.in_order()
        shown = rows if departments is None else rows.filter(pk__in=departments)
        self._offer("department", [(d.pk, d.name) for d in shown])
        self._offer("assignee", _people())
        self._offer("channel", list(Channel.choices))
        self._offer("priority", _priorities())
        self._offer("defect", _defects(given))
        self._offer("tag", [(tag.pk, tag.name) for tag in Tag.objects.order_by("name")])
        self.is_narrowed = any(
            given.get(name)
            for name in (
                "kind", "area", "department", "channel", "since", "until", "near",
                "priority", "defect", "tag", "joined",
            )
        )  # fmt: skip
        self.has_more = any(
            given.get(name)
            for name in ("channel", "since", "until", "priority", "defect", "tag", "joined")
        )

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the type checker)
        blank = [] if name == "status" else [("", _("すべて"))]
        field.choices = [*blank, *choices]


def tabs(given: QueryDict, person: Person) -> list[Tab]:
    """「未完了」「自分の担当」… each a whole set of filters; the search words go along."""
    may_handle = person.may(Permission.HANDLE_CASES)
    sets: list[tuple[str, dict[str, str]]] = [(_("未完了"), {})]
    if may_handle:
        sets.append((_("自分の担当"), {"assignee": ME}))
    sets += [
        (_("担当が未定"), {"assignee": NOBODY}),
        (_("新着"), {"new": "1"}),
        (_("返信待ち"), {"waiting": "1"}),
        (_("期限を過ぎた"), {"due": "overdue"}),
        (_("確認待ち"), {"confirm": "1"}),
        (_("引き継ぎ"), {"handed": "1"}),
        (_("すべて"), {"status": ALL_WORD}),
    ]
    here = {
        name: given.get(name, "")
        for name in ("assignee", "new", "waiting", "due", "confirm", "handed", "status")
        if given.get(name) and (name, given.get(name)) != ("status", OPEN_WORD)
    }
    return [Tab(label, _address(wanted), wanted == here) for label, wanted in sets]


def _address(wanted: dict[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update(wanted)
    return f"{reverse('reports:list')}?{query.urlencode()}" if wanted else reverse("reports:list")


def _shown(given: QueryDict) -> dict[str, str]:
    shown = {name: given.get(name, "") for name in FilterForm.base_fields}
    default = ALL_WORD if shown["q"] else OPEN_WORD
    chosen = ",".join(given.getlist("status")) or default
    return shown | {
        "status": ALL_WORD if shown["joined"] else chosen,
        "priority": ",".join(given.getlist("priority")),
    }


def _statuses(given: QueryDict) -> list[tuple[str, Any]]:
    choices: list[tuple[str, Any]] = [
        (OPEN_WORD, _("未完了")),
        (ALL_WORD, _("すべて")),
        *Status.choices,
    ]
    several = ",".join(given.getlist("status"))
    if "," in several:
        words = [str(Status(s).label) for s in several.split(",") if s in Status.values]
        choices.append((several, "・".join(words)))
    return choices


def _priorities() -> list[tuple[str, Any]]:
    pressing = f"{Priority.HIGH.value},{Priority.URGENT.value}"
    return [(pressing, _("高と緊急")), *Priority.choices]


def _defects(given: QueryDict) -> list[tuple[int, str]]:
    """Of the kind that is chosen; else of all, each with its kind."""
    rows = DefectKind.objects.select_related("kind").order_by("kind__position", "kind", "position")
    kind = given.get("kind", "")
    if kind.isascii() and kind.isdigit() and len(kind) < 19:
        return [(row.pk, row.name) for row in rows.filter(kind=int(kind))]
    return [(row.pk, f"{row.kind.name}: {row.name}") for row in rows]


def _people() -> list[tuple[str, str]]:
    people = Person.objects.active().in_order().values_list("pk", "name")
    return [(ME, _("自分")), (NOBODY, _("未定")), *((str(pk), name) for pk, name in people)]
