# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from kairan.files.sweep import sweep
from kairan.municipalities.jobs import every_town


@every_town(cron="17 3 * * *", queue="files")
def sweep_files() -> None:
    sweep()
