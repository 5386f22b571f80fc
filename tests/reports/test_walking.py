# SPDX-License-Identifier: Apache-2.0
"""Lists give the same rows whichever way they are found."""

from __future__ import annotations

from itertools import product

import pytest

from kairan.reports import walking
from kairan.reports.actions import change_status
from kairan.reports.filters import CaseFilter
from kairan.reports.models import Case, ReportKind
from kairan.reports.queries import PAGE_SIZE, case_page, in_batches
from tests.cast import Cast
from tests.reports.factories import report

pytestmark = pytest.mark.django_db

CLOSED = ("resolved", "no_action", "referred")


@pytest.fixture
def cases(hinokuni: Cast, road: ReportKind, theft: ReportKind) -> list[Case]:
    """Ten of roads, the oldest two of them closed; five of waste on top, all open."""
    made = [report(road, east=bool(n % 2)).case for n in range(10)]
    for case in made[:2]:
        change_status(acting=hinokuni.administrator, case=case, to="resolved")
    return made + [report(theft, channel="phone").case for _ in range(5)]


@pytest.fixture(params=[1, 3_000])
def stride(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How much of the top is looked at first."""
    monkeypatch.setattr(walking, "FIRST_STRIDE", request.param)
    return int(request.param)


def keys(person: object, chosen: CaseFilter) -> list[int]:
    return [case.pk for case in case_page(person, chosen).rows]  # type: ignore[arg-type]


@pytest.mark.usefixtures("stride", "cases")
def test_every_combination_of_facets_gives_what_fits_newest_first(
    hinokuni: Cast, road: ReportKind, theft: ReportKind
) -> None:
    kinds: list[tuple[int, ...]] = [(), (road.pk,), (theft.pk,)]
    departments: list[tuple[int, ...]] = [(), (hinokuni.roads.pk,), (hinokuni.waste.pk,)]
    for kind, department, channel, status in product(
        kinds, departments, [(), ("phone",)], [(), CLOSED]
    ):
        chosen = CaseFilter(kinds=kind, departments=department, channels=channel, statuses=status)
        fits = Case.objects.filter(chosen.condition()).newest_first()
        assert keys(hinokuni.administrator, chosen) == list(fits.values_list("id", flat=True))


@pytest.mark.usefixtures("stride")
def test_old_ones_far_down_are_found(hinokuni: Cast, cases: list[Case]) -> None:
    found = keys(hinokuni.administrator, CaseFilter(statuses=("resolved",)))
    assert found == [cases[1].pk, cases[0].pk]


@pytest.mark.usefixtures("stride", "cases")
def test_what_can_never_be_is_an_empty_page(hinokuni: Cast, theft: ReportKind) -> None:
    chosen = CaseFilter(kinds=(theft.pk,), departments=(hinokuni.roads.pk,))
    assert keys(hinokuni.administrator, chosen) == []


@pytest.mark.usefixtures("stride")
def test_nobody_sees_more_than_their_own(hinokuni: Cast, cases: list[Case]) -> None:
    own = keys(hinokuni.waste_clerk, CaseFilter())
    assert own == [case.pk for case in reversed(cases[10:])]


@pytest.mark.usefixtures("stride")
def test_pages_follow_one_another_without_a_gap(hinokuni: Cast, cases: list[Case]) -> None:
    batches = in_batches(hinokuni.administrator, CaseFilter(), size=4)
    assert [case.pk for batch in batches for case in batch] == [c.pk for c in reversed(cases)]


def test_a_page_is_no_longer_than_it_should_be(hinokuni: Cast, road: ReportKind) -> None:
    assert PAGE_SIZE == 50
    first = [report(road).case.pk for _ in range(3)]
    found = walking.newest(Case.objects.all(), Case.objects.all(), 2)
    assert found == [first[2], first[1]]
