# SPDX-License-Identifier: Apache-2.0
"""The scenarios as a web form, for residents without an account: pages, and what they ask back."""

from __future__ import annotations

import math
import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST
from pydantic import ValidationError

from kairan.addresses.search import search
from kairan.design import workers
from kairan.files.photos import FileRefused
from kairan.lib.language import speaking
from kairan.municipalities.maps import town_map
from kairan.portal import limits, mini, uploads
from kairan.portal.arriving import Answer, Arrived, Passage, arrive
from kairan.reports import towns_context
from kairan.reports.actions.from_outcome import kind_named
from kairan.reports.models import Report
from kairan.reports.models.cases import Channel
from kairan.reports.similar import similar_cases
from kairan.scenarios.definition import Definition
from kairan.scenarios.languages import OWN_NAMES
from kairan.scenarios.located import placed
from kairan.scenarios.models import Scenario, ScenarioVersion
from kairan.scenarios.passage import record_passage
from kairan.scenarios.queries import (
    definition_of,
    offered,
    offered_definitions,
    offered_scenario,
)
from kairan.scenarios.webform import form_data

# What every form can be read in; the town may have written others for its own.
LANGUAGES = ("ja", "ja-simple", "en")
MOST_PLACES = 8
# What the pages need to work without a line, beside what they have loaded.
SHELL = (
    "design/mark.svg", "leaflet/leaflet.js", "leaflet/leaflet.css", "design/css/map.css",
    "design/js/map.js", "design/js/map-picker.js", "design/js/map-points.js",
    "design/js/toast.js", "portal/list.js",
)  # fmt: skip
WORKER = workers.Worker("report-1", SHELL, kept=("/report/",), pages="^/report/")


def language_of(request: HttpRequest, languages: Collection[str]) -> str:
    """The address' ?lang, else the page's own language."""
    wanted = request.GET.get("lang", "")
    return wanted if wanted in languages else (get_language() or "ja")


def languages_of(definitions: Iterable[Definition]) -> dict[str, str]:
    """Code → name, as their own readers call it."""
    codes = [*LANGUAGES, *(code for one in definitions for code in one.languages)]
    return {code: OWN_NAMES.get(code, code) for code in codes}


# ── pages ──


@require_GET
@ensure_csrf_cookie
@cache_control(private=True, no_cache=True)
def choose(request: HttpRequest) -> HttpResponse:
    """What can be reported; and what this browser has begun or not yet sent."""
    languages = languages_of(offered_definitions())
    language = language_of(request, languages)
    context = {
        "offered": offered(language),
        "language": language,
        "languages": languages,
        "mini": mini.resident_of(request) is not None,
    }
    with speaking(language):
        return render(request, "portal/choose.html", context)


@require_GET
@ensure_csrf_cookie
@cache_control(private=True, no_cache=True)
def form(request: HttpRequest, key: str) -> HttpResponse:
    """One question at a time. The page works on without a line once it is loaded."""
    scenario = scenario_named(key)
    definition = definition_of(scenario.published_id or 0)
    languages = languages_of([definition])
    language = language_of(request, languages)
    data = form_data(
        definition,
        language=language,
        context=towns_context.context(language),
    )
    context = {
        "scenario": scenario,
        "language": language,
        "languages": languages,
        "form_data": data,
        "form_map": town_map(),
        "places_url": reverse("portal:places", args=[key]) if settings.ADDRESS_SEARCH_URL else "",
        "place_url": reverse("portal:place", args=[key]),
        "mini": mini.resident_of(request) is not None,
    }
    with speaking(language):
        return render(request, "portal/form.html", context)


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """Served from /report/, which is all that it may look after."""
    return workers.answer(request, WORKER)


def scenario_named(key: str) -> Scenario:
    """What residents may begin; raises Http404."""
    scenario = offered_scenario(key)
    if scenario is None or scenario.published_id is None:
        raise Http404
    return scenario


# ── what the form asks back ──


@require_GET
def place(request: HttpRequest, key: str) -> JsonResponse:
    """The town's areas at a point."""
    scenario_named(key)
    if limits.uses_up(request, "place", limits.PLACES_A_MINUTE):
        return _slow_down()
    lon, lat = _degrees(request)
    found = placed(lon, lat)
    return JsonResponse(
        {"inside": found.inside_town, "area": found.area, "areas": list(found.areas)}
    )


@require_GET
def places(request: HttpRequest, key: str) -> JsonResponse:
    """Places by their words, those in the town first."""
    scenario_named(key)
    if limits.uses_up(request, "search", limits.SEARCHES_A_MINUTE):
        return _slow_down()
    found = search(request.GET.get("q", "")) or ()
    given = [placed(one.longitude, one.latitude, title=one.title) for one in found]
    inside = sorted(given, key=lambda one: not one.inside_town)[:MOST_PLACES]
    return JsonResponse(
        {"places": [{"title": one.title, "lon": one.lon, "lat": one.lat} for one in inside]}
    )


