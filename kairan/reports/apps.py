# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "kairan.reports"

    def ready(self) -> None:
        from kairan.reports.scenario_kinds import kinds_for_scenarios
        from kairan.scenarios.designer.kinds import tell_kinds

        tell_kinds(kinds_for_scenarios)
