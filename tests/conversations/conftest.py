# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from kairan.reports import towns_context
from kairan.reports.models import ReportKind, RoutingRule
from kairan.scenarios.actions import install_ready
from kairan.scenarios.loader import ready_definitions
from tests.cast import Cast
from tests.talking import Talk
from tests.talking import line as bare_line

__all__ = ["bare_line"]


@pytest.fixture
def line(bare_line: Talk, hinokuni: Cast) -> Talk:
    """The shipped scenarios are open to residents, and the roads department takes the reports."""
    towns_context.forget()
    for position, definition in enumerate(ready_definitions()):
        title = definition.title.said("ja")
        ReportKind.objects.create(key=definition.key, name=title, position=position)
    RoutingRule.objects.create(department=hinokuni.roads)
    install_ready(acting=hinokuni.administrator)
    return bare_line
