# SPDX-License-Identifier: Apache-2.0
"""Writing a case's timeline."""

from __future__ import annotations

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


def _key(value: models.Model | str | None) -> int | str | None:
    return value.pk if isinstance(value, models.Model) else value


def _name(value: models.Model | str | None) -> str:
    return "" if value is None else str(value)
