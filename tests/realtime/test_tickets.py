# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import time

import pytest
from pytest_django import Settings

from kairan.realtime import tickets
from kairan.realtime.tickets import BadTicket, issue, read


def written() -> str:
    return issue(town_id=1, person_id=7, topics=["department:3"])


def test_a_ticket_says_whose_it_is_and_what_it_opens() -> None:
    ticket = read(written())
    assert (ticket.town_id, ticket.person_id) == (1, 7)
    assert ticket.topics == {"department:3", "person:7"}
    assert abs(ticket.issued - time.time()) < 60


@pytest.mark.parametrize("nonsense", ["", "x", "a:b:c", written()[:-1], written()[1:]])
def test_nonsense_opens_nothing(nonsense: str) -> None:
    with pytest.raises(BadTicket):
        read(nonsense)


def test_a_ticket_of_another_installation_opens_nothing(settings: Settings) -> None:
    ticket = written()
    settings.SECRET_KEY = "another" * 10
    with pytest.raises(BadTicket):
        read(ticket)


def test_an_old_ticket_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = written()
    later = time.time() + tickets.LIFETIME.total_seconds() + 1
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(BadTicket):
        read(ticket)
