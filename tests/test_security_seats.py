# SPDX-License-Identifier: Apache-2.0
"""A code on paper, a link to a screen, a seat that is lost: each opens what it is for, and no
more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from kairan.people.models import Person
from kairan.people.positions.actions import ask_to_join, issue_own_code, release
from kairan.people.positions.models import Group
from tests.cast import Cast
from tests.people.positions.factories import (
    TABLET,
    a_chair,
    a_desk,
    a_post,
    come_in,
    type_digits,
    wrong_digits,
)

SignIn = Callable[[Person], Client]


@pytest.fixture
def clerks_tablet(hinokuni: Cast) -> Client:
    """Of somebody of the office, who let it in by a code of their own."""
    a_desk("自治推進課", hinokuni.administrator)
    return come_in(issue_own_code(acting=hinokuni.administrator))


@pytest.fixture
def phone(hinokuni: Cast) -> Client:
    """A chair's."""
    return come_in(a_chair().code)


# ── a device that came in by a code makes itself no key to the console ──


def test_a_clerks_device_that_came_in_by_a_code_registers_no_passkey(
    clerks_tablet: Client, hinokuni: Cast, sign_in: SignIn
) -> None:
    for answer in (
        clerks_tablet.get("/community/passkey/"),
        clerks_tablet.post("/community/passkey/", {"credential": "{}"}),
    ):
        assert answer.headers["Location"] == "/community/devices/"
    page = clerks_tablet.get("/community/devices/").content.decode()
    assert "パスワードでサインインした端末" in page
    assert sign_in(hinokuni.administrator).get("/community/passkey/").status_code == 200


def test_nor_does_it_take_one_away(clerks_tablet: Client, hinokuni: Cast, sign_in: SignIn) -> None:
    mine = Authenticator.objects.create(user=hinokuni.administrator, type="webauthn", data={})
    clerks_tablet.post(f"/community/passkey/{mine.pk}/remove/")
    assert Authenticator.objects.filter(pk=mine.pk).exists()
    sign_in(hinokuni.administrator).post(f"/community/passkey/{mine.pk}/remove/")
    assert not Authenticator.objects.filter(pk=mine.pk).exists()


@pytest.mark.parametrize(
    "page",
    [
        "passkeys/add",
        "second-factor/app/activate",
        "second-factor/codes/generate",
        "password/change",
        "password/set",
        "sessions",
    ],
)
def test_pages_of_the_sign_in_stay_closed_to_it(
    clerks_tablet: Client, hinokuni: Cast, sign_in: SignIn, page: str
) -> None:
    assert clerks_tablet.get(f"/accounts/{page}/").status_code == 403
    assert clerks_tablet.post(f"/accounts/{page}/").status_code == 403
    assert sign_in(hinokuni.administrator).get(f"/accounts/{page}/").status_code in {200, 302}


def test_a_chair_registers_a_passkey_and_signs_out(phone: Client) -> None:
    assert phone.get("/community/passkey/").status_code == 200
    assert phone.get("/accounts/login/").headers["Location"] == "/community/"
    assert phone.get("/accounts/logout/").status_code < 400


# ── nothing of it stays on a shared computer ──


@pytest.mark.parametrize("page", ["devices/", "share/", "talk/search/", "talk/api/rooms/"])
def test_pages_of_the_leaders_are_not_kept_by_the_browser(phone: Client, page: str) -> None:
    answer = phone.get(f"/community/{page}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "public" in phone.get("/community/icons/any-192.png").headers["Cache-Control"]


# ── a link that somebody else has sent ──


def test_whoever_lets_a_screen_in_is_told_which_when_and_what_to_beware_of(phone: Client) -> None:
    asked, secret = ask_to_join(user_agent=TABLET)
    page = phone.get(f"/community/approve/{secret}/").content.decode()
    at = timezone.localtime(asked.asked_at)
    assert "Androidのタブレット（Chrome）" in page
    assert f"{at.hour}:{at.minute:02}に、この画面が頼みました。" in page
    assert "届いたリンクで開いたときは、「ちがう。入れない」" in page


# ── guessing from many addresses of one connection ──


@pytest.mark.parametrize(
    ("address", "status"),
    [("2001:db8:1:2:ffff::9", 429), ("2001:db8:1:3::1", 302), ("::ffff:192.0.2.1", 302)],
)
def test_all_addresses_of_one_network_guess_as_one(
    hinokuni: Cast, address: str, status: int
) -> None:
    code = a_chair().code
    for number in range(5):
        wrong = wrong_digits(code, number + 1)
        assert type_digits(wrong, REMOTE_ADDR=f"2001:db8:1:2::{number}").status_code == 422
    assert type_digits(code.digits, REMOTE_ADDR=address).status_code == status


def test_addresses_of_the_older_kind_each_guess_for_themselves(hinokuni: Cast) -> None:
    code = a_chair().code
    for number in range(5):
        type_digits(wrong_digits(code, number + 1), REMOTE_ADDR="::ffff:192.0.2.1")
    assert type_digits(code.digits, REMOTE_ADDR="192.0.2.1").status_code == 429
    assert type_digits(code.digits, REMOTE_ADDR="::ffff:192.0.2.2").status_code == 302


# ── a seat that is lost while a role stays ──


def test_a_page_whose_holder_has_no_seat_any_more_is_told_to_forget(
    hinokuni: Cast, sign_in: SignIn
) -> None:
    desk = a_desk("自治推進課", hinokuni.roads_clerk)
    page = sign_in(hinokuni.roads_clerk)
    assert page.get("/community/talk/api/rooms/").status_code == 200
    release(acting=hinokuni.administrator, tenure=desk.tenures.get())
    answer = page.get("/community/talk/api/rooms/")
    assert (answer.status_code, answer.json()["reason"]) == (403, "no_seat")
    assert page.get("/console/").status_code == 200


# ── names that turn what follows ──


def test_a_committees_name_turns_nothing(hinokuni: Cast, sign_in: SignIn) -> None:
    office = sign_in(hinokuni.administrator)
    address = "/console/talk/groups/new/"
    assert office.post(address, {"name": "\u202e\u2066"}).status_code == 422
    assert office.post(address, {"name": "\u202e防災\n委員会"}).status_code == 302
    assert Group.objects.get().name == "防災 委員会"


def test_nobody_is_called_by_what_cannot_be_seen(hinokuni: Cast, sign_in: SignIn) -> None:
    office, post = sign_in(hinokuni.administrator), a_post()
    address = f"/console/positions/{post.pk}/appoint/"
    form = {"starts_on": timezone.localdate()}
    assert office.post(address, form | {"name": "\u202e"}).status_code == 422
    assert office.post(address, form | {"name": "\u202e月木 正"}).status_code == 302
    assert post.tenures.get().person.name == "月木 正"
