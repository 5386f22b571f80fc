# SPDX-License-Identifier: Apache-2.0
"""Half a year of cases for ひのくに市: the same ones at every first start, but for the dates."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from kairan.audit.actors import NamedActor
from kairan.files.actions import store_photo
from kairan.municipalities.models import Area
from kairan.municipalities.places import as_polygons
from kairan.people.models import Membership, Person
from kairan.reports.actions import Answer, GivenPhoto, Position, submit_report
from kairan.reports.models import Case, CaseEntry, Report, ReportKind
from kairan.reports.models.cases import Channel
from kairan.reports.workflow import Status
from kairan.residents.models import Resident
from kairan.site.demo.pictures import picture_of
from kairan.site.demo.stories import NOTES, REPLIES, STORIES, TOWNS, Story

CASES = 240
DAYS = 180
WITH_PHOTO = 36
# Older cases are mostly done; these shares are of those younger than three weeks.
_YOUNG = timedelta(days=21)
_KINDS_OF_CHANNEL = [Channel.LINE] * 6 + [Channel.PHONE] * 3 + [Channel.COUNTER]
RESIDENT = NamedActor("resident", "市民")


def make_cases(say: Callable[[str], None]) -> None:
    """Cases of the past with their timelines, inside the entered town. Nobody is told of them."""
    chance = random.Random(2026)  # noqa: S311  (a story, not a secret)
    wards = {area.name: as_polygons(area.geometry) for area in Area.objects.of_kind("ward")}
    kinds = {kind.key: kind for kind in ReportKind.objects.all()}
    residents = list(Resident.objects.order_by("id"))
    pictures = sorted(chance.sample(range(CASES), WITH_PHOTO))
    for number in range(CASES):
        story = chance.choice(STORIES)
        at = _moment(chance, number, story)
        photo = picture_of(story.kind, chance) if number in pictures else None
        report = _report(chance, story, kinds[story.kind], wards, residents, at, photo)
        _live(chance, story, report)
        if (number + 1) % 60 == 0:
            say(f"      {number + 1} of {CASES} cases")


def _moment(chance: random.Random, number: int, story: Story) -> datetime:
    """Spread over the half year, a little denser towards today."""
    share = (number / CASES) ** 0.85
    day = timezone.localtime() - timedelta(days=DAYS * (1 - share))
    hour = (story.hour + chance.choice([-1, 0, 0, 1])) % 24
    at = day.replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60))
    return min(at, timezone.localtime() - timedelta(minutes=7 * (CASES - number)))


def _report(
    chance: random.Random,
    story: Story,
    kind: ReportKind,
    wards: dict[str, BaseGeometry],
    residents: list[Resident],
    at: datetime,
    photo: bytes | None,
) -> Report:
    ward = chance.choice(list(TOWNS))
    x, y = _point_in(chance, wards[ward])
    address = f"{ward}{chance.choice(TOWNS[ward])}{chance.randrange(1, 6)}丁目 {story.place}"
    channel = chance.choice(_KINDS_OF_CHANNEL)
    stored = [store_photo(acting=RESIDENT, content=photo, name="photo.jpg")] if photo else []
    return submit_report(
        acting=RESIDENT,
        kind=kind,
        channel=channel,
        answers=[Answer("どうなっていますか", story.text), Answer("場所の目印", story.place)],
        text=story.text,
        position=Position(x, y),
        address=address,
        photos=[GivenPhoto(one) for one in stored],
        resident=chance.choice(residents) if channel == Channel.LINE else None,
        submitted_at=at,
    )


def _point_in(chance: random.Random, polygon: BaseGeometry) -> tuple[float, float]:
    """Somewhere in the ward, near its middle, where people live."""
    middle = polygon.representative_point()
    for _ in range(200):
        x, y = chance.gauss(middle.x, 0.022), chance.gauss(middle.y, 0.016)
        if polygon.contains(Point(x, y)):
            return x, y
    return middle.x, middle.y


def _live(chance: random.Random, story: Story, report: Report) -> None:
    """What became of the report until today."""
    case = report.case
    clerk = _clerk_of(case)
    life = _Life(case, report, clerk, report.submitted_at)
    young = timezone.now() - report.submitted_at < _YOUNG
    fate = chance.random()
    if young and fate < 0.35:
        return
    life.later(chance, 1, 20)
    life.to(Status.UNDER_REVIEW)
    if chance.random() < 0.5:
        life.note(chance.choice(NOTES))
    if young and fate < 0.6:
        return
    life.later(chance, 12, 90)
    life.to(Status.IN_PROGRESS)
    if report.resident and chance.random() < 0.3:
        life.write_back(chance.choice(REPLIES))
    if (young and fate < 0.85) or fate < 0.06:
        return
    life.later(chance, 24, 200)
    if fate > 0.95:
        life.to(Status.NO_ACTION, "現地を確かめましたが、異常は見つかりませんでした。")
    else:
        life.to(Status.RESOLVED, story.answer)


def _clerk_of(case: Case) -> Person:
    own = Membership.objects.filter(department=case.department, role="clerk").first()
    any_clerk = own or Membership.objects.filter(role="clerk").order_by("id").first()
    if any_clerk is None:
        raise LookupError("the demo town has no clerk")
    return any_clerk.person


class _Life:
    """A case growing older; never past now."""

    def __init__(self, case: Case, report: Report, clerk: Person, at: datetime) -> None:
        self.case, self.report, self.clerk, self.at = case, report, clerk, at

    def later(self, chance: random.Random, least: int, most: int) -> None:
        self.at = min(
            self.at + timedelta(hours=chance.randint(least, most), minutes=chance.randrange(60)),
            timezone.now() - timedelta(minutes=3),
        )

    def to(self, status: Status, message: str = "") -> None:
        case, old = self.case, Status(self.case.status)
        done = status in {Status.RESOLVED, Status.NO_ACTION}
        case.status, case.closed_at = status, self.at if done else None
        case.assignee, case.viewed_at = self.clerk, case.viewed_at or self.at
        case.first_answered_at = case.first_answered_at or self.at
        case.version += 1
        case.save()
        names = {"from_name": str(old.label), "to_name": str(status.label)}
        self._entry(
            CaseEntry.Kind.STATUS,
            data={"from": old.value, "to": status.value, **names},
            text=message,
            public=True,
        )

    def note(self, text: str) -> None:
        self._entry(CaseEntry.Kind.NOTE, text=text)

    def write_back(self, text: str) -> None:
        self._entry(CaseEntry.Kind.MESSAGE_IN, text=text, public=True, by_resident=True)

    def _entry(self, kind: CaseEntry.Kind, *, by_resident: bool = False, **fields: object) -> None:
        actor = RESIDENT if by_resident else self.clerk
        CaseEntry.objects.create(
            case=self.case,
            report=self.report,
            kind=kind,
            actor_kind=actor.actor_kind,
            actor_id=actor.actor_id,
            actor_name=actor.actor_name,
            at=self.at,
            version=self.case.version,
            **fields,
        )
