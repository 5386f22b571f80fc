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
from tests.scenarios.clerk import Designer


@pytest.fixture
def desk(hinokuni: Cast, sign_in: Callable[[Person], Client]) -> Client:
    return sign_in(hinokuni.administrator)


@pytest.fixture
def road(hinokuni: Cast) -> Scenario:
    return install_ready(acting=PROGRAM)[0]


@pytest.fixture
def designer(desk: Client, road: Scenario) -> Designer:
    return Designer(desk, road)
