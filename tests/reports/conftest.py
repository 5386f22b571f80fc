# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from kairan.line.models import LineChannel
from kairan.municipalities.models import Department
from kairan.people.models import Person
from kairan.reports.models import Case, ReportKind, RoutingRule
from kairan.residents.models import Friend, Resident
from tests.cast import Cast
from tests.reports.factories import report


@pytest.fixture
def road(hinokuni: Cast) -> ReportKind:
    """道路の損傷: for 土木総務課, in 西区 for its own centre."""
    kind = ReportKind.objects.create(key="test-road", name="道路の損傷", closed_hours="at_once")
    RoutingRule.objects.create(kind=kind, department=hinokuni.roads)
    RoutingRule.objects.create(kind=kind, area=hinokuni.west, department=hinokuni.west_roads)
    return kind


@pytest.fixture
def theft(hinokuni: Cast) -> ReportKind:
    kind = ReportKind.objects.create(key="test-theft", name="資源物の持ち去り")
    RoutingRule.objects.create(kind=kind, department=hinokuni.waste)
    return kind


@pytest.fixture
def hanako(hinokuni: Cast) -> Resident:
    """A friend on LINE."""
    channel = LineChannel.objects.create(name="ひのくに市", channel_id="1000000001")
    resident = Resident.objects.create()
    Friend.objects.create(resident=resident, channel=channel, user_id="U" + "a" * 32)
    return resident


@pytest.fixture
def hole(road: ReportKind, hanako: Resident) -> Case:
    """花子's hole in a road of 東区, in the hands of 土木総務課."""
    return report(road, resident=hanako, text="道路に大きな穴があいています", east=True).case


@pytest.fixture
def theft_case(theft: ReportKind) -> Case:
    return report(theft, text="軽トラックがアルミ缶を持っていきました").case


@pytest.fixture
def closed_department(hinokuni: Cast) -> Department:
    from django.utils import timezone

    return Department.objects.create(name="旧道路課", closed_at=timezone.now())


@pytest.fixture
def roads_client(hinokuni: Cast, sign_in: Callable[[Person], Client]) -> Client:
    return sign_in(hinokuni.roads_clerk)


@pytest.fixture
def waste_client(hinokuni: Cast, sign_in: Callable[[Person], Client]) -> Client:
    return sign_in(hinokuni.waste_clerk)
