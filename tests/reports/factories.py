# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client

from kairan.audit.actors import NamedActor
from kairan.people.models import Person
from kairan.reports.actions import Position, submit_report
from kairan.reports.models import Report, ReportKind
from kairan.residents.models import Resident

SignIn = Callable[[Person], Client]
SOMEBODY = NamedActor("program", "受付")
IN_THE_EAST = Position(130.7, 32.7)
IN_THE_WEST = Position(130.2, 32.7)


def report(
    kind: ReportKind,
    *,
    resident: Resident | None = None,
    text: str = "こわれています",
    east: bool = False,
    **given: Any,
) -> Report:
    """A report by LINE, somewhere without ``east``."""
    if east:
        given["position"] = IN_THE_EAST
    return submit_report(
        acting=resident or SOMEBODY,
        kind=kind,
        channel=given.pop("channel", "line"),
        text=text,
        resident=resident,
        **given,
    )
