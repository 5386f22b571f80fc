# SPDX-License-Identifier: Apache-2.0
"""Sheets for holders of seats. Of a code only hashes are kept, so a sheet is printed when its code
is made, or by whoever made it a moment ago; the PDF goes from memory to the printer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.audit.actions import record
from kairan.lib.language import speaking
from kairan.municipalities.links import public_link
from kairan.municipalities.tenancy import current_town
from kairan.people.models import Person
from kairan.people.positions import actions
from kairan.people.positions.codes import FreshCode, state_of
from kairan.people.positions.models import Tenure
from kairan.people.positions.office import office_of
from kairan.people.positions.queries import sitting

# A page takes some ten milliseconds; a browser waits for this many.
MOST_SHEETS = 300


@dataclass(frozen=True)
class Holder:
    """Who may get a sheet, and whether they need one."""

    tenure: Tenure
    # A further way in is for the page that asks how the office made sure who wants it.
    is_in: bool
    # Of the sheet that is under way, if one is.
    expires_at: datetime | None

    @property
    def last_day(self) -> date | None:
        return last_whole_day(self.expires_at) if self.expires_at else None

    @property
    def needs_one(self) -> bool:
        return not self.is_in and self.expires_at is None


def holders() -> list[Holder]:
    """Whoever holds a post and has no role in the console, in the town's order. Two queries."""
    found: Any = sitting()
    tenures = (
        found.filter(is_post=True, position__closed_at=None, person__is_active=True, is_staff=False)
        .select_related("position", "person")
        .order_by("position__place", "position__name", "position_id")
    )
    return [_holder(tenure) for tenure in tenures]


def _holder(tenure: Any) -> Holder:
    """Of a ``sitting`` tenure. In is whoever used a sheet of this seat, or has a device."""
    codes = tenure.newest_codes
    living = (code.expires_at for code in codes if state_of(code) == "sent")
    was_used = any(code.used_at for code in codes)
    return Holder(tenure, was_used or tenure.last_seen is not None, next(living, None))


@transaction.atomic
def issue_sheets(*, acting: Person, positions: Iterable[int]) -> bytes:
    """A new code for the holder of each of these seats, and their sheets in one PDF.

    Passed over are seats without a holder, and holders who are in already or have a role; empty
    where nobody is left.
    """
    wanted = set(positions)
    tenures = [h.tenure for h in holders() if h.tenure.position_id in wanted and not h.is_in]
    made = [(tenure, actions.issue_code(acting=acting, tenure=tenure)) for tenure in tenures]
    if not made:
        return b""
    record(
        acting=acting,
        verb="sheets.printed",
        summary=_("%(count)d枚") % {"count": len(made)},
    )
    return written(made)


def written(made: Iterable[tuple[Tenure, FreshCode]]) -> bytes:
    """In the town's own language, like all its paper. What draws is heavy: loaded when needed."""
    from kairan.people.positions.sheets import Sheet, as_pdf

    with speaking():
        town = current_town()
        office = office_of(town)
        typing = public_link(reverse("community:sign_in"))
        return as_pdf(
            Sheet(
                town=town.name,
                seat=tenure.position.name,
                person=tenure.person.name,
                address=code.url,
                typing=typing,
                digits=code.digits,
                last_day=last_whole_day(code.expires_at),
                office=office.name,
                phone=office.phone,
            )
            for tenure, code in made
        )


def last_whole_day(expires_at: datetime) -> date:
    """A sheet that says a day must work until that day is over."""
    return (timezone.localtime(expires_at) - timedelta(days=1)).date()
