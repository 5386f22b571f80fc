# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "kairan.intake"

    def ready(self) -> None:
        from kairan.intake.queries import mails_waiting
        from kairan.reports.waiting import also_ask

        also_ask(mails_waiting)
