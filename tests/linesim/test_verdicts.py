# SPDX-License-Identifier: Apache-2.0
"""Our verdict on messages, held to LINE's OpenAPI where it lies beside the project."""

from __future__ import annotations

import httpx
import pytest

from linesim.testing import Line
from tests.line import contract
from tests.linesim.bodies import BAD, GOOD, ONLY_IN_PROSE, Message, say

REPLY = "/v2/bot/message/validate/reply"


def verdict(town: httpx.Client, *messages: Message) -> int:
    return town.post(REPLY, json={"messages": list(messages)}).status_code


def openapi_takes(message: Message) -> bool:
    errors = contract.messaging_api().request_errors("POST", REPLY, {"messages": [message]})
    return not errors


@pytest.mark.parametrize("name", GOOD)
def test_a_good_message_is_taken(town: httpx.Client, name: str) -> None:
    assert verdict(town, GOOD[name]) == 200


@pytest.mark.parametrize("name", [*BAD, *ONLY_IN_PROSE])
def test_a_bad_message_is_refused(town: httpx.Client, name: str) -> None:
    assert verdict(town, {**BAD, **ONLY_IN_PROSE}[name]) == 400


@pytest.mark.parametrize("name", GOOD)
def test_the_openapi_takes_what_we_take(name: str) -> None:
    assert openapi_takes(GOOD[name])


@pytest.mark.parametrize("name", BAD)
def test_the_openapi_refuses_what_we_refuse(name: str) -> None:
    assert not openapi_takes(BAD[name])


@pytest.mark.parametrize("name", ONLY_IN_PROSE)
def test_a_rule_in_prose_is_not_in_the_openapi(name: str) -> None:
    """When one of these fails, LINE's OpenAPI has caught up: move the body to BAD."""
    assert openapi_takes(ONLY_IN_PROSE[name])


@pytest.mark.parametrize("count", [0, 6])
def test_one_to_five_messages(town: httpx.Client, count: int) -> None:
    assert verdict(town, *[GOOD["text"]] * count) == 400


def test_every_error_is_named_with_its_property(town: httpx.Client) -> None:
    answer = town.post(REPLY, json={"messages": [say(), {"type": "text", "text": ""}]}).json()
    assert answer["message"] == "The request body has 2 error(s)"
    assert [d["property"] for d in answer["details"]] == ["messages[0].type", "messages[1].text"]
    assert answer["details"][1]["message"] == "May not be empty"


def test_an_unknown_name_is_taken_but_noted_in_the_ledger(line: Line, town: httpx.Client) -> None:
    assert verdict(town, {**GOOD["text"], "quickreply": {}}) == 200
    (entry,) = line.ledger(path=REPLY)
    assert entry["warnings"] == ["messages[0].quickreply: unknown field"]