@require_GET
def similar(request: HttpRequest, key: str) -> JsonResponse:
    """Open cases that may be the same thing: how far, how old, how they stand; no one's words."""
    definition = definition_of(scenario_named(key).published_id or 0)
    if limits.uses_up(request, "place", limits.PLACES_A_MINUTE):
        return _slow_down()
    kind = request.GET.get("kind", "")
    if kind not in _kinds(definition):
        return JsonResponse({"similar": []})
    lon, lat = _degrees(request)
    near = similar_cases(kind_id=kind_named(kind).pk, longitude=lon, latitude=lat)
    return JsonResponse({"similar": [{"id": one.case.pk, "words": one.words} for one in near]})


def _kinds(definition: Definition) -> set[str]:
    ends = (getattr(step, "outcome", None) for step in definition.steps)
    return {str(kind) for end in ends if (kind := getattr(end, "kind", None))}


def _degrees(request: HttpRequest) -> tuple[float, float]:
    """Longitude and latitude; raises Http404 for what is none."""
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError):
        raise Http404 from None
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise Http404
    return lon, lat


# ── what the form sends ──


@require_POST
def photo(request: HttpRequest, key: str) -> JsonResponse:
    """One photo of a run, before its answers."""
    scenario_named(key)
    if limits.too_many_photos(request):
        return _slow_down()
    given = request.FILES.get("photo")
    try:
        run, name = uuid.UUID(request.POST["run"]), uuid.UUID(request.POST["id"])
    except (KeyError, ValueError):
        return _refused(400, _("写真を受け取れませんでした。もう一度送ってください。"))
    if given is None:
        return _refused(400, _("写真を受け取れませんでした。もう一度送ってください。"))
    try:
        uploads.take_in(run=run, photo=name, content=given)
    except FileRefused as refused:
        return _refused(422, refused.reason)
    except uploads.TooManyPhotos:
        return _refused(409, _("これより多くの写真は受け取れません。"))
    return JsonResponse({"id": name.hex})


@require_POST
def left(request: HttpRequest, key: str) -> HttpResponse:
    """Somebody has given a half-filled form up: how far they came, and nothing else."""
    scenario_named(key)
    if not limits.too_many_reports(request):
        passage = Passage.validated(request.POST.get("visits", ""))
        if passage is not None and _definition(key, passage.version) is not None:
            record_passage(passage.version, Channel.WEB, passage.given_up())
    return HttpResponse(status=204)


@require_POST
def send(request: HttpRequest, key: str) -> JsonResponse:
    """The answers. Sent twice they are one report; problems come back to their steps."""
    if limits.too_many_reports(request):
        return _slow_down()
    try:
        arrived = Arrived.model_validate_json(_body(request))
    except ValidationError:
        return _refused(400, _("送られた内容を読めませんでした。ページを読み直してください。"))
    definition = _definition(key, arrived.version)
    if definition is None:
        reason = _("この種類は、いまは受け付けていません。お電話でお願いします。")
        return _refused(410, reason)
    try:
        answer = arrive(arrived, definition, resident=mini.resident_of(request))
    except LookupError:
        return _refused(410, _("いまは受け付けていません。お電話でお願いします。"))
    return _answered(answer)


def _body(request: HttpRequest) -> bytes:
    return b"" if len(request.body) > limits.MAX_ANSWERS_BYTES else request.body


def _definition(key: str, version_id: int) -> Definition | None:
    """What was asked: whoever is in the middle finishes on their version."""
    version = ScenarioVersion.objects.filter(
        pk=version_id,
        scenario__key=key,
        scenario__is_active=True,
        state=ScenarioVersion.Status.PUBLISHED,
    )
    return definition_of(version_id) if version.exists() else None


def _answered(answer: Answer) -> JsonResponse:
    if answer.report is not None:
        return JsonResponse(_receipt(answer.report))
    if answer.missing:
        return JsonResponse({"missing": answer.missing}, status=409)
    return JsonResponse({"problems": answer.problems}, status=422)


def _receipt(report: Report) -> dict[str, Any]:
    url = reverse("portal:report", args=[report.token])
    return {"number": report.receipt_number, "kind": report.kind.name, "url": url}


def _slow_down() -> JsonResponse:
    return _refused(429, _("いま混み合っています。少し待って、もう一度お試しください。"))


def _refused(status: int, reason: str) -> JsonResponse:
    return JsonResponse({"reason": reason}, status=status)
