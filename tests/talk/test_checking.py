# SPDX-License-Identifier: Apache-2.0
"""What a device wants to say: fit, or refused with words for people."""

from __future__ import annotations

from typing import Any

import pytest

from kairan.talk.checking import fit
from kairan.talk.limits import MAX_MENTIONS, MAX_PHOTOS, MAX_TEXT
from kairan.talk.stamps import STAMPS
from kairan.talk.storing import Said
from tests.talk.ward import new_id


def test_text_keeps_its_lines_and_loses_what_turns_or_controls_it() -> None:
    said = _fit(text="一行目\r\n二行目\u202e\x00\ud800 https://example.jp/ 👨‍👩‍👧 ")
    assert said.text == "一行目\n二行目 https://example.jp/ 👨‍👩‍👧"
    assert _fit(text="<b>太字</b>").text == "<b>太字</b>"
    assert len(_fit(text="長" * MAX_TEXT).text) == MAX_TEXT


def test_every_stamp_of_ours() -> None:
    assert all(_fit(kind="stamp", stamp=stamp).stamp == stamp for stamp in STAMPS)


def test_everybody_takes_the_place_of_single_mentions() -> None:
    assert _fit(mentions=[5, 5, 7]).mentions == [5, 7]
    assert _fit(mentions=[5, 0]).mentions == [0]


def test_a_place_and_attachments() -> None:
    said = _fit(kind="place", text="", longitude=130, latitude=32.5)
    assert (said.longitude, said.latitude) == (130.0, 32.5)
    assert _fit(longitude=130, latitude=32.5).longitude is None
    key = new_id()
    assert _fit(kind="photos", text="", attachments=[key, key.upper()]).attachments == [key]


def test_nobody_says_for_others_or_forwards_by_saying() -> None:
    said = _fit(person=1, forwarded_from=3, session="x", folded="y", seal="z")
    assert (said.person, said.forwarded_from, said.session, said.folded) == (0, None, None, "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "長" * 10_000},
        {"text": "長" * (MAX_TEXT + 1)},
        {"text": ""},
        {"text": " \n\u202e "},
        {"text": 5},
        {"text": ["x"]},
        {"kind": "event"},
        {"kind": "photos", "attachments": []},
        {"kind": ["text"]},
        {"kind": "stamp", "stamp": "unknown"},
        {"kind": "stamp", "stamp": {}},
        {"kind": "place"},
        {"kind": "place", "longitude": 181, "latitude": 0},
        {"kind": "place", "longitude": float("nan"), "latitude": 0},
        {"kind": "place", "longitude": 10**400, "latitude": 0},
        {"kind": "place", "longitude": True, "latitude": 0},
        {"kind": "photos", "attachments": [new_id() for _ in range(MAX_PHOTOS + 1)]},
        {"kind": "photos", "attachments": ["../x"]},
        {"attachments": [new_id()]},
        {"room": None},
        {"room": "1"},
        {"room": True},
        {"room": 2**63},
        {"client_id": "x"},
        {"client_id": 7},
        {"position": -1},
        {"answers": 1.5},
        {"mentions": {"0": 1}},
        {"mentions": list(range(1, MAX_MENTIONS + 2))},
        {"mentions": ["x"]},
        {"importance": 3},
        {"importance": [1]},
    ],
)
def test_what_is_unfit_is_refused_in_words(wrong: dict[str, Any]) -> None:
    refused = fit(_raw(**wrong))
    assert isinstance(refused, str)
    assert refused.endswith("。")


@pytest.mark.parametrize("raw", [None, [], "text", 5])
def test_nonsense_is_refused_in_words(raw: object) -> None:
    assert isinstance(fit(raw), str)


def _raw(**more: Any) -> dict[str, Any]:
    return {"client_id": new_id(), "room": 1, "kind": "text", "text": "こんにちは", **more}


def _fit(**more: Any) -> Said:
    said = fit(_raw(**more))
    assert isinstance(said, Said), said
    return said
