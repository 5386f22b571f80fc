# SPDX-License-Identifier: Apache-2.0
"""What a list of seats would change: planned and shown; ``importing_work`` writes it afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.lib.folding import fold
from kairan.municipalities.models import Area
from kairan.people.models import Person
from kairan.people.positions.importing_people import CannotBe, Change, Known, same_name
from kairan.people.positions.importing_rows import TITLE, Problem, Wanted
from kairan.people.positions.models import PlannedHandover, Position, Tenure

NEW: Final = "new"
FILLED: Final = "filled"
HANDOVER: Final = "handover"
CHANGED: Final = "changed"
SAME: Final = "same"
KINDS: Final = (NEW, FILLED, HANDOVER, CHANGED, SAME)


@dataclass(frozen=True)
class Step:
    """What one row does. ``person_id``: somebody known already; None: a new person, or nobody."""

    wanted: Wanted
    kind: str
    position_id: int | None = None
    person_id: int | None = None
    # Who sits there now.
    holder: str = ""
    holder_id: int | None = None
    last_day: date | None = None
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_planned(self) -> bool:
        """A handover for a day to come."""
        return self.last_day is not None and self.last_day >= timezone.localdate()

    def facts(self) -> list[object]:
        w = self.wanted
        last_day = self.last_day and self.last_day.isoformat()
        changes = [[c.label, c.before, c.after] for c in self.changes]
        whom = [self.position_id, self.person_id, self.holder_id]
        return [w.as_json(), self.kind, whom, last_day, changes]


@dataclass(frozen=True)
class Plan:
    steps: tuple[Step, ...]
    problems: tuple[Problem, ...]

    def of(self, kind: str) -> list[Step]:
        return [step for step in self.steps if step.kind == kind]

    @property
    def does_something(self) -> bool:
        return any(step.kind != SAME for step in self.steps)

    @property
    def seal(self) -> str:
        """Equal for plans that do the same to the same."""
        facts = json.dumps([step.facts() for step in self.steps], ensure_ascii=False)
        return hashlib.sha256(facts.encode()).hexdigest()


def plan(wanted: Iterable[Wanted]) -> Plan:
    """Six queries, however many rows."""
    town = _Town.read()
    steps: list[Step] = []
    problems: list[Problem] = []
    for one in wanted:
        try:
            steps.append(town.step(one))
        except CannotBe as error:
            problems.append(Problem(one.row, str(error)))
    return Plan(tuple(steps), tuple(problems))


@dataclass(frozen=True)
class _Seated:
    position: Position
    tenure: Tenure | None
    planned: PlannedHandover | None

    @property
    def holder(self) -> Person | None:
        return self.tenure.person if self.tenure else None


@dataclass(frozen=True)
class _Town:
    """What the town has at this moment, as far as a list of seats can touch it."""

    seats: dict[str, _Seated]
    known: Known
    areas: dict[str, Area]

    @classmethod
    def read(cls) -> _Town:
        tenures = Tenure.objects.open().select_related("person").order_by("id")
        held = {tenure.position_id: tenure for tenure in tenures}
        plans = {p.position_id: p for p in PlannedHandover.objects.select_related("successor")}
        seats = {
            fold(position.name): _Seated(position, held.get(position.pk), plans.get(position.pk))
            for position in Position.objects.open().select_related("area")
        }
        return cls(seats, Known.read(), areas_by_name())

    def step(self, wanted: Wanted) -> Step:
        seated = self.seats.get(fold(wanted.seat))
        if seated is None:
            return self._given(wanted, NEW, None)
        if seated.position.is_desk:
            raise CannotBe(_("窓口です。窓口の人は、窓口のページで決めてください。"))
        if not wanted.person:
            return self._kept(wanted, seated, None)
        if seated.holder is None:
            return self._given(wanted, FILLED, seated)
        if same_name(seated.holder.name, wanted.person):
            return self._kept(wanted, seated, seated.holder)
        return self._handed(wanted, seated, seated.holder)

    def _given(self, wanted: Wanted, kind: str, seated: _Seated | None) -> Step:
        person = self.known.person(wanted) if wanted.person else None
        return Step(
            wanted,
            kind,
            position_id=seated.position.pk if seated else None,
            person_id=person.pk if person else None,
            changes=tuple(self._seat_changes(wanted, seated)) if seated else (),
            notes=(*self._area_notes(wanted), *_early(wanted), *self.known.notes(wanted, person)),
        )

    def _handed(self, wanted: Wanted, seated: _Seated, holder: Person) -> Step:
        last_day = _last_day(wanted, seated)
        plan = seated.planned
        if plan and plan.last_day == last_day and same_name(plan.successor.name, wanted.person):
            # The same list was taken in before.
            return self._kept(wanted, seated, None, _("引き継ぎの予定があります。"))
        _not_the_same(wanted, holder)
        person = self.known.person(wanted)
        notes = (_("いまの引き継ぎの予定は、これに替わります。"),) if plan else ()
        return Step(
            wanted,
            HANDOVER,
            position_id=seated.position.pk,
            person_id=person.pk if person else None,
            holder=holder.name,
            holder_id=holder.pk,
            last_day=last_day,
            changes=tuple(self._seat_changes(wanted, seated)),
            notes=(*notes, *self.known.notes(wanted, person)),
        )

    def _kept(self, wanted: Wanted, seated: _Seated, holder: Person | None, *notes: str) -> Step:
        changes = list(self._seat_changes(wanted, seated))
        if holder is not None:
            changes += self.known.changes(wanted, holder)
        return Step(
            wanted,
            CHANGED if changes else SAME,
            position_id=seated.position.pk,
            person_id=holder.pk if holder else None,
            holder=seated.holder.name if seated.holder else "",
            holder_id=seated.holder.pk if seated.holder else None,
            changes=tuple(changes),
            notes=notes,
        )

    def _seat_changes(self, wanted: Wanted, seated: _Seated) -> Iterator[Change]:
        position = seated.position
        # A name that is not made of district and title stands whole in the column of titles.
        if position.title != wanted.title and (wanted.area or not position.title):
            yield Change(TITLE, position.title, wanted.title)
        area = self.areas.get(fold(wanted.area))
        if area is not None and position.area_id != area.pk:
            yield Change(_("区域"), str(position.area or ""), area.name)

    def _area_notes(self, wanted: Wanted) -> Iterator[str]:
        if wanted.area and fold(wanted.area) not in self.areas:
            words = _("「%(area)s」は区域にありません。地域のトークには入りません。")
            yield words % {"area": wanted.area}


def areas_by_name() -> dict[str, Area]:
    """By folded name; of two with one name the school district."""
    areas = sorted(Area.objects.in_order(), key=lambda area: area.kind == Area.Kind.DISTRICT)
    return {fold(area.name): area for area in areas}


def _last_day(wanted: Wanted, seated: _Seated) -> date:
    """The day before the new tenure; today where the list says none."""
    today = timezone.localdate()
    last_day = wanted.starts_on - timedelta(days=1) if wanted.starts_on else today
    if seated.tenure is not None and last_day < seated.tenure.starts_on:
        raise CannotBe(
            _("任期のはじめが、いまの人（%(name)s）の任期より前です。")
            % {"name": seated.tenure.person.name}
        )
    return last_day


def _not_the_same(wanted: Wanted, holder: Person) -> None:
    """A name put right is no handover: that would throw the holder out. Raises ``CannotBe``."""
    if (wanted.phone and wanted.phone == holder.phone) or (
        wanted.email and wanted.email == holder.email
    ):
        raise CannotBe(
            _(
                "いまの人（%(name)s）と電話かメールが同じで、名前が違います。"
                "名前の直しも引き継ぎも、席のページでしてください。"
            )
            % {"name": holder.name}
        )


def _early(wanted: Wanted) -> Iterator[str]:
    if wanted.starts_on and wanted.starts_on > timezone.localdate():
        yield _("任期は先ですが、取りこむとすぐに使えるようになります。")
