# SPDX-License-Identifier: Apache-2.0
"""Which months, kinds, areas and departments the numbers are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.lib.fiscal import fiscal_year
from kairan.municipalities.models import Area, Department
from kairan.people.access import departments_with
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.reports.figures import Scope, next_month, year_before
from kairan.reports.models import ReportKind

EARLIEST = date(2000, 1, 1)
MOST_MONTHS = 240


@dataclass(frozen=True)
class Period:
    key: str
    label: str
    since: date
    until: date


def this_month(today: date | None = None) -> date:
    return (today or timezone.localdate()).replace(day=1)


def periods(today: date | None = None) -> list[Period]:
    """Ready spans; the first is what the page begins with."""
    day = today or timezone.localdate()
    month = this_month(day)
    year = date(fiscal_year(day), 4, 1)
    last_year = year_before(year)
    return [
        Period("12", _("この12か月"), next_month(year_before(month)), month),
        Period("month", _("今月"), month, month),
        Period("last", _("先月"), _month_before(month), _month_before(month)),
        Period("year", _("今年度"), year, month),
        Period("lastyear", _("前年度"), last_year, _month_before(year)),
    ]


class ScopeForm(forms.Form):
    """The address as a form. What an address holds that is not understood is ignored."""

    since = forms.CharField(
        label=gettext_lazy("はじめの月"),
        required=False,
        widget=forms.TextInput(attrs={"type": "month"}),
    )
    until = forms.CharField(
        label=gettext_lazy("おわりの月"),
        required=False,
        widget=forms.TextInput(attrs={"type": "month"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("種類"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("区域"), required=False)
    department = forms.ChoiceField(label=gettext_lazy("担当課"), required=False)

    def __init__(self, given: QueryDict, *, person: Person) -> None:
        self.scope = read_scope(given, person)
        initial: dict[str, Any] = {
            "since": f"{self.scope.since:%Y-%m}",
            "until": f"{self.scope.until:%Y-%m}",
            "kind": next(iter(self.scope.kinds), ""),
            "area": next(iter(self.scope.areas), ""),
            "department": self.scope.department or "",
        }
        super().__init__(initial=initial, auto_id="f_%s", label_suffix="")
        self._offer("kind", [(k.pk, k.name) for k in ReportKind.objects.in_order()])
        self._offer("area", [(a.pk, a.name) for a in Area.objects.in_order()])
        rows = Department.objects.in_order()
        mine = self.scope.departments
        shown = rows if mine is None else rows.filter(pk__in=mine)
        self._offer("department", [(d.pk, d.name) for d in shown])

    def _offer(self, name: str, choices: list[tuple[int, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the type checker)
        field.choices = [("", _("すべて")), *choices]


def read_scope(given: QueryDict, person: Person) -> Scope:
    """The person's own departments bound it, whatever the address says."""
    ready = {period.key: period for period in periods()}
    chosen = ready.get(given.get("period", "")) or periods()[0]
    since = _month(given.get("since")) or chosen.since
    until = _month(given.get("until")) or chosen.until
    if until < since:
        since, until = until, since
    if (until.year - since.year) * 12 + until.month - since.month >= MOST_MONTHS:
        since = until.replace(year=until.year - MOST_MONTHS // 12 + 1)
    return Scope(
        since=since,
        until=until,
        kinds=_numbers(given.get("kind")),
        areas=_numbers(given.get("area")),
        department=next(iter(_numbers(given.get("department"))), None),
        departments=departments_with(person, Permission.SEE_CASES),
    )


def query_of(scope: Scope, **more: object) -> str:
    """The scope as the numbers page's address has it."""
    chosen: dict[str, object] = {"since": f"{scope.since:%Y-%m}", "until": f"{scope.until:%Y-%m}"}
    chosen |= {"kind": next(iter(scope.kinds), ""), "area": next(iter(scope.areas), "")}
    chosen |= {"department": scope.department or "", **more}
    return urlencode({name: value for name, value in chosen.items() if value != ""})


def _month(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if EARLIEST <= found <= this_month().replace(year=this_month().year + 1) else None


def _numbers(text: str | None) -> tuple[int, ...]:
    short = text is not None and text.isascii() and text.isdigit() and len(text) <= 18
    return (int(text),) if short and text else ()


def _month_before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
