# SPDX-License-Identifier: Apache-2.0
"""The first page of the day: what waits, each number leading to its list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kairan.line.models import LineChannel
from kairan.line.queries import channels_in_trouble
from kairan.municipalities.models import Area
from kairan.people.access import StaffRequest, departments_with, staff
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.reports.access import visible_cases
from kairan.reports.events import topics_of
from kairan.reports.models import CallBack, Case, ErasureRequest
from kairan.reports.models.cases import Priority
from kairan.reports.queries import in_rows
from kairan.reports.waiting import waiting_for

SHOWN = 8


@dataclass(frozen=True)
class Stat:
    """A number and the list that it counts."""

    label: str | Promise
    count: int
    url: str
    tone: str


@dataclass(frozen=True)
class SetUpStep:
    """Something a new town has yet to do."""

    label: str | Promise
    url: str


@staff()
def home(request: StaffRequest) -> HttpResponse:
    person = request.person
    sees_cases = person.may(Permission.SEE_CASES)
    content = {
        "stats": stats(person) if sees_cases else [],
        "pressing": pressing(person) if sees_cases else [],
        "newest": newest(person) if sees_cases else [],
        "sees_cases": sees_cases,
        "topics": topics_of(departments_with(person, Permission.SEE_CASES)),
        "troubled": channels_in_trouble() if person.may(Permission.MANAGE_LINE) else [],
        "steps": steps_left(person),
    }
    fragment = request.htmx and not request.htmx.boosted
    return render(request, "console/_home.html" if fragment else "console/home.html", content)


@staff()
def help_page(request: StaffRequest) -> HttpResponse:
    return render(request, "console/help.html")


def stats(person: Person) -> list[Stat]:
    """All of the person's open cases in one query."""
    today = timezone.localdate()
    counted = (
        visible_cases(person)
        .open()
        .aggregate(
            fresh=Count("pk", filter=Q(viewed_at__isnull=True)),
            mine=Count("pk", filter=Q(assignee=person)),
            waiting=Count("pk", filter=Q(waiting_since__isnull=False)),
            to_confirm=Count("pk", filter=Q(confirm_since__isnull=False)),
            handed=Count("pk", filter=Q(handed_at__isnull=False)),
            escalated=Count("pk", filter=Q(escalated_at__isnull=False)),
            pressing=Count("pk", filter=Q(priority__in=[Priority.HIGH, Priority.URGENT])),
            overdue=Count("pk", filter=Q(due_on__lt=today)),
            all=Count("pk"),
        )
    )
    at = reverse("reports:list")
    return [
        Stat(_("新着"), counted["fresh"], f"{at}?new=1", "blue"),
        Stat(_("返信待ち"), counted["waiting"], f"{at}?waiting=1", "orange"),
        Stat(_("期限を過ぎた"), counted["overdue"], f"{at}?due=overdue", "red"),
        *_only_some({**counted, "calls": _calls(person), "wishes": _wishes(person)}, at),
        *(Stat(one.label, one.count, one.url, one.tone) for one in waiting_for(person)),
        Stat(_("自分の担当"), counted["mine"], f"{at}?assignee=me", "cyan"),
        Stat(_("未完了すべて"), counted["all"], at, "gray"),
    ]


def _calls(person: Person) -> int:
    """Promised calls that the person may make."""
    if not person.may(Permission.HANDLE_CASES):
        return 0
    cases = visible_cases(person, Permission.HANDLE_CASES)
    return CallBack.objects.waiting().filter(report__case__in=cases).count()


def _wishes(person: Person) -> int:
    """Residents who wait to hear whether their report is erased."""
    if not person.may(Permission.HANDLE_CASES):
        return 0
    return ErasureRequest.objects.waiting().filter(report__case__in=visible_cases(person)).count()


def _only_some(counted: Mapping[str, int], at: str) -> list[Stat]:
    """What is not there every day is shown when it is."""
    pressing = f"{Priority.HIGH.value},{Priority.URGENT.value}"
    found = [
        Stat(_("優先度が高い"), counted["pressing"], f"{at}?priority={pressing}", "orange"),
        Stat(_("確認待ち"), counted["to_confirm"], f"{at}?confirm=1", "yellow"),
        Stat(_("引き継ぎ"), counted["handed"], f"{at}?handed=1", "purple"),
        Stat(_("上に知らせた"), counted["escalated"], f"{at}?escalated=1", "red"),
        Stat(_("折り返し"), counted["calls"], reverse("intake:calls"), "orange"),
        Stat(_("消去の求め"), counted["wishes"], reverse("reports:erasures"), "purple"),
    ]
    return [stat for stat in found if stat.count]


def pressing(person: Person) -> Sequence[Case]:
    """The person's own open cases, the earliest due first."""
    own = visible_cases(person).open().filter(assignee=person)
    return _in_order(own.order_by(F("due_on").asc(nulls_last=True), "pk"))


def newest(person: Person) -> Sequence[Case]:
    return _in_order(visible_cases(person).open().newest_first())


def _in_order(cases: QuerySet[Case]) -> Sequence[Case]:
    keys = list(cases.values_list("pk", flat=True)[:SHOWN])
    rows = {case.pk: case for case in in_rows(keys)}
    return [rows[key] for key in keys]


def steps_left(person: Person) -> list[SetUpStep]:
    """What an administrator of a new town has not done yet; empty once all is there."""
    if not person.may(Permission.MANAGE_LINE):
        return []
    steps = []
    if not Area.objects.exists():
        steps.append(SetUpStep(_("区域を取り込む"), reverse("console:areas")))
    channel = LineChannel.objects.in_order().first()
    if channel is None:
        steps.append(SetUpStep(_("LINEのチャネルを登録する"), reverse("line:channels")))
    elif channel.state == LineChannel.State.UNCHECKED:
        steps.append(
            SetUpStep(_("LINEとの接続を確かめる"), reverse("line:channel", args=[channel.pk]))
        )
    return steps
