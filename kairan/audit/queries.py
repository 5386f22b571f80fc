# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

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
