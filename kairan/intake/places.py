# SPDX-License-Identifier: Apache-2.0
"""What a place that is being typed may become: the town's areas, places of late cases, and what
the address service knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kairan.addresses.search import search
from kairan.municipalities.models import Area
from kairan.municipalities.places import as_polygons, is_inside_town
from kairan.reports.models import Case

MOST = 8
SHORTEST = 2
# The outside service is spared words that could be anywhere.
SHORTEST_ASKED = 3
# Places of cases: of so many of the newest, which the index by time gives quickly.
LATEST_CASES = 3_000


@dataclass(frozen=True)
class Suggestion:
    """``note`` says where it comes from."""

    title: str
    longitude: float
    latitude: float
    note: str


def suggestions(words: str) -> list[Suggestion]:
    """At most ``MOST``, none twice. Asks an outside service: never call it in a transaction."""
    typed = " ".join(words.split())
    if len(typed) < SHORTEST:
        return []
    found: dict[str, Suggestion] = {}
    for one in (*_cases(typed), *_addresses(typed), *_areas(typed)):
        found.setdefault(one.title, one)
    return list(found.values())[:MOST]


def _cases(typed: str) -> Iterator[Suggestion]:
    newest = Case.objects.newest_first().values("pk")[:LATEST_CASES]
    rows = Case.objects.filter(pk__in=newest, address__contains=typed, longitude__isnull=False)
    note = _("最近の案件の場所")
    for case in rows.newest_first().only("address", "longitude", "latitude")[:MOST]:
        yield Suggestion(case.address, case.longitude or 0.0, case.latitude or 0.0, note)


def _addresses(typed: str) -> Iterator[Suggestion]:
    note = _("住所")
    for found in (search(typed) if len(typed) >= SHORTEST_ASKED else None) or ():
        if is_inside_town(found.longitude, found.latitude):
            yield Suggestion(found.title, found.longitude, found.latitude, note)


def _areas(typed: str) -> Iterator[Suggestion]:
    note = _("区域のまん中")
    for area in Area.objects.in_order().filter(name__contains=typed, geometry__isnull=False)[:MOST]:
        middle = as_polygons(area.geometry).representative_point()
        yield Suggestion(area.name, middle.x, middle.y, note)
