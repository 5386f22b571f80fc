# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from kairan.audit.models import Entry

_FIRST_BREAK = """
SELECT number FROM (
    SELECT e.number, e.digest, e.previous_digest,
           audit_digest(e.*) AS computed,
           lag(e.digest, 1, ''::bytea) OVER (ORDER BY e.number) AS before,
           lag(e.number, 1, 0::bigint) OVER (ORDER BY e.number) AS number_before
    FROM audit_entry e
) chain
WHERE computed <> digest OR previous_digest <> before OR number <> number_before + 1
ORDER BY number LIMIT 1
"""


@dataclass(frozen=True)
class Verdict:
    """What a walk along the entered town's chain found."""

    entries: int
    broken_at: int | None
    head: str

    @property
    def holds(self) -> bool:
        return self.broken_at is None


def verify_chain() -> Verdict:
    """Recompute every digest of the entered town; ``head`` is the last one, in hex."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_BREAK)
        row = cursor.fetchone()
    last = Entry.objects.order_by("-number").first()
    return Verdict(
        entries=Entry.objects.count(),
        broken_at=row[0] if row else None,
        head=bytes(last.digest).hex() if last else "",
    )


def last_number() -> int:
    """Of the entered town's record; 0 for an empty one. Cheap: asked with every read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM audit_entry ORDER BY number DESC LIMIT 1")
        row = cursor.fetchone()
    return row[0] if row else 0


# Jumps from verb to verb along the index, instead of reading every entry.
_VERBS = """
WITH RECURSIVE step AS (
    (SELECT verb FROM audit_entry ORDER BY verb LIMIT 1)
    UNION ALL
    SELECT (SELECT e.verb FROM audit_entry e WHERE e.verb > step.verb ORDER BY e.verb LIMIT 1)
    FROM step WHERE step.verb IS NOT NULL
)
SELECT verb FROM step WHERE verb IS NOT NULL
"""


def verbs() -> list[str]:
    """Every verb that the entered town's record knows, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_VERBS)
        return [row[0] for row in cursor.fetchall()]


def entries(wanted: Mapping[str, Any]) -> QuerySet[Entry]:
    """The town's entries, newest first; ``wanted`` as ``RecordFilter`` cleans it.

    ``since`` and ``until`` are days of the town, both included. ``target`` is "kind:id".
    """
    found = Entry.objects.order_by("-number")
    if since := wanted.get("since"):
        found = found.filter(at__gte=_midnight(since))
    if until := wanted.get("until"):
        found = found.filter(at__lt=_midnight(until + timedelta(days=1)))
    if actor := wanted.get("actor"):
        found = found.filter(actor_name__icontains=actor)
    if verb := wanted.get("verb"):
        found = found.filter(verb=verb)
    if target := wanted.get("target"):
        kind, _colon, key = str(target).partition(":")
        found = found.filter(target_kind=kind, target_id=int(key))
    if text := wanted.get("q"):
        changed = found.annotate(changed=Cast("changes", TextField()))
        found = changed.filter(Q(summary__icontains=text) | Q(changed__icontains=text))
    if before := wanted.get("before"):
        found = found.filter(number__lt=before)
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
