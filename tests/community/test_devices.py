# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from kairan.audit.actors import PROGRAM
from kairan.audit.models import Entry
from kairan.people.actions import suspend
from kairan.people.positions.actions import ask_to_join, issue_code
from kairan.people.positions.models import DeviceRequest
from kairan.push.models import Subscription
from tests.cast import Cast
from tests.people.positions.factories import (
    HOME,
    TABLET,
    Chair,
    a_chair,
    come_in,
    digits_on,
    is_in,
    type_digits,
)


def another_device(chair: Chair) -> Client:
    return come_in(issue_code(acting=PROGRAM, tenure=chair.tenure), TABLET)


def push_of(client: Client, person_id: int) -> Subscription:
    return Subscription.objects.create(
        person_id=person_id,
        session_key=client.session.session_key,
        endpoint="https://push.example.jp/x",
        endpoint_hash=client.session.session_key,
        p256dh="x",
        auth="x",
    )


# ── the list ──


def test_own_devices_stand_in_the_list(hinokuni: Cast) -> None:
    chair = a_chair()
    phone = come_in(chair.code)
    another_device(chair)
    page = phone.get("/community/devices/").content.decode()
    assert "iPhone（Safari）" in page
    assert "Androidのタブレット（Chrome）" in page
    assert page.count('<span class="devices__here">') == 1


def test_the_devices_stand_below_the_settings(hinokuni: Cast) -> None:
    phone = come_in(a_chair().code)
    for address in ("/community/devices/", "/community/passkey/", "/community/install/"):
        page = phone.get(address).content.decode()
        assert 'href="/community/settings/" aria-current="page"' in page
        assert page.count('aria-current="page"') == 1


def test_a_device_is_signed_out_from_another_with_its_push(hinokuni: Cast) -> None:
    chair = a_chair()
    phone, tablet = come_in(chair.code), another_device(chair)
    woken, kept = push_of(tablet, chair.person.pk), push_of(phone, chair.person.pk)
    session = UserSession.objects.get(session_key=tablet.session.session_key)
    phone.post(f"/community/devices/{session.pk}/end/")
    assert (is_in(phone), is_in(tablet)) == (True, False)
    woken.refresh_from_db()
    kept.refresh_from_db()
    assert (woken.state, kept.state) == ("gone", "active")
    assert Entry.objects.filter(verb="device.signed_out").exists()


def test_this_device_is_signed_out(hinokuni: Cast) -> None:
    phone = come_in(a_chair().code)
    session = UserSession.objects.get()
    answer = phone.post(f"/community/devices/{session.pk}/end/")
    assert answer.headers["Location"] == "/community/sign-in/"
    assert not is_in(phone)


def test_somebody_elses_device_is_not_there(hinokuni: Cast) -> None:
    mine, theirs = come_in(a_chair().code), come_in(a_chair("山 花", "山校区 会長").code)
    session = UserSession.objects.get(session_key=theirs.session.session_key)
    assert mine.post(f"/community/devices/{session.pk}/end/").status_code == 404
    assert is_in(theirs)


def test_the_last_use_is_noted_once_an_hour(hinokuni: Cast) -> None:
    client = come_in(a_chair().code)
    long_ago = timezone.now() - timedelta(days=3)
    UserSession.objects.update(last_seen_at=long_ago)
    client.get("/community/devices/")
    assert UserSession.objects.get().last_seen_at == long_ago
    session = client.session
    session["seen"] = int(long_ago.timestamp())
    session.save()
    client.get("/community/devices/")
    assert UserSession.objects.get().last_seen_at > long_ago


# ── a code for another device of one's own ──


def test_a_code_for_oneself_lets_another_device_in_once(hinokuni: Cast) -> None:
    phone = come_in(a_chair().code)
    digits = digits_on(phone.post("/community/devices/code/").content.decode())
    answer = type_digits(digits)
    assert answer.headers["Location"] == HOME
    assert type_digits(digits).status_code == 422
    assert is_in(phone)


def test_a_code_for_oneself_lives_ten_minutes(hinokuni: Cast) -> None:
    from kairan.people.positions.models import SignInCode

    phone = come_in(a_chair().code)
    phone.post("/community/devices/code/")
    left = SignInCode.objects.latest("id").expires_at - timezone.now()
    assert left < timedelta(minutes=10)


# ── a tablet that the phone lets in ──


def a_waiting_tablet() -> tuple[Client, str, str]:
    """The tablet, and what its screen says: the path behind the QR, the four digits."""
    tablet = Client(headers={"User-Agent": TABLET})
    page = tablet.post("/community/join-device/").content.decode()
    digits = re.search(r'<p class="code-digits">(\d{4})</p>', page)
    assert digits, page
    asked = DeviceRequest.objects.latest("id")
    return tablet, _readdress(asked), digits[1]


def _readdress(asked: DeviceRequest) -> str:
    """The QR is a picture: give the request a secret that the test knows."""
    other, secret = ask_to_join(user_agent=asked.user_agent)
    kept, other.secret_hash = other.secret_hash, "moved"
    other.save(update_fields=["secret_hash"])
    asked.secret_hash = kept
    asked.save(update_fields=["secret_hash"])
    other.delete()
    return f"/community/approve/{secret}/"


