# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kairan.audit.models import Entry
from kairan.line.models import LineChannel
from kairan.residents.actions import (
    ask_for_erasure,
    follow,
    keep_contact,
    meet,
    set_language,
    unfollow,
)
from kairan.residents.models import ContactDetails, Friend, Resident
from kairan.residents.queries import friends_of, to_be_erased
from tests.cast import Cast

NOW = timezone.now()


@pytest.fixture
def friend(hinokuni: Cast) -> Friend:
    channel = LineChannel.objects.create(name="市", channel_id="1", secret="s", token="t")
    return meet(channel_id=channel.pk, user_id="U1")


def test_meeting_twice_is_one_friend(friend: Friend) -> None:
    assert meet(channel_id=friend.channel_id, user_id="U1").pk == friend.pk
    assert Resident.objects.count() == 1


def test_resident_is_known_by_a_number_alone(friend: Friend) -> None:
    resident = friend.resident
    assert (resident.actor_kind, resident.actor_id) == ("resident", resident.pk)
    assert resident.actor_name == f"市民 {resident.pk}"


def test_blocked_friend_is_no_longer_reachable(friend: Friend) -> None:
    unfollow(acting=friend.resident, friend=friend, at=NOW)
    assert friend.is_blocked
    assert not friends_of(friend.resident).exists()


def test_old_news_changes_nothing(friend: Friend) -> None:
    assert follow(acting=friend.resident, friend=friend, at=NOW)
    assert not unfollow(acting=friend.resident, friend=friend, at=NOW - timedelta(hours=1))
    unfollow(acting=friend.resident, friend=friend, at=NOW + timedelta(hours=1))
    assert not follow(acting=friend.resident, friend=friend, at=NOW)
    assert friend.is_blocked


def test_wish_to_be_forgotten_is_listed_and_audited_once(friend: Friend) -> None:
    for _twice in range(2):
        ask_for_erasure(acting=friend.resident, resident=friend.resident)
    assert [resident.pk for resident in to_be_erased()] == [friend.resident.pk]
    assert Entry.objects.filter(verb="resident.erasure_asked").count() == 1


def test_language_is_remembered(friend: Friend) -> None:
    set_language(acting=friend.resident, resident=friend.resident, language="en")
    assert Resident.objects.get().language == "en"


def test_contact_details_never_stand_in_the_audit(friend: Friend) -> None:
    keep_contact(acting=friend.resident, about="run:x", name="山田花子", phone="090")
    assert ContactDetails.objects.get().name == "山田花子"
    assert not Entry.objects.filter(summary__contains="山田").exists()
    keep_contact(acting=friend.resident, about="run:x")
    assert not ContactDetails.objects.exists()
