# SPDX-License-Identifier: Apache-2.0
"""The scenarios as a web form, for residents without an account: pages and what they ask back."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from kairan.municipalities.maps import town_map
from kairan.reports import towns_context
from kairan.scenarios.models import Scenario
from kairan.scenarios.queries import definition_of, offered, offered_scenario
from kairan.scenarios.webform import form_data

# What a form can be read in: the address' ?lang, else the page's own language.
LANGUAGES = {"ja": "日本語", "ja-simple": "やさしい日本語", "en": "English"}


def language_of(request: HttpRequest) -> str:
    wanted = request.GET.get("lang", "")
    return wanted if wanted in LANGUAGES else (get_language() or "ja")


@require_GET
@ensure_csrf_cookie
def choose(request: HttpRequest) -> HttpResponse:
    """What can be reported."""
    language = language_of(request)
    context = {"offered": offered(language), "language": language, "languages": LANGUAGES}
    return render(request, "portal/choose.html", context)


def scenario_named(key: str) -> Scenario:
    """What residents may begin; raises Http404."""
    scenario = offered_scenario(key)
    if scenario is None or scenario.published_id is None:
        raise Http404
    return scenario


@require_GET
@ensure_csrf_cookie
def form(request: HttpRequest, key: str) -> HttpResponse:
    """One question at a time. The page works on without a line once it is loaded."""
    scenario = scenario_named(key)
    language = language_of(request)
    context: dict[str, Any] = {
        "scenario": scenario,
        "language": language,
        "languages": LANGUAGES,
        "form_data": form_data(
            definition_of(scenario.published_id or 0),
            language=language,
            context=towns_context.context(language),
        ),
        "form_map": town_map(),
    }
    return render(request, "portal/form.html", context)
