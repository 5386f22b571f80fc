# SPDX-License-Identifier: Apache-2.0
"""Writing a case's timeline."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from django.db import models

from kairan.audit.actors import Actor
from kairan.lib.language import speaking
from kairan.reports.models import Case, CaseEntry, Report
from kairan.reports.workflow import Status

_CHANGES_NOTHING = (CaseEntry.Kind.NOTE, CaseEntry.Kind.VIEWED, CaseEntry.Kind.MESSAGE_OUT)


def write(
    case: Case,
    kind: CaseEntry.Kind,
    *,
    acting: Actor,
    text: str = "",
    data: dict[str, Any] | None = None,
    public: bool = False,
    report: Report | None = None,
    source: str = "",
) -> CaseEntry:
    """One line at the end, inside the caller's transaction."""
    return CaseEntry.objects.create(
        case=case,
        report=report,
        kind=kind,
        actor_kind=acting.actor_kind,
        actor_id=acting.actor_id,
        actor_name=acting.actor_name,
        text=text,
        data=data or {},
        public=public,
        version=case.version,
        source=source,
    )


def exchange(old: models.Model | str | None, new: models.Model | str | None) -> dict[str, Any]:
    """What an entry keeps of a change: ids to undo it by, and the names of that day."""
    return {
        "from": _key(old),
        "to": _key(new),
        "from_name": _name(old),
        "to_name": _name(new),
    }


def exchange_status(old: Status, new: Status) -> dict[str, Any]:
    return exchange_choice(old, new)


def exchange_choice(old: models.TextChoices, new: models.TextChoices) -> dict[str, Any]:
    """The same of a choice: its name in the town's language, whoever changed it."""
    with speaking():
        names = {"from_name": str(old.label), "to_name": str(new.label)}
    return {"from": old.value, "to": new.value, **names}


def changes_by_others(case: Case, *, since: int, acting: Actor) -> Iterable[CaseEntry]:
    """What others changed after that version, oldest first."""
    return (
        CaseEntry.objects.filter(case=case, version__gt=since)
        .exclude(kind__in=_CHANGES_NOTHING)
        .exclude(actor_kind=acting.actor_kind, actor_id=acting.actor_id)
        .order_by("id")
    )


_COMES = (CaseEntry.Kind.SUBMITTED, CaseEntry.Kind.TOOK_IN, CaseEntry.Kind.SPLIT)
_GOES = (CaseEntry.Kind.JOINED, CaseEntry.Kind.GAVE_OFF)


def read_by(report: Report) -> list[CaseEntry]:
    """What the resident of a report may read, oldest first: of each case that the report has been
    in, what is public and happened while it was there. What others wrote is theirs."""
    stays = _stays_of(report)
    cases = {case_id for case_id, _first, _last in stays} | {report.case_id}
    entries = CaseEntry.objects.filter(case__in=cases, public=True).order_by("at", "id")
    # Without a beginning (an imported case) the whole of it is the report's own.
    whole = report.case_id not in {case_id for case_id, _first, _last in stays}
    return [
        _without_others(entry, report)
        for entry in entries
        if (whole and entry.case_id == report.case_id)
        or any(entry.case_id == case and first <= entry.pk <= last for case, first, last in stays)
        if entry.kind not in _OTHERS or entry.report_id in (None, report.pk)
    ]


_OTHERS = (CaseEntry.Kind.SUBMITTED, CaseEntry.Kind.MESSAGE_IN)


def _without_others(entry: CaseEntry, report: Report) -> CaseEntry:
    """That somebody else had the case reopened is said, why is not."""
    if entry.kind == CaseEntry.Kind.REOPENED and entry.report_id not in (None, report.pk):
        entry.text = ""
    return entry


def _stays_of(report: Report) -> list[tuple[int, int, int]]:
    """From which entry to which the report was in which case; the last one goes on."""
    cases = {report.case_id}
    cases |= set(Case.objects.filter(joined_into=report.case_id).values_list("id", flat=True))
    moves: list[CaseEntry] = []
    for _turn in range(_MOST_CASES):
        rows = CaseEntry.objects.filter(case__in=cases, kind__in=(*_COMES, *_GOES)).order_by("id")
        moves = [row for row in rows if _moves(row, report)]
        found = {row.data["case"] for row in moves if "case" in row.data}
        if found <= cases:
            break
        cases |= found
    stays: list[tuple[int, int, int]] = []
    for case_id in cases:
        begun: int | None = None
        for row in (move for move in moves if move.case_id == case_id):
            if row.kind in _COMES:
                begun = row.pk if begun is None else begun
            elif begun is not None:
                stays.append((case_id, begun, row.pk))
                begun = None
        if begun is not None:
            stays.append((case_id, begun, sys.maxsize))
    return stays


# A report that has been moved about more often is read from its latest cases.
_MOST_CASES = 5


def _moves(entry: CaseEntry, report: Report) -> bool:
    if entry.kind == CaseEntry.Kind.SUBMITTED:
        return entry.report_id == report.pk
    return report.pk in entry.data.get("reports", [])


def _key(value: models.Model | str | None) -> int | str | None:
    return value.pk if isinstance(value, models.Model) else value


def _name(value: models.Model | str | None) -> str:
    return "" if value is None else str(value)
