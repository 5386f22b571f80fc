# SPDX-License-Identifier: Apache-2.0
"""The neighbour town's people on every address: nothing of ひのくに市 opens, nothing is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from kairan.municipalities.tenancy import town
from kairan.people.models import Person
from tests.addresses import ADDRESSES, Address, no_ids
from tests.cast import Cast
from tests.people.positions.factories import a_chair, come_in
from tests.visiting import answer_of, text_of, visit

SignIn = Callable[[Person], Client]
NEXT_DOOR = {"host": "tonari.localhost"}
PEOPLE = ("neighbour_clerk", "neighbour_administrator")
# A word of each kind of thing that ひのくに市 has; all of them stand in no page of the neighbour.
WORDS = (
    "ひのくに",
    "096-000-0000",
    "土木総務課",
    "西区土木センター",
    "ごみ減量推進課",
    "西区",
    "市長室 あかり",
    "土木 健",
    "閲覧 しおり",
    "admin@example.jp",
    "新人 さくら",
    "夜になると真っ暗です",
    "春日1丁目",
)
# The gallery of components shows made-up towns, and is not there outside the demo.
TOLD = {name: address for name, address in ADDRESSES.items() if not name.startswith("gallery:")}
OURS = {
    name: address
    for name, address in TOLD.items()
    if address.ids is not no_ids and not address.secret and address.answers.split()[-1] != "ok"
}


def answers(
    cast: Cast, sign_in: SignIn, name: str, address: Address
) -> list[tuple[str, str, str, str]]:
    """(person, method, answer, text) of each visit."""
    with town(cast.hinokuni):
        url = reverse(name, kwargs=dict(address.ids(cast)))
    found = []
    for person in PEOPLE:
        client = sign_in(getattr(cast, person))
        for method in address.methods:
            with transaction.atomic():
                response = visit(client, method, url)
                found.append((person, method, answer_of(response), text_of(response)))
                transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("name", [name for name, address in TOLD.items() if not address.secret])
def test_the_neighbour_opens_nothing_of_ours_and_is_told_nothing(
    cast: Cast, sign_in: SignIn, name: str
) -> None:
    for person, method, answer, text in answers(cast, sign_in, name, TOLD[name]):
        assert [word for word in WORDS if word in text] == [], (person, method)
        if name in OURS:
            assert answer in {"404", "403", "login", "seat", "confirm"}, (person, method)


@pytest.mark.parametrize("room", sorted({name.partition(":")[0] for name in TOLD}))
def test_the_neighbours_chair_finds_nothing_of_ours(cast: Cast, room: str) -> None:
    with town(cast.neighbour):
        client = come_in(a_chair("隣 正", "隣校区 会長").code, headers=NEXT_DOOR)
    for name in (name for name in TOLD if name.partition(":")[0] == room):
        address = TOLD[name]
        with town(cast.hinokuni), transaction.atomic():
            url = reverse(name, kwargs=dict(address.ids(cast)))
            for method in address.methods:
                with transaction.atomic():
                    response = getattr(client, method)(url, headers=NEXT_DOOR)
                    transaction.set_rollback(True)
                opened = response.status_code < 400 and answer_of(response) == "ok"
                assert not (name in OURS and opened), (name, method)
                assert [word for word in WORDS if word in text_of(response)] == [], name
            transaction.set_rollback(True)


def test_the_words_do_stand_in_our_own_pages(cast: Cast, sign_in: SignIn) -> None:
    """Else the test above would prove nothing."""
    client = sign_in(cast.administrator)
    pages = ["people:list", "console:departments", "console:areas"]
    text = "".join(client.get(reverse(page)).content.decode() for page in pages)
    assert [w for w in WORDS[3:9] if w not in text] == []
