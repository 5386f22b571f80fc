# SPDX-License-Identifier: Apache-2.0
"""A browser subscribes: who may, with which address, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from py_vapid import Vapid02

from kairan.push.hosts import NotAPushHost, checked
from kairan.push.keys import key_pair, public_key
from kairan.push.models import PushKey, Subscription
from kairan.push.sending import Note, PushDelayed, send, wake
from kairan.push.subscribing import end_persons, end_sessions, unsubscribe
from kairan.push.tasks import AsAsked
from tests.cast import Cast
from tests.push.conftest import Enter, Town
from tests.push.push_host import Browser, PushHost
from tests.working import work_off

Phone = Callable[..., Browser]
NOTE = Note("題", "本文", "/community/", "room-1")
PUSH = "/community/push/"


def post(client: Client, path: str, content: object) -> tuple[int, dict[str, object]]:
    answer = client.post(path, content, content_type="application/json")
    return answer.status_code, answer.json()


def only() -> Subscription:
    return Subscription.objects.get()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://wns2-par02p.notify.windows.com/w/?token=abc%3d",
        "https://fcm.googleapis.com:443/wp/abc",
    ],
)
def test_the_push_hosts_of_the_browsers_are_known(endpoint: str) -> None:
    assert checked(endpoint) == endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "nothing",
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com:8443/abc",
        "https://fcm.googleapis.com:no/abc",
        "https://fcm.googleapis.com./abc",
        "https://fcm.googleapis.com.example.jp/abc",
        "https://fcm.googleapis.com@127.0.0.1/abc",
        "https://fcm.googleapis.com\\@127.0.0.1/abc",
        "https://127.0.0.1/#.push.apple.com",
        "https://evilpush.apple.com/abc",
        "https://push.apple.com/abc",
        "https://127.0.0.1/abc",
        "http://127.0.0.1:5432/",
        "https://[::1]/abc",
        "http://169.254.169.254/latest/meta-data/",
        "https://notify.windows.com.evil.example/abc",
        "file:///etc/passwd",
        "https://web.push.apple.com/\r\nHost: 127.0.0.1",
        "https://web.push.apple.com/" + "a" * 2000,
        "https://wеb.push.apple.com/abc",
        "https://127.0.0.1%2f.push.apple.com/abc",
    ],
)
def test_nobody_else_is_posted_to(ward: Town, sign_in: Enter, endpoint: str) -> None:
    with pytest.raises(NotAPushHost):
        checked(endpoint)
    keys = Browser(PushHost(), "").keys
    answer = post(sign_in(ward.chair), PUSH, {"endpoint": endpoint, "keys": keys})
    assert answer[0] == 422
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    "keys",
    [None, [], {}, {"p256dh": "x", "auth": "y"}, {"p256dh": 1, "auth": 2},
     {"p256dh": "B" + "A" * 86, "auth": "MDEyMzQ1Njc4OWFiY2RlZg"}],
)  # fmt: skip
def test_keys_that_are_none_are_refused(
    ward: Town, sign_in: Enter, host: PushHost, keys: object
) -> None:
    answer = post(sign_in(ward.chair), PUSH, {**host.browser().as_json, "keys": keys})
    assert answer[0] == 422


@pytest.mark.parametrize("body", ["", "[", "[]", "null", "1", '{"endpoint": 1}', "x" * 20_000])
def test_what_is_no_subscription_is_refused(ward: Town, sign_in: Enter, body: str) -> None:
    client = sign_in(ward.chair)
    for path, status in ((PUSH, 422), (f"{PUSH}trial/", 404)):
        answer = client.post(path, body, content_type="application/json")
        assert answer.status_code == status
    assert client.delete(PUSH, body, content_type="application/json").status_code == 404


def test_only_who_has_a_seat_subscribes(
    ward: Town, hinokuni: Cast, sign_in: Enter, client: Client, host: PushHost
) -> None:
    for someone in (client, sign_in(hinokuni.roads_clerk)):
        answer = someone.post(PUSH, host.browser().as_json, content_type="application/json")
        assert answer.status_code == 302
        assert "/community/sign-in/" in answer["Location"]


def test_a_browser_reads_what_nobody_on_the_way_can(ward: Town, phone: Phone) -> None:
    chair = phone(ward.chair)
    assert send(only(), NOTE)
    [taken] = chair.taken
    assert "本文".encode() not in taken.body
    assert chair.notes[0]["body"] == "本文"
    assert taken.headers["content-encoding"] == "aes128gcm"
    assert taken.headers["ttl"] == "86400"
    assert Vapid02.verify(taken.headers["authorization"])
    assert only().last_accepted_at is not None


def test_the_keys_are_made_once_and_their_private_half_is_sealed(ward: Town) -> None:
    first = public_key()
    assert public_key() == first
    assert PushKey.objects.count() == 1
    [stored] = PushKey.objects.raw("SELECT id, private AS public FROM push_pushkey")
    assert stored.public != key_pair().private


def test_a_subscription_that_is_gone_is_not_tried_again(ward: Town, phone: Phone) -> None:
    chair = phone(ward.chair)
    chair.host.says[chair.taken_path] = (410, {})
    wake([ward.chair.pk], NOTE)
    work_off()
    assert only().state == "gone"
    assert wake([ward.chair.pk], NOTE) == 0
    assert len(chair.taken) == 1


def test_a_busy_push_host_is_asked_later_and_as_it_says(ward: Town, phone: Phone) -> None:
    chair = phone(ward.chair)
    chair.host.says[chair.taken_path] = (429, {"Retry-After": "120"})
    with pytest.raises(PushDelayed) as busy:
        send(only(), NOTE)
    assert busy.value.after == 120
    chair.host.says[chair.taken_path] = (503, {})
    with pytest.raises(PushDelayed):
        send(only(), NOTE)
    assert only().state == "active"


def test_the_queue_tries_again_for_a_while_and_then_lets_it_be() -> None:
    from procrastinate.jobs import Job

    def wait(attempts: int, error: Exception) -> float | None:
        job = Job(id=1, queue="push", lock=None, queueing_lock=None, task_name="t",
                  attempts=attempts)  # fmt: skip
        decision = AsAsked().get_retry_decision(exception=error, job=job)
        return decision and decision.retry_at and decision.retry_at.timestamp()  # type: ignore[return-value]

    soon, asked = wait(0, PushDelayed("x")), wait(0, PushDelayed("x", after=900))
    assert soon is not None
    assert asked is not None
    assert asked - soon > 800
    assert wait(10, PushDelayed("x")) is None


def test_redirects_are_not_followed(ward: Town, phone: Phone) -> None:
    chair = phone(ward.chair)
    chair.host.says[chair.taken_path] = (307, {"Location": f"http://{chair.host.netloc}/inside"})
    assert not send(only(), NOTE)
    assert [one.path for one in chair.host.taken] == [chair.taken_path]


def test_who_is_refused_again_and_again_is_given_up(ward: Town, phone: Phone) -> None:
    chair = phone(ward.chair)
    chair.host.says[chair.taken_path] = (403, {})
    for _time in range(5):
        assert only().state == "active"
        send(only(), NOTE)
    assert only().state == "gone"


def test_signing_out_ends_the_push_of_that_device(ward: Town, phone: Phone, sign_in: Enter) -> None:
    chair, tablet = phone(ward.chair), phone(ward.chair, "tablet")
    first = Subscription.objects.get(endpoint=chair.endpoint)
    assert end_sessions([first.session_key]) == 1
    wake([ward.chair.pk], NOTE)
    work_off()
    assert (len(chair.taken), len(tablet.taken)) == (0, 1)


def test_a_session_that_is_no_more_wakes_nobody(ward: Town, phone: Phone) -> None:
    from django.contrib.sessions.models import Session

    chair = phone(ward.chair)
    Session.objects.all().delete()
    assert not send(only(), NOTE)
    assert (only().state, chair.taken) == ("gone", [])


def test_a_handover_ends_all_devices_of_the_predecessor(ward: Town, phone: Phone) -> None:
    phone(ward.chair), phone(ward.chair, "tablet"), phone(ward.other)
    assert end_persons([ward.chair.pk]) == 2
    assert only().person_id == ward.other.pk


def test_nobody_ends_anothers_subscription(ward: Town, phone: Phone, sign_in: Enter) -> None:
    chair = phone(ward.chair)
    other, mine = sign_in(ward.other), sign_in(ward.chair)
    for path in (f"{PUSH}trial/",):
        assert post(other, path, chair.as_json)[0] == 404
    assert post(other, f"{PUSH}state/", chair.as_json)[1]["on"] is False
    assert other.delete(PUSH, chair.as_json, content_type="application/json").status_code == 404
    assert not unsubscribe(person_id=ward.other.pk, endpoint=chair.endpoint)
    assert mine.delete(PUSH, chair.as_json, content_type="application/json").status_code == 200
    assert not Subscription.objects.exists()


def test_a_phone_that_changes_hands_wakes_its_new_owner_alone(
    ward: Town, phone: Phone, sign_in: Enter
) -> None:
    chair = phone(ward.chair)
    assert post(sign_in(ward.other), PUSH, chair.as_json)[0] == 200
    assert only().person_id == ward.other.pk


def test_the_neighbours_have_their_own(ward: Town, phone: Phone, cast: Cast) -> None:
    from kairan.municipalities.tenancy import town

    phone(ward.chair)
    with town(cast.neighbour):
        assert not Subscription.objects.exists()
        assert wake([ward.chair.pk], NOTE) == 0


def test_the_state_says_whether_it_is_on_and_which_key_is_right(
    ward: Town, phone: Phone, sign_in: Enter
) -> None:
    chair = phone(ward.chair)
    client = sign_in(ward.chair)
    answer = post(client, f"{PUSH}state/", chair.as_json)
    assert answer == (200, {"on": True, "key": public_key(), "unread": 0})
    # From now on it belongs to the session that has just asked.
    assert only().session_key == client.session.session_key
    Subscription.objects.update(state="gone")
    assert post(client, f"{PUSH}state/", chair.as_json)[1]["on"] is False


def test_a_trial_comes_to_this_device_alone(ward: Town, phone: Phone, sign_in: Enter) -> None:
    chair, tablet = phone(ward.chair), phone(ward.chair, "tablet")
    assert post(sign_in(ward.chair), f"{PUSH}trial/", chair.as_json) == (200, {"sent": True})
    work_off()
    assert [note["tag"] for note in chair.notes] == ["trial"]
    assert tablet.notes == []


def test_the_oldest_devices_give_way(ward: Town, host: PushHost, phone: Phone) -> None:
    for number in range(22):
        phone(ward.chair, str(number))
    assert Subscription.objects.count() == 20
    assert not Subscription.objects.filter(endpoint__endswith="-0").exists()


def test_what_is_gone_is_forgotten_after_a_month(ward: Town, phone: Phone) -> None:
    from kairan.push.periodic import forget_what_is_gone

    kept, old, alive = phone(ward.chair), phone(ward.chair, "old"), phone(ward.other)
    for browser, state in ((kept, "gone"), (old, "gone"), (alive, "active")):
        long_ago = timezone.now() - timedelta(days=0 if browser is kept else 40)
        mine = Subscription.objects.filter(endpoint=browser.endpoint)
        mine.update(state=state, created_at=long_ago)
    forget_what_is_gone.func(0)  # type: ignore[attr-defined]
    left = set(Subscription.objects.values_list("endpoint", flat=True))
    assert left == {kept.endpoint, alive.endpoint}
