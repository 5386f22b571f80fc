# SPDX-License-Identifier: Apache-2.0
"""LINE as it is on a bad day."""

from __future__ import annotations

import uuid

import httpx
import pytest

from linesim.testing import Line
from tests.linesim.conftest import as_town, text, user_id

PUSH = "/v2/bot/message/push"


def push(line: Line, client: httpx.Client, key: str | None = None) -> httpx.Response:
    headers = {"x-line-retry-key": key} if key else {}
    body = {"to": user_id(line), "messages": [text()]}
    return client.post(PUSH, json=body, headers=headers, timeout=1)


def test_a_fault_happens_so_often_and_no_more(line: Line, town: httpx.Client) -> None:
    line.fault("*/push", status=500, count=2)
    assert [push(line, town).status_code for _ in range(3)] == [500, 500, 200]


def test_a_fault_may_begin_later(line: Line, town: httpx.Client) -> None:
    line.fault("*/push", status=500, skip=1)
    assert [push(line, town).status_code for _ in range(3)] == [200, 500, 200]


def test_a_fault_may_last_until_it_is_taken_back(line: Line, town: httpx.Client) -> None:
    fault = line.fault("*/push", status=429, forever=True, body={"message": "x"})
    assert [push(line, town).json() for _ in range(3)] == [{"message": "x"}] * 3
    line.call("DELETE", f"/sim/faults/{fault['id']}")
    assert push(line, town).status_code == 200


def test_a_fault_of_another_path_or_method_does_nothing(line: Line, town: httpx.Client) -> None:
    line.fault("*/reply", status=500)
    line.fault("*/push", method="GET", status=500)
    assert push(line, town).status_code == 200


def test_an_answer_is_lost_after_the_deed(line: Line, town: httpx.Client) -> None:
    line.fault("*/push", accept_then_drop=True)
    key = str(uuid.uuid4())
    with pytest.raises(httpx.RemoteProtocolError):
        push(line, town, key)
    assert push(line, town, key).status_code == 409
    assert len(line.received("花子")) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [({"timeout": 30}, httpx.ReadTimeout), ({"cut": True}, httpx.RemoteProtocolError)],
)
def test_silence_without_the_deed(
    line: Line, town: httpx.Client, fault: dict[str, object], error: type[Exception]
) -> None:
    line.fault("*/push", **fault)
    with pytest.raises(error):
        push(line, town)
    assert line.received("花子") == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"timeout": 30}, httpx.ReadTimeout),
        ({"accept_then_drop": True}, httpx.RemoteProtocolError),
        ({"cut": True}, httpx.RemoteProtocolError),
    ],
)
def test_the_same_over_sockets(
    served: Line, fault: dict[str, object], error: type[Exception]
) -> None:
    served.fault("*/push", **fault)
    with pytest.raises(error), as_town(served) as town:
        push(served, town)


def test_all_of_line_is_down(line: Line, town: httpx.Client) -> None:
    line.conditions(down=True)
    assert town.get("/v2/bot/info").status_code == 503
    line.conditions(down_status=None)
    with pytest.raises(httpx.RemoteProtocolError):
        town.get("/v2/bot/info")
    line.call("DELETE", "/sim/faults")
    assert town.get("/v2/bot/info").status_code == 200


@pytest.mark.parametrize("settings", [{"statuss": 500}, {"path": "*", "foo": 1}])
def test_a_fault_that_makes_no_sense_is_refused(line: Line, settings: dict[str, object]) -> None:
    with pytest.raises(AssertionError, match="422"):
        line.call("POST", "/sim/faults", settings)


def test_the_ledger_tells_what_was_lost(line: Line, town: httpx.Client) -> None:
    line.fault("*/push", accept_then_drop=True)
    with pytest.raises(httpx.RemoteProtocolError):
        push(line, town)
    (entry,) = line.ledger(path="*/push", direction="in")
    assert (entry["status"], entry["answer"]["status"]) == (None, 200)
    assert entry["fault"].startswith("#")
