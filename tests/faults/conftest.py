# SPDX-License-Identifier: Apache-2.0
"""One demo for all tests of this folder; each test brings residents of its own."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.faults.field import Field
from tests.running import RunningDemo, running_demo

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.faults)
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def demo() -> Iterator[RunningDemo]:
    with running_demo() as running:
        yield running
        server = _postmaster(running)
    # The demo stops the server that it started; after a restart it is another one.
    with suppress(psutil.NoSuchProcess):
        server.send_signal(signal.SIGINT)
        server.wait(30)


def _postmaster(running: RunningDemo) -> psutil.Process:
    pid_file = running.data / "postgres" / "postmaster.pid"
    return psutil.Process(int(pid_file.read_text().split()[0]))


@pytest.fixture
def field(demo: RunningDemo) -> Iterator[Field]:
    """LINE sends again what did not arrive, soon and long; every fault is gone afterwards."""
    field = Field(demo)
    field.change_channel(redelivery=True, redelivery_delays=[1] * 20 + [5] * 20)
    yield field
    field.call("DELETE", "/sim/faults")
    field.close()
