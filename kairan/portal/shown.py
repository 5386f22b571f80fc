# SPDX-License-Identifier: Apache-2.0
"""The public map: what staff have approved, and the town's open data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kairan.design.statuses import look_of
from kairan.files.responses import Variant, photo_response
from kairan.lib.sheets import Row, as_csv
from kairan.municipalities.maps import town_map
from kairan.municipalities.tenancy import current_town, current_town_id, town
from kairan.reports.models import Case, ReportKind, ShownCase, ShownPhoto
from kairan.reports.workflow import CLOSED, OPEN, Status

ON_A_PAGE = 30
ON_THE_MAP = 500
# What was done long ago makes room; the open data have it.
SHOWN_AFTER_CLOSING = timedelta(days=180)
BATCH = 2_000
LICENCE = "CC BY 4.0"
_STATES = {"open": OPEN, "closed": CLOSED}


@require_safe
def shown_cases(request: HttpRequest) -> HttpResponse:
    """Map and list of what is shown."""
    found = _shown()
    kinds = list(ReportKind.objects.active().filter(shows_cases=True).in_order())
    kind = next((k for k in kinds if k.key == request.GET.get("kind")), None)
    state = request.GET.get("state", "")
    if kind is not None:
        found = found.filter(case__kind=kind)
    if state in _STATES:
        found = found.filter(case__status__in=_STATES[state])
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "kinds": kinds,
        "kind": kind,
        "state": state,
        "map_data": _map(found[:ON_THE_MAP]),
        "number": page.paginator.count,
    }
    return render(request, "portal/shown_cases.html", context)


@require_safe
def shown(request: HttpRequest, shown_id: int) -> HttpResponse:
    """One case as everybody may see it."""
    found = get_object_or_404(_shown(), pk=shown_id)
    data = _map([found]) if found.position else None
    if data:
        data["points"][0]["here"] = True
    return render(request, "portal/shown.html", {"shown": found, "map_data": data})


@require_safe
def photo(request: HttpRequest, shown_id: int, photo_id: int, variant: str) -> HttpResponseBase:
    """A redacted copy; never the report's own photo."""
    chosen: Variant = "thumbnail" if variant == "thumbnail" else "large"
    found = get_object_or_404(_shown(), pk=shown_id)
    copy = get_object_or_404(ShownPhoto.objects.select_related("stored"), pk=photo_id, shown=found)
    return photo_response(copy.stored, chosen, request=request)


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What the file holds, and under which licence."""
    context = {
        "kinds": ReportKind.objects.filter(shows_cases=True).in_order(),
        "headings": headings(),
        "licence": LICENCE,
    }
    return render(request, "portal/open_data.html", context)


@require_safe
def open_data_file(request: HttpRequest) -> HttpResponseBase:
    """Every case of the kinds that are shown, without anything a person wrote."""
    del request
    rows = _rows(current_town_id(), current_town().name)
    response = StreamingHttpResponse(
        as_csv(rows, encoding="utf-8"), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="reports.csv"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


def headings() -> list[str]:
    """As the standard open data sets of Japan's municipalities name them (自治体標準オープン
    データセット), and what a case has besides. Headings are Japanese in every language."""
    return [
        "ID", "地方公共団体名", "名称", "所在地_区", "緯度", "経度", "受付日", "受付方法",
        "対応状況", "完了日", "備考",
    ]  # fmt: skip


def _shown() -> QuerySet[ShownCase]:
    """Newest first."""
    photos = ShownPhoto.objects.select_related("stored").order_by("id")
    recent = timezone.now() - SHOWN_AFTER_CLOSING
    rows = ShownCase.objects.to_everybody().exclude(case__closed_at__lt=recent)
    related = rows.select_related("case__kind", "case__area")
    return related.prefetch_related(Prefetch("photos", photos)).order_by("-shown_at", "-pk")


def _map(found: Any) -> dict[str, Any]:
    points = []
    for one in found:
        if (place := one.position) is not None:
            status = Status(one.case.status)
            points.append(
                {
                    "id": one.pk,
                    "lon": place[0],
                    "lat": place[1],
                    "label": f"{one.title} {status.label}",
                    "tone": look_of(status).tone,
                    "url": reverse("portal:shown", args=[one.pk]),
                }
            )
    return {**town_map(), "points": points}


def _rows(town_id: int, name: str) -> Iterator[Row]:
    """Positions are rounded to about a hundred metres; the ID leads nowhere."""
    yield headings()
    last = 0
    while True:
        with town(town_id):
            batch = list(
                Case.objects.filter(pk__gt=last, kind__shows_cases=True, joined_into__isnull=True)
                .select_related("kind", "area")
                .order_by("pk")[:BATCH]
            )
        if not batch:
            return
        last = batch[-1].pk
        for case in batch:
            yield _row(case, name)


def _row(case: Case, name: str) -> Row:
    closed = timezone.localtime(case.closed_at).date() if case.closed_at else None
    return [
        case.pk,
        name,
        case.kind.name,
        case.area.name if case.area else "",
        None if case.latitude is None else round(case.latitude, 3),
        None if case.longitude is None else round(case.longitude, 3),
        timezone.localtime(case.opened_at).date(),
        case.get_channel_display(),
        case.get_status_display(),
        closed,
        _("位置は約100mに丸めています"),
    ]
