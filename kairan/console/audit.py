# SPDX-License-Identifier: Apache-2.0
"""記録: who did what and when, searched, exported, and checked for changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.http import HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kairan.audit import queries
from kairan.audit.actions import record
from kairan.audit.forms import RecordFilter
from kairan.audit.models import Entry
from kairan.console.verbs import field_words, words_of
from kairan.lib.sheets import Row, as_csv
from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission

PAGE = 50
MOST_SHOWN = 120
_PAGES = {
    "people.person": "people:person",
    "reports.case": "reports:case",
    "municipalities.department": "console:department",
}


@dataclass(frozen=True)
class Line:
    """An entry in words: ``target`` is "kind:id" or empty, ``url`` its page or empty."""

    entry: Entry
    words: str
    target: str
    url: str
    changes: list[str]


@require_safe
@staff(Permission.SEE_AUDIT)
def audit(request: StaffRequest) -> HttpResponse:
    wanted = _filter(request.GET)
    found = list(queries.entries(wanted.cleaned_data)[: PAGE + 1])
    shown = found[:PAGE]
    context = {
        "filter": wanted,
        "entries": [_line(entry) for entry in shown],
        "following": _address(request.GET, shown[-1].number) if len(found) > PAGE else "",
        "first": _address(request.GET, None) if request.GET.get("before") else "",
    }
    return render(request, "console/audit/list.html", context)


@require_safe
@staff(Permission.SEE_AUDIT)
def audit_verdict(request: StaffRequest) -> HttpResponse:
    """Walks along the whole chain; the list asks for it after it is shown."""
    template = "console/audit/_verdict.html" if request.htmx else "console/audit/verdict.html"
    return render(request, template, {"verdict": queries.verify_chain()})


@require_safe
@staff(Permission.SEE_AUDIT)
def audit_csv(request: StaffRequest) -> HttpResponseBase:
    """What the filter shows, all pages, newest first. Taking it out is itself recorded."""
    wanted = _filter(request.GET)
    record(acting=request.person, verb="audit.exported", summary=request.GET.urlencode())
    header = [_("番号"), _("日時"), _("だれが"), _("何を"), _("対象"), _("内容"), _("変更")]
    rows = chain([header], _rows(wanted.cleaned_data))
    lines = as_csv(rows, encoding="utf-8")
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _filter(query: QueryDict) -> RecordFilter:
    wanted = RecordFilter(query, verbs=[(verb, words_of(verb)) for verb in queries.verbs()])
    wanted.is_valid()
    return wanted


def _rows(wanted: dict[str, Any]) -> Iterator[Row]:
    for entry in queries.entries(wanted).iterator(chunk_size=2000):
        at = timezone.localtime(entry.at).isoformat(sep=" ", timespec="seconds")
        changes = json.dumps(entry.changes, ensure_ascii=False) if entry.changes else ""
        yield [
            entry.number,
            at,
            entry.actor_name,
            words_of(entry.verb),
            _target(entry),
            entry.summary,
            changes,
        ]


def _line(entry: Entry) -> Line:
    changes = [
        f"{field_words(key)}: {_short(old)} → {_short(new)}"
        for key, (old, new) in entry.changes.items()
        if _short(old) != _short(new)
    ]
    return Line(entry, words_of(entry.verb), _target(entry), _page_of(entry), changes)


def _target(entry: Entry) -> str:
    return f"{entry.target_kind}:{entry.target_id}" if entry.target_id else ""


def _page_of(entry: Entry) -> str:
    name = _PAGES.get(entry.target_kind)
    try:
        return reverse(name, args=[entry.target_id]) if name and entry.target_id else ""
    except NoReverseMatch:
        return ""


def _short(value: object) -> str:
    words = "、".join(map(str, value)) if isinstance(value, list) else str(value)
    words = "—" if value in (None, "", []) else words
    return words if len(words) <= MOST_SHOWN else words[:MOST_SHOWN] + "…"


def _address(query: QueryDict, before: int | None) -> str:
    changed = query.copy()
    changed.pop("before", None)
    if before:
        changed["before"] = str(before)
    return f"?{changed.urlencode()}"
