# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import date, timedelta

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kairan.console.statistics.scope import (
    ScopeForm,
    periods,
    query_of,
    read_scope,
    this_month,
)
from kairan.console.statistics.tables import (
    DONE,
    SIDE,
    WEEKDAYS,
    Spot,
    by_hour,
    by_spot,
    change,
    duration,
    list_url,
    month_name,
    names,
    percent,
    right_now,
    spot_url,
    spots,
    tables,
)
from kairan.lib.sheets import as_csv, as_xlsx
from kairan.municipalities.maps import town_map
from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.reports.exports import CONTENT_TYPES
from kairan.reports.figures import Figures, Scope, figures, next_month, now, places

LEVELS = 5


@require_safe
@staff(Permission.SEE_CASES)
def statistics(request: StaffRequest) -> HttpResponse:
    """All charts of a span of months."""
    form = ScopeForm(request.GET, person=request.person)
    scope, called = form.scope, names()
    found, found_places = figures(scope), spots(places(scope))
    context = {
        "form": form,
        "periods": [(period, f"period={period.key}") for period in periods()],
        "query": query_of(scope),
        "scope": scope,
        "found": found,
        "key_numbers": _key_numbers(scope, found),
        "tables": tables(scope, found, called),
        "hours": by_hour(scope, found),
        "now": right_now(now(scope, timezone.localdate()), called),
        "week": _levels(scope, found.week),
        "weekdays": WEEKDAYS,
        "map_data": _heat_map(scope, found_places),
        "spots": by_spot(scope, found_places),
    }
    return render(request, "console/statistics.html", context)


@require_safe
@staff(Permission.SEE_CASES)
def export(request: StaffRequest, key: str, form: str) -> HttpResponseBase:
    """One table as a file."""
    scope, called = read_scope(request.GET, request.person), names()
    every = tables(scope, figures(scope), called)
    every.append(by_spot(scope, spots(places(scope))))
    every.append(right_now(now(scope, timezone.localdate()), called))
    table = next((table for table in every if table.key == key), None)
    if table is None or form not in CONTENT_TYPES:
        raise Http404
    content = (
        as_xlsx(table.rows, sheet=table.title)
        if form == "xlsx"
        else as_csv(table.rows, encoding="cp932" if form == "sjis" else "utf-8")
    )
    response = StreamingHttpResponse(content, content_type=CONTENT_TYPES[form])
    ending = "xlsx" if form == "xlsx" else "csv"
    name = f"{key}-{scope.since:%Y%m}-{scope.until:%Y%m}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@staff(Permission.SEE_CASES)
def monthly(request: StaffRequest, month: str) -> HttpResponse:
    """One month on paper."""
    try:
        day = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise Http404 from error
    if not date(2000, 1, 1) <= day <= this_month():
        raise Http404
    whole = read_scope(request.GET, request.person)
    scope = Scope(since=day, until=day, departments=whole.departments)
    found, called = figures(scope), names()
    context = {
        "month": day,
        "month_name": month_name(day),
        "before": day - timedelta(days=1),
        "next": next_month(day) if day < this_month() else None,
        "key_numbers": _key_numbers(scope, found),
        "tables": [table for table in tables(scope, found, called) if table.key != "month"],
        "now": right_now(now(scope, timezone.localdate()), called),
    }
    return render(request, "console/monthly.html", context)


def _key_numbers(scope: Scope, found: Figures) -> list[tuple[str, str, str, str]]:
    """(name, number, what stands beside it, address of the list)."""
    total = found.total
    return [
        (_("通報"), f"{found.reports:,}",
         _("前の年の同じ月 {n}（{change}）").format(
             n=f"{found.before:,}", change=change(found.reports, found.before)),
         list_url(scope)),
        (_("開庁時間の外"), percent(found.outside_share),
         _("{n}件").format(n=f"{found.outside_hours:,}"), list_url(scope, outside=1)),
        (_("最初の返信まで"), duration(total.answered.median),
         _("9割は{time}以内").format(time=duration(total.answered.p90)), list_url(scope)),
        (_("終わるまで"), duration(total.completed.median),
         _("9割は{time}以内").format(time=duration(total.completed.p90)),
         list_url(scope, status=DONE)),
        (_("期限内に終わった"), percent(total.kept_share),
         _("{n}件のうち").format(n=f"{total.promised:,}"),
         list_url(scope, status=DONE)),
        (_("再開した案件"), f"{total.reopened:,}",
         _("{n}件のうち").format(n=f"{total.cases:,}"), list_url(scope, reopened=1)),
    ]  # fmt: skip


def _levels(
    scope: Scope, week: list[list[int]]
) -> list[tuple[str, list[tuple[int, int, int, str]]]]:
    """Days with (hour, count, level 0–5 of the colour, the list's address)."""
    most = max([*(max(day) for day in week), 1])
    return [
        (
            name,
            [
                (hour, n, -(-n * LEVELS // most), list_url(scope, weekday=place, hour=hour))
                for hour, n in enumerate(day)
            ],
        )
        for place, (name, day) in enumerate(zip(WEEKDAYS, week, strict=True))
    ]


def _heat_map(scope: Scope, found: list[Spot]) -> dict[str, object]:
    """Squares of a hundredth of a degree, coloured by their counts."""
    most = max((spot.cases for spot in found), default=1)
    squares = [
        {
            "bounds": [[spot.south, spot.west], [spot.south + SIDE, spot.west + SIDE]],
            "level": -(-spot.cases * LEVELS // most),
            "label": _("{n}件").format(n=f"{spot.cases:,}"),
            "url": spot_url(scope, spot),
        }
        for spot in found
    ]
    return {**town_map(), "squares": squares}
