# SPDX-License-Identifier: Apache-2.0
"""Which cases a bulk action is about: those that were picked, or all that fit the filters."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.reports.access import visible_cases
from kairan.reports.filters import CaseFilter
from kairan.reports.models import Case
from kairan.reports.models.work import MAX_BULK
from kairan.reports.queries import matching_keys, status_counts


@dataclass(frozen=True)
class Matching:
    """How many fit; ``is_least``: a search stopped counting there."""

    count: int
    is_least: bool

    @property
    def words(self) -> str:
        return f"{self.count:,}+" if self.is_least else f"{self.count:,}"

    @property
    def taken(self) -> int:
        return min(self.count, MAX_BULK)

    @property
    def is_too_many(self) -> bool:
        return self.count > MAX_BULK


def count_matching(person: Person, query: str) -> Matching:
    chosen = CaseFilter.read(QueryDict(query), person)
    if chosen.words:
        counts = [c for c in status_counts(person, chosen) if _wanted(chosen, c.status)]
        return Matching(sum(c.count for c in counts), any(c.is_capped for c in counts))
    found = visible_cases(person, Permission.HANDLE_CASES).filter(chosen.condition())
    return Matching(found.count(), is_least=False)


def picked(person: Person, keys: list[str]) -> list[tuple[int, int]]:
    """Ids and versions of the picked cases that the person may see, at most ``MAX_BULK``.

    A key is «id:version» as the list showed it; without a version that of now.
    """
    seen = dict(pair for key in keys[:MAX_BULK] if (pair := _read(key)))
    rows = dict(visible_cases(person).filter(pk__in=seen).values_list("id", "version"))
    return [(key, version or rows[key]) for key, version in seen.items() if key in rows]


def _read(key: str) -> tuple[int, int] | None:
    pk, _, version = key.partition(":")
    numbers = [text for text in (pk, version or "0") if text.isascii() and text.isdigit()]
    if len(numbers) < 2 or len(pk) > 18 or len(version) > 9:
        return None
    return int(pk), int(version or 0)


def all_matching(person: Person, query: str) -> list[tuple[int, int]]:
    """The newest ``MAX_BULK`` that fit and that the person may handle."""
    chosen = CaseFilter.read(QueryDict(query), person)
    keys = matching_keys(person, chosen, MAX_BULK)
    rows = dict(Case.objects.filter(pk__in=keys).values_list("id", "version"))
    return [(key, rows[key]) for key in keys if key in rows]


def _wanted(chosen: CaseFilter, status: str) -> bool:
    return not chosen.statuses or status in chosen.statuses
