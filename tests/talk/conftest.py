# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from kairan.talk.models import Room
from tests.cast import Cast
from tests.conftest import SERVER
from tests.realtime.serving import serving
from tests.talk.living import Living, Talker, demolish
from tests.talk.living import build as living_town
from tests.talk.ward import Enter, Ward, build


@pytest.fixture
def ward(hinokuni: Cast, sign_in: Enter) -> Ward:
    return build(hinokuni, sign_in)


@pytest.fixture(scope="module")
def living(
    built_town: Cast, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Living]:
    """Towns of their own behind a running server: what is done there is committed."""
    log = tmp_path_factory.mktemp("talk") / "web.log"
    with serving(log) as (address, _process):
        living = living_town(address, django_db_blocker)
        yield living
    demolish(living, SERVER.server.get_uri(database="kairan"))


@pytest.fixture
def hana(living: Living) -> Talker:
    return living.talker("ハナ")


@pytest.fixture
def jiro(living: Living) -> Talker:
    return living.talker("ジロウ")


@pytest.fixture
def room(living: Living, hana: Talker, jiro: Talker) -> Room:
    return living.room(hana, jiro)
