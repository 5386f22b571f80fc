# SPDX-License-Identifier: Apache-2.0
"""What stands in place of a receipt where nothing is real: in a trial, and in the preview."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kairan.line import flex, messages
from kairan.municipalities.places import areas_at
from kairan.reports.actions.from_outcome import kind_named
from kairan.reports.routing import department_for, smallest_first
from kairan.scenarios.outcome import Outcome

NUMBER = "R0-000000"


def receipt(outcome: Outcome, *, mark: str) -> messages.Message:
    """As `completing.receipt`, with `mark` before everything, and where it would have gone."""
    facts = [flex.Fact(name, value) for name, value in _facts(outcome) if value]
    heading = _("【{mark}】受け付けました").format(mark=mark)
    note = _("本番ではありません。案件は作られず、どの課にも届きません。")
    bubble = flex.receipt_bubble(
        heading=heading,
        number_name=_("受付番号(例)"),
        number=NUMBER,
        facts=facts,
        note=note,
    )
    said = [heading, *(f"{fact.name}: {fact.value}" for fact in facts), note]
    return messages.flex("\n".join(said), bubble)


def _facts(outcome: Outcome) -> list[tuple[str, str]]:
    try:
        kind = kind_named(outcome.report_kind)
    except LookupError:
        return [(_("種類"), outcome.report_kind)]
    place = outcome.position
    known = place is not None and place.lon is not None and place.lat is not None
    areas = areas_at(place.lon, place.lat) if known else ()  # type: ignore[union-attr,arg-type]
    department = department_for(kind, smallest_first(areas))
    return [
        (_("種類"), kind.name),
        (_("場所"), place.shown if place else ""),
        (pgettext("department", "担当"), department.name if department else ""),
        (_("写真"), _("{count}枚").format(count=len(outcome.photos)) if outcome.photos else ""),
    ]
