# SPDX-License-Identifier: Apache-2.0
"""スマホで試す: the code for a tester's phone, and who is testing."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import qrcode  # type: ignore[import-untyped]
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kairan.design.toasts import say
from kairan.line.models import LineChannel
from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.people.streams import stream_url
from kairan.scenarios import trials
from kairan.scenarios.actions import NotPublishable
from kairan.scenarios.models import Scenario, Tester

# Modules of white around a code, so that cameras find it.
QUIET_ZONE = 4


@dataclass(frozen=True)
class QrCode:
    """`path`: the dark squares, for an SVG of `size` × `size`."""

    size: int
    path: str


@require_http_methods(["GET", "POST"])
@staff(Permission.MANAGE_SCENARIOS)
def trial(request: StaffRequest, scenario_id: int) -> HttpResponseBase:
    """POST shows a new code."""
    scenario = get_object_or_404(Scenario, pk=scenario_id)
    if request.method == "POST":
        trials.show_code(acting=request.person, scenario=scenario)
        return redirect("scenarios:trial", scenario.pk)
    testers = trials.current_testers().filter(scenario=scenario).order_by("since")
    context = {"scenario": scenario, "testers": testers}
    if request.htmx:
        return render(request, "scenarios/_testers.html", context)
    return render(request, "scenarios/trial.html", {**context, **_shown(request, scenario)})


def _shown(request: StaffRequest, scenario: Scenario) -> dict[str, object]:
    code = trials.shown_code(acting=request.person, scenario=scenario)
    links = [(channel, link_to(channel, code.code)) for channel in _channels()] if code else []
    return {
        "code": code,
        "links": [(channel, link, qr_code(link)) for channel, link in links],
        "problem": _problem(scenario),
        "has_channel": LineChannel.objects.exists(),
        "training": LineChannel.objects.filter(is_training=True).in_order(),
        "stream_url": stream_url(request.person, f"scenario:{scenario.pk}"),
    }


def _channels() -> list[LineChannel]:
    return list(LineChannel.objects.exclude(basic_id="").filter(is_training=False).in_order())


def _problem(scenario: Scenario) -> str:
    """Why the draft cannot be tried as it is."""
    try:
        trials.check_triable(scenario)
    except NotPublishable as refused:
        return _("下書きに直すところが{n}か所あります。直すまで、試用は始まりません。").format(
            n=len(refused.findings)
        )
    return ""


@require_POST
@staff(Permission.MANAGE_SCENARIOS)
def end_trial(request: StaffRequest, scenario_id: int, tester_id: int) -> HttpResponseBase:
    """Who is gone already is gone."""
    get_object_or_404(Scenario, pk=scenario_id)
    tester = Tester.objects.filter(pk=tester_id, scenario_id=scenario_id).first()
    if tester is not None:
        trials.end_testing(acting=request.person, tester=tester)
    say(request, _("試用を終えました。その人には、公開中の質問が出ます。"))
    return redirect("scenarios:trial", scenario_id)


def link_to(channel: LineChannel, code: str) -> str:
    """Opens the talk with the words typed already."""
    words = quote(f"試用 {code}")
    return f"https://line.me/R/oaMessage/{quote(channel.basic_id)}/?{words}"


def qr_code(text: str) -> QrCode:
    drawn = qrcode.QRCode(border=QUIET_ZONE, error_correction=qrcode.ERROR_CORRECT_M)
    drawn.add_data(text)
    drawn.make(fit=True)
    matrix = drawn.get_matrix()
    squares = [
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark
    ]
    return QrCode(len(matrix), "".join(squares))
