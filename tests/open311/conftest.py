# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from kairan.audit.actors import PROGRAM
from kairan.open311.kept import forget
from kairan.open311.keys import make_key
from kairan.reports.actions import install_kinds
from kairan.reports.models import RoutingRule
from tests.cast import Cast
from tests.open311.other_system import OtherSystem


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's rollback takes the record's numbers back, which happens nowhere else; and tests
    look sooner than a second after what they have done."""
    forget()
    monkeypatch.setattr("kairan.open311.kept.YOUNG_SECONDS", 0.0)


@pytest.fixture
def town(hinokuni: Cast) -> Cast:
    """ひのくに市 with its six kinds and their questions; everything goes to 土木総務課."""
    install_kinds(acting=PROGRAM)
    RoutingRule.objects.create(department=hinokuni.roads)
    return hinokuni


@pytest.fixture
def app(town: Cast) -> OtherSystem:
    """An app that may report."""
    return OtherSystem(make_key(acting=PROGRAM, name="まちレポ")[1])