def poll(tablet: Client) -> Any:
    return tablet.post("/community/join-device/waiting/", headers={"HX-Request": "true"})


def test_looking_at_the_page_makes_no_request(hinokuni: Cast) -> None:
    assert Client().get("/community/join-device/").status_code == 200
    assert DeviceRequest.objects.count() == 0


def test_one_sender_does_not_fill_the_town_with_waiting_screens(hinokuni: Cast) -> None:
    answers = [Client().post("/community/join-device/").status_code for _ in range(41)]
    assert answers == [200] * 40 + [429]
    assert DeviceRequest.objects.count() == 40


def test_the_phone_lets_the_tablet_in(hinokuni: Cast) -> None:
    phone = come_in(a_chair().code)
    tablet, path, digits = a_waiting_tablet()
    assert poll(tablet).status_code == 204
    page = phone.get(path).content.decode()
    assert f'<p class="code-digits">{digits}</p>' in page
    assert "Androidのタブレット" in page
    assert not is_in(tablet)
    phone.post(path, {"decision": "yes"})
    assert poll(tablet).headers["HX-Redirect"] == HOME
    assert is_in(tablet)
    assert tablet.session.get_expiry_age() > 364 * 24 * 3600


def test_the_phone_says_no(hinokuni: Cast) -> None:
    phone = come_in(a_chair().code)
    tablet, path, _digits = a_waiting_tablet()
    phone.post(path, {"decision": "no"})
    assert "入れない" in poll(tablet).content.decode()
    assert phone.post(path, {"decision": "yes"}).status_code == 410
    assert not is_in(tablet)


def test_a_request_is_answered_once(hinokuni: Cast) -> None:
    phone, other = come_in(a_chair().code), come_in(a_chair("山 花", "山校区 会長").code)
    tablet, path, _digits = a_waiting_tablet()
    phone.post(path, {"decision": "yes"})
    assert other.post(path, {"decision": "yes"}).status_code == 410
    poll(tablet)
    assert UserSession.objects.filter(user__name="月木 正").count() == 2


def test_after_five_minutes_nobody_is_let_in(hinokuni: Cast) -> None:
    phone = come_in(a_chair().code)
    tablet, path, _digits = a_waiting_tablet()
    phone.post(path, {"decision": "yes"})
    DeviceRequest.objects.update(expires_at=timezone.now())
    assert "時間がたちました" in poll(tablet).content.decode()
    assert not is_in(tablet)
    late, late_path, _digits = a_waiting_tablet()
    DeviceRequest.objects.update(expires_at=timezone.now())
    assert phone.get(late_path).status_code == 410
    assert phone.post(late_path, {"decision": "yes"}).status_code == 410
    assert not is_in(late)


def test_a_made_up_or_a_strangers_request_is_refused(hinokuni: Cast) -> None:
    phone = come_in(a_chair().code)
    tablet, path, _digits = a_waiting_tablet()
    assert phone.post("/community/approve/made-up/", {"decision": "yes"}).status_code == 404
    assert Client().post(path, {"decision": "yes"}).status_code == 302  # to the sign-in
    assert poll(Client()).status_code == 200  # another screen has nothing to wait for
    assert poll(tablet).status_code == 204


def test_whose_owner_is_out_meanwhile_does_not_come_in(hinokuni: Cast) -> None:
    chair = a_chair()
    phone = come_in(chair.code)
    tablet, path, _digits = a_waiting_tablet()
    phone.post(path, {"decision": "yes"})
    suspend(acting=hinokuni.administrator, person=chair.person)
    poll(tablet)
    assert not is_in(tablet)


def test_a_device_let_in_by_a_clerk_opens_no_console(hinokuni: Cast, sign_in: Any) -> None:
    from tests.people.positions.factories import a_desk

    a_desk("自治推進課", hinokuni.administrator)
    clerk = sign_in(hinokuni.administrator)
    tablet, path, _digits = a_waiting_tablet()
    clerk.post(path, {"decision": "yes"})
    poll(tablet)
    assert is_in(tablet)
    assert tablet.get("/console/people/").status_code == 403


# ── passkeys ──


def test_a_passkey_is_offered_and_a_wrong_answer_registers_nothing(hinokuni: Cast) -> None:
    client = come_in(a_chair().code)
    assert "creation_options" not in client.get("/community/devices/").content.decode()
    page = client.get("/community/passkey/").content.decode()
    assert '"residentKey": "required"' in page
    assert client.post("/community/passkey/", {"credential": "{}"}).status_code == 422
    assert Authenticator.objects.count() == 0


def test_a_passkey_is_taken_away_by_its_owner_alone(hinokuni: Cast) -> None:
    chair, other = a_chair(), a_chair("山 花", "山校区 会長")
    key = Authenticator.objects.create(user=chair.person, type="webauthn", data={"name": "電話"})
    path = f"/community/passkey/{key.pk}/remove/"
    assert come_in(other.code).post(path).status_code == 404
    come_in(chair.code).post(path)
    assert Authenticator.objects.count() == 0
