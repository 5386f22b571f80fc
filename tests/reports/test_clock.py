# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

from procrastinate.contrib.django import app

import kairan


def test_the_worker_knows_what_every_rooms_clock_does() -> None:
    app.perform_import_paths()
    known = {task.name.rsplit(".", 1)[0] for task in app.tasks.values()}
    rooms = {path.parent.name for path in Path(kairan.__path__[0]).glob("*/periodic.py")}
    assert "reports" in rooms
    assert {f"kairan.{room}.periodic" for room in rooms} <= known
    scheduled = {key[0] for key in app.periodic_registry.periodic_tasks}
    assert "kairan.reports.periodic.send_waiting_notices" in scheduled
