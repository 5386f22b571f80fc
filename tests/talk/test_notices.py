# SPDX-License-Identifier: Apache-2.0
"""What open pages are told, and to whom, when members come, go and read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kairan.talk import events
from kairan.talk.actions import rooms
from tests.talk.factories import a_seat
from tests.talk.ward import Ward


def test_reading_is_told_to_a_small_room(ward: Ward) -> None:
    message = ward.said(ward.clerk)
    [told] = _told("talk.read", lambda: _read(ward))
    assert set(told["topics"]) == {f"room:{ward.council.pk}", f"position:{ward.hana_seat.pk}"}
    assert (told["position"], told["upto"]) == (ward.hana_seat.pk, message.number)
    assert _told("talk.read", lambda: _read(ward)) == []


def test_in_a_large_room_only_the_readers_devices_hear_it(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "SMALL_ROOM", 2)
    ward.said(ward.clerk)
    [told] = _told("talk.read", lambda: _read(ward))
    assert told["topics"] == [f"position:{ward.hana_seat.pk}"]


def test_confirming_says_which_message(ward: Ward) -> None:
    message = ward.said(ward.clerk, must_confirm=True)
    phone = ward.phone(ward.hana)
    told = _told("talk.read", lambda: phone.done(f"messages/{message.pk}/confirm"))
    assert told[-1]["confirmed"] == message.pk


def test_who_joins_follows_and_who_leaves_hears_nothing_more(ward: Ward) -> None:
    position, room = f"position:{ward.ume_seat.pk}", f"room:{ward.council.pk}"
    change = {"acting": ward.clerk, "room": ward.council, "positions": [ward.ume_seat.pk]}
    [joined] = _told("talk.joined", lambda: rooms.add(**change))
    assert (set(joined["topics"]), joined["grants"]) == ({position, room}, [[position, room]])
    [left] = _told("talk.left", lambda: rooms.remove(**change))
    assert (set(left["topics"]), left["revokes"]) == ({position, room}, [[position, room]])


def test_who_sits_there_in_another_seat_too_goes_on_hearing_it(ward: Ward) -> None:
    second = a_seat("防災委員長", ward.hana)
    rooms.add(acting=ward.clerk, room=ward.council, positions=[second.pk])
    change = {"acting": ward.clerk, "room": ward.council, "positions": [ward.hana_seat.pk]}
    [again] = _told("talk.room", lambda: rooms.remove(**change))
    assert again["grants"] == [[f"position:{second.pk}", f"room:{ward.council.pk}"]]


def test_drafts_are_told_to_ones_own_devices(ward: Ward) -> None:
    phone = ward.phone(ward.hana)
    address = f"rooms/{ward.council.pk}/draft"
    [told] = _told("talk.settings", lambda: phone.done(address, text="書きかけ"))
    assert told["topics"] == [f"person:{ward.hana.pk}"]
    assert "書きかけ" not in str(told)


def _read(ward: Ward) -> object:
    return ward.phone(ward.hana).done(f"rooms/{ward.council.pk}/read", upto=99)


def _told(kind: str, call: Callable[[], object]) -> list[dict[str, Any]]:
    """The notices of that kind which the call sends with its commit."""
    with CaptureQueriesContext(connection) as asked:
        call()
    sent = [one["sql"] for one in asked if "pg_notify" in one["sql"] and kind in one["sql"]]
    return [json.loads(sql[sql.index("{") : sql.rindex("}") + 1]) for sql in sent]
