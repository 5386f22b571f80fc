# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from kairan.audit.actors import PROGRAM
from kairan.reports.actions import Answer, Position, submit_report
from kairan.reports.models import Report, ReportKind, RoutingRule
from kairan.residents.models import Friend, Resident
from kairan.scenarios.actions import publish
from kairan.scenarios.loader import ready_definition
from kairan.scenarios.models import Scenario
from tests.cast import Cast
from tests.talking import Talk


def a_report(cast: Cast, *, line: Talk | None = None) -> Report:
    """花子's report of a lamp, from LINE where there is one."""
    kind, _made = ReportKind.objects.get_or_create(
        key="street_light", defaults={"name": "照明灯の不具合"}
    )
    RoutingRule.objects.get_or_create(department=cast.roads)
    resident = Resident.objects.create()
    if line is not None:
        user_id = str(line.resident("花子"))
        Friend.objects.create(resident=resident, channel=line.ours, user_id=user_id)
    return submit_report(
        acting=resident if line else PROGRAM,
        kind=kind,
        channel="line",
        answers=[Answer("状態", "つかない")],
        text="夜になると真っ暗です",
        position=Position(130.2, 32.7),
        address="西区春日1丁目",
        resident=resident,
    )


def offered_road() -> Scenario:
    """The shipped 「道路の損傷」, published in the entered town."""
    definition = ready_definition("road")
    scenario = Scenario.objects.create(key="road", title="道路の損傷")
    publish(acting=PROGRAM, scenario=scenario, definition=definition)
    return scenario
