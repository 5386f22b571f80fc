# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from kairan.audit.actors import PROGRAM
from kairan.people.models import Person
from kairan.scenarios.actions import install_ready
from kairan.scenarios.models import Scenario
from tests.cast import Cast

HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(hinokuni: Cast, sign_in: Callable[[Person], Client]) -> Client:
    return sign_in(hinokuni.administrator)


@pytest.fixture
def road(hinokuni: Cast) -> Scenario:
    return install_ready(acting=PROGRAM)[0]


def test_every_page_of_the_designer_opens(desk: Client, road: Scenario) -> None:
    base = f"/console/scenarios/{road.pk}/"
    for url in (
        "/console/scenarios/",
        "/console/scenarios/new/",
        "/console/scenarios/import/",
        base,
        f"{base}about/",
        f"{base}add/?after=place",
        f"{base}publish/",
        f"{base}history/",
        f"{base}export/",
        f"{base}import/",
    ):
        assert desk.get(url).status_code == 200, url
    for step in road.versions.get().parsed.steps:
        assert desk.get(f"{base}steps/{step.id}/").status_code == 200, step.id
        assert desk.get(f"{base}steps/{step.id}/", headers=HTMX).status_code == 200, step.id
