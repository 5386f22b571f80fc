# SPDX-License-Identifier: Apache-2.0
"""The kinds of report, told to the scenario designer below us: an end leads to one of them."""

from __future__ import annotations

from collections import defaultdict

from django.urls import reverse
from django.utils.translation import gettext as _

from kairan.reports.models import ReportKind, RoutingRule
from kairan.scenarios.designer.kinds import KindOffered


def kinds_for_scenarios() -> list[KindOffered]:
    """Active ones, with target and departments in words. Two queries."""
    departments: dict[int, list[str]] = defaultdict(list)
    for kind_id, name in RoutingRule.objects.values_list("kind_id", "department__name"):
        if kind_id and name and name not in departments[kind_id]:
            departments[kind_id].append(name)
    return [
        KindOffered(
            key=kind.key,
            name=kind.name,
            note=_note(kind, departments[kind.pk]),
            url=reverse("reports:kind", args=[kind.pk]),
            routing_url=reverse("reports:routing"),
        )
        for kind in ReportKind.objects.active().in_order()
    ]


def _note(kind: ReportKind, departments: list[str]) -> str:
    days = _("{n}開庁日") if kind.counts_working_days else _("{n}日")
    shown = _("、").join(departments[:3]) + (_("ほか") if len(departments) > 3 else "")
    return _("目標は{days}。担当は{departments}。").format(
        days=days.format(n=kind.target_days), departments=shown or _("決まっていません")
    )
