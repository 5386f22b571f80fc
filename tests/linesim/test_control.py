# SPDX-License-Identifier: Apache-2.0
"""The ledger, the state file, and the program itself."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from linesim import store
from linesim.state import Sim
from linesim.testing import Line, in_process
from tests.linesim.conftest import as_town, text, user_id


def push(line: Line, words: str) -> None:
    body = {"to": user_id(line), "messages": [text(words)]}
    as_town(line).post("/v2/bot/message/push", json=body).raise_for_status()


def test_the_ledger_is_searched(line: Line) -> None:
    push(line, "断水")
    line.text("花子", "通報")
    assert [entry["direction"] for entry in line.ledger()] == ["in", "out"]
    assert len(line.ledger(contains="断水")) == 1
    assert len(line.ledger(path="*/push", status=200, method="POST")) == 1
    assert line.ledger(after=line.ledger()[-1]["n"]) == []


def test_a_benchmark_keeps_counts_only() -> None:
    with in_process(counts_only=True) as line:
        push(line, "断水")
        answer = line.call("GET", "/sim/ledger")
    assert answer["lines"] == []
    assert answer["totals"][0]["request"] == "POST /v2/bot/message/push"


def test_a_reset_keeps_people_and_forgets_the_rest(line: Line) -> None:
    line.text("花子", "通報")
    line.fault("*", status=500, forever=True)
    line.advance(1000)
    line.reset()
    assert line.talk("花子")["messages"] == []
    assert line.call("GET", "/sim/state")["faults"] == []
    assert line.ledger() == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_another_site_s_page_cannot_drive_the_simulator(line: Line, origin: str) -> None:
    answer = line.http.post("/sim/reset", json={}, headers={"origin": origin})
    assert answer.status_code == 403
    assert line.http.post("/sim/reset", json={}, headers={"origin": line.url}).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/sim/residents/誰か/text", {"text": "a"}, 404),
        ("/sim/residents/花子/shout", {}, 422),
        ("/sim/residents/花子/text", {}, 422),
        ("/sim/residents/花子/photos", {"made_up": "cat"}, 422),
        ("/sim/channels/9", {}, 405),
        ("/sim/conditions", {"rain": True}, 422),
    ],
)
def test_a_call_that_makes_no_sense_is_refused(
    line: Line, path: str, body: dict[str, object], status: int
) -> None:
    assert line.http.post(path, json=body).status_code == status


def test_the_state_survives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "sim.json"
    with in_process() as line:
        push(line, "断水")
        (photo,) = line.photos("花子")["message_ids"]
        store.save(line.app.state.sim, file)
    again = Sim()
    store.load(again, file)
    friend = next(iter(again.channel().friends.values()))
    assert [entry.message["type"] for entry in friend.talk] == ["text", "image"]
    assert again.contents[photo].content_type == "image/jpeg"
    assert again.contents[photo].data


def test_an_unsent_photo_is_not_kept_on_disk(tmp_path: Path) -> None:
    file = tmp_path / "sim.json"
    with in_process() as line:
        (photo,) = line.photos("花子")["message_ids"]
        store.save(line.app.state.sim, file)
        line.act("花子", "unsend", message_id=photo)
        store.save(line.app.state.sim, file)
    assert list((tmp_path / "sim.json.contents").iterdir()) == []


def test_the_program_says_when_it_listens_and_stops_cleanly(tmp_path: Path) -> None:
    file = tmp_path / "sim.json"
    options = ["--port", "0", "--state", str(file), "--residents", "花子", "--channel-token", "t"]
    command = [sys.executable, "-m", "linesim", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        ready = json.loads(program.stdout.readline())
        headers = {"authorization": "Bearer t"}
        followers = httpx.get(f"{ready['url']}/v2/bot/followers/ids", headers=headers).json()
        program.send_signal(signal.SIGTERM)
        assert program.wait(20) == 0
    assert ready["ready"] is True
    assert len(followers["userIds"]) == 1
    assert json.loads(file.read_text())["residents"][0]["name"] == "花子"


def test_a_port_in_use_is_refused_with_a_word(served: Line) -> None:
    port = served.url.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "linesim", "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr
