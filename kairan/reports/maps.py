# SPDX-License-Identifier: Apache-2.0
"""Data for maps, in the shape that the design's map module reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from kairan.design.statuses import look_of
from kairan.municipalities.maps import town_map
from kairan.reports.models import Case
from kairan.reports.workflow import Status


def points_of(cases: Sequence[Case], *, most: int = 0) -> dict[str, Any]:
    """News for a map that stands. ``more``: there may be others, which it asks for when its
    window moves."""
    # Words and addresses are made once, not for each of five hundred points.
    words = {status.value: str(status.label) for status in Status}
    page = reverse("reports:case", args=[0])
    points = [
        _point(case, words[case.status], page.replace("/0/", f"/{case.pk}/"))
        for case in cases
        if case.has_position
    ]
    return {"points": points, "more": bool(most) and len(cases) >= most}


def one_place(case: Case, others: Iterable[Case] = ()) -> dict[str, Any]:
    """The case in the middle; open ones nearby, each leading to its page."""
    data = town_map() | points_of([case, *others])
    if case.has_position:
        data["points"][0]["here"] = True
        data |= {"center": [case.latitude, case.longitude], "zoom": 17}
    return data


def _point(case: Case, status: str, url: str) -> dict[str, Any]:
    return {
        "id": case.pk,
        "lat": case.latitude,
        "lon": case.longitude,
        "label": f"{case.number} {case.kind.name} {case.title} {status}",
        "tone": look_of(case.status).tone,
        "url": url,
    }
