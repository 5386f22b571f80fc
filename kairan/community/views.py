# SPDX-License-Identifier: Apache-2.0
"""The leaders' own pages: settings and help."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kairan.people.positions.holding import CommunityRequest, community


@require_safe
@community
def settings_page(request: CommunityRequest) -> HttpResponse:
    return render(request, "community/settings.html")


@require_safe
@community
def help_page(request: CommunityRequest) -> HttpResponse:
    return render(request, "community/help.html")
