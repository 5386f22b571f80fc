# SPDX-License-Identifier: Apache-2.0
"""Doing what a list of seats asks for: exactly what was shown, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from kairan.audit.actions import record
from kairan.lib.folding import fold
from kairan.municipalities.models import Area
from kairan.people.models import Person
from kairan.people.positions import actions
from kairan.people.positions.importing import (
    CHANGED,
    FILLED,
    HANDOVER,
    NEW,
    SAME,
    Plan,
    Step,
    areas_by_name,
    plan,
)
from kairan.people.positions.importing_rows import EMAIL, PERSON, PHONE, TITLE, Wanted
from kairan.people.positions.models import Position


class ChangedMeanwhile(Exception):
    """What would be done is not what was shown any more."""


@dataclass(frozen=True)
class Done:
    """``seats``: those whose holders need a sheet now."""

    plan: Plan
    seats: tuple[int, ...]


@transaction.atomic
def carry_out(
    *, acting: Person, wanted: Iterable[Wanted], seal: str, reads_on_days: int = 0
) -> Done:
    """Plan anew while no seat can change, and do it. Raises ``ChangedMeanwhile`` where that plan
    has another ``seal`` than the one shown."""
    list(Position.objects.open().select_for_update().order_by("id"))
    planned = plan(wanted)
    if planned.seal != seal:
        raise ChangedMeanwhile
    work = _Work(acting, reads_on_days, areas_by_name())
    seats = [seat for step in planned.steps if (seat := work.do(step)) is not None]
    record(acting=acting, verb="positions.imported", summary=_summary(planned))
    return Done(planned, tuple(seats))


def _summary(planned: Plan) -> str:
    return _("席%(new)d件、就任%(filled)d件、引き継ぎ%(handed)d件、変更%(changed)d件") % {
        "new": len(planned.of(NEW)),
        "filled": len(planned.of(FILLED)),
        "handed": len(planned.of(HANDOVER)),
        "changed": len(planned.of(CHANGED)),
    }


@dataclass(frozen=True)
class _Work:
    """Carries steps out, one after the other, by the verbs that the pages use too."""

    acting: Person
    reads_on_days: int
    areas: dict[str, Area]
    # Who was made in an earlier row, by what tells people apart.
    made: dict[tuple[str, str], Person] = field(default_factory=dict)

    def do(self, step: Step) -> int | None:
        """The seat whose holder needs a sheet now, if so."""
        if step.kind == SAME:
            return None
        position = self._position(step)
        if step.kind == CHANGED:
            self._change_holder(step)
            return None
        if not step.wanted.person:
            return None
        return self._seat(step, position, self._person(step))

    def _seat(self, step: Step, position: Position, person: Person) -> int | None:
        if step.kind != HANDOVER or step.last_day is None:
            actions.appoint(
                acting=self.acting,
                position=position,
                person=person,
                starts_on=step.wanted.starts_on,
                with_code=False,
            )
            return position.pk
        handed = actions.hand_over(
            acting=self.acting,
            position=position,
            successor=person,
            last_day=step.last_day,
            reads_on_days=self.reads_on_days,
        )
        return position.pk if handed.tenure else None

    def _position(self, step: Step) -> Position:
        wanted, area = step.wanted, self.areas.get(fold(step.wanted.area))
        if step.position_id is None:
            return actions.create_position(
                acting=self.acting,
                kind=Position.Kind.POST,
                name=wanted.seat,
                title=wanted.title,
                area=area,
                place=wanted.row,
            )
        position = Position.objects.select_related("area", "department").get(pk=step.position_id)
        actions.change_position(
            acting=self.acting,
            position=position,
            name=position.name,
            title=next((c.after for c in step.changes if c.label == TITLE), position.title),
            area=area or position.area,
            department=position.department,
            phone=position.phone,
            place=position.place,
        )
        return position

    def _person(self, step: Step) -> Person:
        if step.person_id is not None:
            known: Person = Person.objects.get(pk=step.person_id)
            return known
        wanted = step.wanted
        # Without phone and mail, two people of one name are two people.
        key = ("", wanted.email) if wanted.email else (fold(wanted.person), wanted.phone)
        if (wanted.email or wanted.phone) and key in self.made:
            return self.made[key]
        self.made[key] = actions.add_holder(
            acting=self.acting, name=wanted.person, email=wanted.email, phone=wanted.phone
        )
        return self.made[key]

    def _change_holder(self, step: Step) -> None:
        new = {change.label: change.after for change in step.changes}
        if step.person_id is None or not new.keys() & {PERSON, PHONE, EMAIL}:
            return
        person = Person.objects.get(pk=step.person_id)
        actions.change_holder(
            acting=self.acting,
            person=person,
            name=new.get(PERSON, person.name),
            email=new.get(EMAIL, person.email),
            phone=new.get(PHONE, person.phone),
        )
