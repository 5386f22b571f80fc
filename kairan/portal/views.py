# SPDX-License-Identifier: Apache-2.0
"""The town's own pages for everybody: what this is, and what is kept."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kairan.line.models import LineChannel
from kairan.reports.keeping import periods
from kairan.reports.models import ReportKind


def home(request: HttpRequest) -> HttpResponse:
    channel = LineChannel.objects.filter(is_training=False).exclude(basic_id="").in_order().first()
    context = {
        "kinds": ReportKind.objects.active().in_order(),
        "shows_cases": ReportKind.objects.filter(shows_cases=True).exists(),
        "basic_id": channel.basic_id if channel else "",
        "line_url": f"https://line.me/R/ti/p/{channel.basic_id}" if channel else "",
    }
    return render(request, "portal/home.html", context)


def privacy(request: HttpRequest) -> HttpResponse:
    context = {
        "keep_events_days": settings.KEEP_EVENTS_DAYS,
        "keep_sent_days": settings.KEEP_SENT_DAYS,
        "periods": periods(),
    }
    return render(request, "portal/privacy.html", context)
