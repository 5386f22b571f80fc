# SPDX-License-Identifier: Apache-2.0
"""Which cases have been kept long enough, and the clock's nightly work on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from kairan.audit.actors import Actor
from kairan.reports.actions.forgetting import erase_case
from kairan.reports.models import Case, CaseQuerySet, Erasure, KeepingRule, Part, ReportKind

# What a kind begins with: contact details for half a year, photos for three, all for five.
DEFAULT_DAYS = {Part.CONTACT: 180, Part.PHOTOS: 3 * 365, Part.ALL: 5 * 365}
AT_ONCE = 200
# A town that sets its first period may have years behind it: the rest waits for the next turn.
MOST_AT_A_TIME = 10_000


@dataclass(frozen=True)
class Period:
    """A kind and after how many days each part goes; None: it is kept."""

    kind: ReportKind
    days: dict[Part, int | None]

    def due(self, now: datetime | None = None) -> dict[Part, int]:
        """How many cases lose a part in the next turn; a query for each part."""
        return {
            part: _kept_too_long(self.kind, part, days, now).count()
            for part, days in self.days.items()
            if days
        }


def periods() -> list[Period]:
    """Every kind of the town, in its order. Two queries."""
    rules = {rule.kind_id: rule.days for rule in KeepingRule.objects.all()}
    return [
        Period(kind, rules.get(kind.pk) or dict(DEFAULT_DAYS))
        for kind in ReportKind.objects.in_order()
    ]


def forget_what_is_old(
    *, acting: Actor, now: datetime | None = None, most: int = MOST_AT_A_TIME
) -> int:
    """Erase what was kept long enough; returns how many erasures were made.

    Each case has a transaction of its own: what is killed in the middle goes on the next time.
    """
    done = 0
    for period in periods():
        # «All» first: it leaves nothing for the others to do.
        for part in (Part.ALL, Part.PHOTOS, Part.CONTACT):
            days = period.days[part]
            while days and done < most:
                overdue = _kept_too_long(period.kind, part, days, now)
                cases = list(overdue.order_by("closed_at")[:AT_ONCE])
                if not cases:
                    break
                for case in cases:
                    erase_case(acting=acting, case=case, part=part, why=Erasure.Why.PERIOD)
                done += len(cases)
    return done


def _kept_too_long(kind: ReportKind, part: Part, days: int, now: datetime | None) -> CaseQuerySet:
    before = (now or timezone.now()) - timedelta(days=days)
    erased = Erasure.objects.filter(case=OuterRef("pk"), report=None, part__in=[part, Part.ALL])
    # What was joined into another case goes with that one: its reports are there.
    over = Case.objects.standing().filter(kind=kind)
    closed = over.filter(closed_at__isnull=False, closed_at__lt=before)
    return closed.filter(~Exists(erased))
