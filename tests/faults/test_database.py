# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL goes away under a working town and comes back: everything goes on by itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest

from tests.faults.field import IN_TOWN, RECEIPT, Field, until

HALF = [("text", "市民レポート"), ("text", "照明灯の不具合"), ("text", "1")]
REST = [("location", IN_TOWN), ("text", "なし"), ("text", "写真なしで進む")]


def restart_orderly(field: Field) -> None:
    _restart(field, "fast")


def restart_like_a_power_cut(field: Field) -> None:
    _restart(field, "immediate")


def _restart(field: Field, mode: str) -> None:
    directory = field.demo.data / "postgres"
    owner = directory.stat().st_uid
    program = Path(psutil.Process(_postmaster(directory)).exe()).with_name("pg_ctl")
    subprocess.run(
        [program, "restart", "-D", directory, "-m", mode, "-w", "-s"],
        user=owner if os.geteuid() == 0 else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=60,
    )


def _postmaster(directory: Path) -> int:
    return int((directory / "postmaster.pid").read_text().split()[0])


@pytest.mark.parametrize("restart", [restart_orderly, restart_like_a_power_cut])
def test_restarted_database_is_not_noticed_by_residents(
    field: Field, restart: Callable[[Field], None]
) -> None:
    """Events that come while it is away are told again by LINE; talks go on where they were."""
    who = f"停電の人{restart.__name__}"
    field.resident(who)
    pids = [field.demo.main_pid(part) for part in ("web", "worker")]
    for kind, what in HALF:
        field.ask(who, what, kind)
    restart(field)
    for kind, what in REST:
        field.ask(who, what, kind)
    assert RECEIPT.search(field.ask(who, "この内容で送る", said=2))
    field.settle()
    assert [len(turn) for turn in field.turns(who)[1:]] == [1, 2, 1, 1, 1, 1, 2]
    assert [field.demo.main_pid(part) for part in ("web", "worker")] == pids


def test_restarted_database_is_soon_forgotten_by_the_console(field: Field) -> None:
    office = field.sign_in("clerk")
    restart_like_a_power_cut(field)
    until("the page", lambda: _is_shown(office, "/console/cases/"), 20)
    until("ready", lambda: _is_shown(office, "/readyz"), 20)


def _is_shown(browser: httpx.Client, path: str) -> bool:
    return browser.get(path).is_success
