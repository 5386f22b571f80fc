# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from kairan.reports.models import ReportKind, RoutingRule
from tests.cast import Cast


@pytest.fixture
def town(hinokuni: Cast) -> Cast:
    """ひのくに市 with its kinds and scenarios, everything routed to the roads department."""
    from kairan.audit.actors import PROGRAM
    from kairan.reports.actions import install_kinds

    install_kinds(acting=PROGRAM)
    assert ReportKind.objects.filter(key="park").exists()
    RoutingRule.objects.create(department=hinokuni.roads)
    return hinokuni
