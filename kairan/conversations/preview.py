# SPDX-License-Identifier: Apache-2.0
"""The scenario as residents will meet it, while it is being written: LINE's phone, the web form.

Nothing is stored and nothing is sent; what was said travels with the page (`preview_play`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, get_args

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kairan.conversations.preview_drawing import draw
from kairan.conversations.preview_play import (
    LONGEST,
    MOST_SAID,
    How,
    Played,
    Said,
    Sitting,
    When,
    play,
    read_sitting,
    speak,
)
from kairan.conversations.taps import AnswerTap, PickTap, read
from kairan.municipalities.maps import town_map
from kairan.municipalities.tenancy import current_town
from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.reports.towns_context import context
from kairan.scenarios.definition import Asking, Definition
from kairan.scenarios.languages import language_name
from kairan.scenarios.models import Scenario, ScenarioVersion
from kairan.scenarios.queries import draft_of
from kairan.scenarios.showing import heading
from kairan.scenarios.webform import form_data

# What a person does to the talk, beside speaking: fields of the form.
TABS = ("line", "web")
_SAMPLES: tuple[How, ...] = ("place", "outside", "sticker")


@dataclass(frozen=True)
class Asked:
    """One request to the preview, read: the sitting after it, and what must be said about it."""

    sitting: Sitting
    played: Played
    tab: str = "line"
    note: str = ""
    focus: str = ""


@require_http_methods(["GET", "POST"])
@staff(Permission.MANAGE_SCENARIOS)
def preview(request: StaffRequest, scenario_id: int) -> HttpResponseBase:
    """GET begins anew; POST goes on with the sitting that it brings. htmx gets the fragment."""
    scenario = get_object_or_404(Scenario, pk=scenario_id)
    now = timezone.now()
    definition = _definition(scenario, request.GET.get("version") or request.POST.get("version"))
    if definition is None:
        return _answer(request, {"scenario": scenario})
    asked = _asked(request, scenario, definition, now)
    return _answer(request, _shown(scenario, definition, asked))


def _answer(request: StaffRequest, shown: dict[str, Any]) -> HttpResponseBase:
    page = "conversations/_preview.html" if request.htmx else "conversations/preview.html"
    return render(request, page, {**shown, "is_fragment": bool(request.htmx)})


def _definition(scenario: Scenario, version: str | None) -> Definition | None:
    """The draft (what is published, where there is none); None where nothing was ever written."""
    if version and version != "0":
        number = int(version) if version.isdecimal() and len(version) < 10 else -1
        found = scenario.versions.filter(number=number).exclude(state="trial").first()
        if found is None:
            raise Http404
        return found.parsed
    try:
        return draft_of(scenario)
    except ScenarioVersion.DoesNotExist:
        return None


# ── what was asked ────────────────────────────────────────────────────────────────────────────


def _asked(
    request: StaffRequest, scenario: Scenario, definition: Definition, now: datetime
) -> Asked:
    posted = request.POST
    sitting, note = _sitting(request, scenario, definition, now)
    tab = posted["tab"] if posted.get("tab") in TABS else "line"
    played = play(definition, sitting, context(sitting.language), now)
    said, focus = _said(posted, played) if not note else None, ""
    if said is not None and len(sitting.said) >= MOST_SAID:
        note = _("やりとりが長くなりました。「はじめから」を押してください。")
    elif said is not None:
        speak(played, said)
        focus = "text" if said.how == "text" else "quick"
    entry = "" if played.entry_is_gone else sitting.entry
    return Asked(replace(sitting, entry=entry, said=played.kept), played, tab, note, focus)


def _sitting(
    request: StaffRequest, scenario: Scenario, definition: Definition, now: datetime
) -> tuple[Sitting, str]:
    """What the page brings, with what the tools changed; a new one, and why, where it is broken."""
    posted = request.POST
    fresh = _fresh(request.GET.get("version") or posted.get("version"), now)
    if request.method != "POST":
        entry = request.GET.get("from", "")
        return replace(fresh, entry=entry if entry in definition.by_id else ""), ""
    known = read_sitting(posted.get("state", ""), scenario.pk)
    if known is None:
        return fresh, _("途中の内容を読めませんでした。はじめから表示します。")
    return _set(known, posted, definition, fresh), ""


def _fresh(version: str | None, now: datetime) -> Sitting:
    number = int(version) if version and version.isdecimal() and len(version) < 10 else 0
    return Sitting(begun=int(now.timestamp() * 1000), version=number)


def _set(sitting: Sitting, posted: Any, definition: Definition, fresh: Sitting) -> Sitting:
    """Language, hour, and where to begin: what the tools above the phone change."""
    language, when = posted.get("language"), posted.get("when")
    if language in definition.languages:
        sitting = replace(sitting, language=language)
    if when in get_args(When):
        sitting = replace(sitting, when=when)
    if "restart" in posted:
        return replace(sitting, begun=fresh.begun, entry="", said=())
    entry = posted.get("from", "")
    if entry in definition.by_id:
        return replace(sitting, begun=fresh.begun, entry=entry, said=())
    return sitting


def _said(posted: Any, before: Played) -> Said | None:  # noqa: PLR0911 — one for each way
    """What the person said, at the step where the talk stands."""
    state = before.state
    if state is None:
        return None
    here = state.step
    if "tap" in posted:
        tap = read(posted["tap"])
        if not isinstance(tap, AnswerTap):
            return None
        fits = tap.nonce == state.nonce and tap.step == here
        return Said(here, "tap" if fits else "old", tap.value[:LONGEST])
    if "pick" in posted and isinstance(read(posted["pick"]), PickTap):
        return Said(here, "pick", posted.get("picked", "")[:30])
    if "photo" in posted:
        return Said(here, "photo", str(len(before.used) + 1))
    for how in _SAMPLES:
        if how in posted:
            return Said(here, how)
    text = posted.get("text", "").strip()
    return Said(here, "text", text[:LONGEST]) if text else None


# ── what is shown ─────────────────────────────────────────────────────────────────────────────


def _shown(scenario: Scenario, definition: Definition, asked: Asked) -> dict[str, Any]:
    sitting, played = asked.sitting, asked.played
    shown: dict[str, Any] = {
        "scenario": scenario,
        "asked": asked,
        "town": current_town().name,
        "tab": asked.tab,
        "state": sitting.written(scenario.pk),
        "sitting": sitting,
        "title": definition.title.said(sitting.language),
        "languages": [(code, language_name(code)) for code in definition.languages],
        "whens": [("", _("いま")), ("day", _("開庁日の昼")), ("night", _("夜"))],
        "jumps": _jumps(definition),
        "played": played,
        "here": played.state.step if played.state else "",
        "note": asked.note or _note(played),
    }
    if asked.tab == "web":
        data = form_data(definition, language=sitting.language, context=context(sitting.language))
        return {**shown, "form_data": data, "form_map": town_map()}
    return {**shown, "phone": draw(played, sitting.language)}


def _note(played: Played) -> str:
    if played.entry_is_gone:
        return _("その質問はなくなりました。はじめから表示します。")
    if played.waiting:
        return _("新しい質問です。答えると、前の続きに戻ります。")
    return ""


def _jumps(definition: Definition) -> list[tuple[str, str]]:
    """The questions, by number and short name."""
    return [
        (step.id, f"{number}. {heading(step, 'ja')}")
        for number, step in enumerate(definition.steps, start=1)
        if isinstance(step, Asking)
    ]
