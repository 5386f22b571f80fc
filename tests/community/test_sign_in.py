# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from kairan.audit.actors import PROGRAM
from kairan.audit.models import Entry
from kairan.municipalities.tenancy import town
from kairan.people.actions import suspend
from kairan.people.models import Person
from kairan.people.positions import guessing, notices
from kairan.people.positions.actions import issue_code, withdraw_code
from kairan.people.positions.models import SignInCode, WrongCode
from tests.cast import PASSWORD, Cast
from tests.people.positions.factories import (
    HOME,
    a_chair,
    a_desk,
    come_in,
    is_in,
    type_digits,
    wrong_digits,
)

SignIn = Callable[[Person], Client]
NEXT_DOOR = {"headers": {"host": "tonari.localhost"}}


def words(answer: object) -> str:
    return str(answer.content.decode())  # type: ignore[attr-defined]


# ── the QR ──


def test_the_qr_shows_whose_it_is_and_uses_nothing_up(hinokuni: Cast) -> None:
    chair = a_chair()
    page = words(Client().get(chair.code.path))
    assert "つきのき校区 会長 の 月木 正さんですね" in page
    assert SignInCode.objects.get().used_at is None


def test_the_button_signs_in_for_a_year(hinokuni: Cast) -> None:
    client = come_in(a_chair().code)
    assert is_in(client)
    assert client.session.get_expiry_age() > 364 * 24 * 3600
    assert Entry.objects.filter(verb="code.used").exists()


def test_the_year_begins_anew_with_use(hinokuni: Cast) -> None:
    client = come_in(a_chair().code)
    session = client.session
    session["seen"] = 0
    session.save()
    answer = client.get("/community/devices/")
    assert int(answer.cookies["sessionid"]["max-age"]) > 364 * 24 * 3600
    assert "sessionid" not in client.get("/community/devices/").cookies


def test_a_qr_works_once(hinokuni: Cast) -> None:
    code = a_chair().code
    come_in(code)
    stranger = Client()
    for answer in (stranger.get(code.path), stranger.post(code.path)):
        assert answer.status_code == 410
        assert "もう使われています" in words(answer)
    assert not is_in(stranger)


def test_who_is_in_and_scans_again_comes_to_the_talk(hinokuni: Cast) -> None:
    chair = a_chair()
    assert come_in(chair.code).get(chair.code.path).headers["Location"] == HOME


def test_a_made_up_qr_is_counted(hinokuni: Cast) -> None:
    assert Client().get("/community/s/made-up/").status_code == 404
    assert WrongCode.objects.count() == 1


# ── eight digits ──


@pytest.mark.parametrize("form", ["{}", "{0:.4} {0:4.4}", "全角", "ハイフン"])
def test_digits_are_read_as_people_type_them(hinokuni: Cast, form: str) -> None:
    digits = a_chair().code.digits
    halves = digits[:4], digits[4:]
    typed = {
        "{}": digits,
        "{0:.4} {0:4.4}": " ".join(halves),
        "全角": digits.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        "ハイフン": "ー".join(halves),
    }[form]
    assert type_digits(typed).headers["Location"] == HOME


@pytest.mark.parametrize("typed", ["", "1234", "abcdefgh", "123456789", "①②③④⑤⑥⑦"])
def test_what_is_no_code_is_said_beside_the_field_and_not_counted(
    hinokuni: Cast, typed: str
) -> None:
    answer = type_digits(typed)
    assert answer.status_code == 422
    assert "8けたの数字" in words(answer)
    assert WrongCode.objects.count() == 0


def test_digits_work_once(hinokuni: Cast) -> None:
    digits = a_chair().code.digits
    assert type_digits(digits).status_code == 302
    again = type_digits(digits)
    assert (again.status_code, "もう使われています" in words(again)) == (422, True)


def test_after_seven_days_a_code_lets_nobody_in(hinokuni: Cast) -> None:
    code = a_chair().code
    assert timedelta(days=6, hours=23) < code.expires_at - timezone.now() < timedelta(days=7)
    SignInCode.objects.update(expires_at=timezone.now())
    assert "期限が切れています" in words(type_digits(code.digits))
    assert Client().post(code.path).status_code == 410


def test_a_withdrawn_code_and_one_that_was_followed_by_another_are_refused(
    hinokuni: Cast,
) -> None:
    chair = a_chair()
    second = issue_code(acting=PROGRAM, tenure=chair.tenure)
    assert "取り消しました" in words(type_digits(chair.code.digits))
    withdraw_code(acting=PROGRAM, tenure=chair.tenure)
    assert "取り消しました" in words(type_digits(second.digits))
    assert Client().post(second.path).status_code == 410


def test_only_hashes_are_kept(hinokuni: Cast) -> None:
    code = a_chair().code
    kept = str(list(SignInCode.objects.values())) + str(list(Entry.objects.values()))
    assert code.secret not in kept
    assert code.digits not in kept
    assert len(code.secret) >= 22  # 128 bits


def test_codes_made_under_a_retired_key_still_work(hinokuni: Cast, settings: Settings) -> None:
    code = a_chair().code
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-for-this-test-" + "y" * 30
    assert type_digits(code.digits).status_code == 302


def test_a_suspended_person_stays_out(hinokuni: Cast) -> None:
    chair = a_chair()
    suspend(acting=hinokuni.administrator, person=chair.person)
    assert type_digits(chair.code.digits).status_code == 422
    assert Client().post(chair.code.path).status_code == 410


def test_the_neighbour_towns_code_opens_nothing_here(cast: Cast) -> None:
    with town(cast.hinokuni):
        ours = a_chair().code
    assert type_digits(ours.digits, **NEXT_DOOR).status_code == 422
    assert Client().get(ours.path, **NEXT_DOOR).status_code == 404
    with town(cast.hinokuni):
        assert SignInCode.objects.get().used_at is None


def test_two_towns_may_have_the_same_digits_and_their_chairs_stay_apart(cast: Cast) -> None:
    with town(cast.neighbour):
        theirs = a_chair("隣 正", "隣校区 会長")
    client = come_in(theirs.code, **NEXT_DOOR)
    page = words(client.get("/community/devices/", **NEXT_DOOR))
    assert "隣町" in page
    assert "ひのくに市" not in page


# ── guessing ──


def guess(code_from: object, times: int) -> object:
    answer = None
    for number in range(times):
        answer = type_digits(wrong_digits(code_from, number + 1))  # type: ignore[arg-type]
    return answer


def test_after_five_wrong_codes_even_the_right_one_must_wait(hinokuni: Cast) -> None:
    code = a_chair().code
    guess(code, 5)
    answer = type_digits(code.digits)
    assert answer.status_code == 429
    assert "1分たってから" in words(answer)
    assert Client().post(code.path).status_code == 429
    WrongCode.objects.update(at=timezone.now() - timedelta(minutes=2))
    assert type_digits(code.digits).status_code == 302


def test_the_waits_grow(hinokuni: Cast) -> None:
    now = timezone.now()
    waits = []
    for _number in range(20):
        WrongCode.objects.create(sender="somebody", at=now)
        until = guessing.locked_until("somebody", typed=True)
        waits.append(None if until is None else until - now)
    assert waits[3] is None
    assert waits[4] == timedelta(minutes=1)
    assert waits[9] == timedelta(minutes=15)
    assert waits[19] == timedelta(days=1)
    assert guessing.locked_until("somebody else", typed=True) is None


def test_many_senders_lock_the_towns_digits_but_not_its_qr(hinokuni: Cast) -> None:
    code = a_chair().code
    WrongCode.objects.bulk_create(WrongCode(sender=str(number)) for number in range(60))
    assert type_digits(code.digits).status_code == 429
    assert is_in(come_in(code))


def test_the_office_is_told_once_and_lifts_the_lock(hinokuni: Cast, sign_in: SignIn) -> None:
    code = a_chair().code
    WrongCode.objects.bulk_create(
        WrongCode(sender="x", at=timezone.now() - timedelta(hours=1)) for _ in range(58)
    )
    guess(code, 3)
    jobs = ProcrastinateJob.objects.filter(task_name="kairan.people.tasks.mail_guessing")
    assert jobs.count() == 1
    notices.mail_guessing(60)
    assert [to for message in mail.outbox for to in message.to] == ["admin@example.jp"]
    office = sign_in(hinokuni.administrator)
    assert "番号のまちがいが続いています" in words(office.get("/console/positions/"))
    office.post("/console/positions/unlock/")
    assert type_digits(code.digits).status_code == 302


# ── who comes in, and where ──


def test_the_sign_in_leads_back_into_the_leaders_pages_alone(hinokuni: Cast) -> None:
    first, second = a_chair().code, a_chair("山 花", "山校区 会長").code
    post = Client().post
    answer = post("/community/sign-in/?next=/community/devices/", {"digits": first.digits})
    assert answer.headers["Location"] == "/community/devices/"
    for bad in ("//evil.example/", "https://evil.example/community/", "/console/"):
        page = words(Client().get("/community/sign-in/", {"next": bad}))
        assert 'name="next" value="/community/"' in page
    answer = post("/community/sign-in/", {"digits": second.digits, "next": "//evil.example/"})
    assert answer.headers["Location"] == HOME


def test_who_is_out_is_sent_to_the_sign_in_and_back(hinokuni: Cast) -> None:
    answer = Client().get("/community/devices/")
    assert answer.headers["Location"] == "/community/sign-in/?next=%2Fcommunity%2Fdevices%2F"


def test_staff_without_a_seat_do_not_come_in(hinokuni: Cast, sign_in: SignIn) -> None:
    client = sign_in(hinokuni.viewer)
    answer = client.get("/community/devices/")
    assert answer.headers["Location"].startswith("/community/sign-in/")
    assert "いま、あなたの役職はありません" in words(client.get("/community/sign-in/"))


def test_staff_at_a_desk_come_in_with_their_own_sign_in(hinokuni: Cast, sign_in: SignIn) -> None:
    a_desk("自治推進課", hinokuni.roads_clerk, hinokuni.waste_clerk)
    assert is_in(sign_in(hinokuni.roads_clerk))
    assert is_in(sign_in(hinokuni.waste_clerk))


def test_at_a_desk_the_second_factor_is_asked_for_as_in_the_console(
    hinokuni: Cast, sign_in: SignIn
) -> None:
    a_desk("自治推進課", hinokuni.roads_clerk)
    chair = come_in(a_chair().code)
    hinokuni.hinokuni.second_factor_required = True
    hinokuni.hinokuni.save(update_fields=["second_factor_required"])
    answer = sign_in(hinokuni.roads_clerk).get("/community/devices/")
    assert answer.headers["Location"] == "/accounts/second-factor/needed/"
    assert is_in(chair)


def test_a_chair_does_not_get_into_the_console(hinokuni: Cast) -> None:
    client = come_in(a_chair().code)
    for page in ("/console/", "/console/people/", "/console/positions/", "/console/me/"):
        assert client.get(page).status_code == 403


def test_a_code_opens_no_console_even_for_who_gets_a_role_later(hinokuni: Cast) -> None:
    from kairan.people.models import Membership, Role

    chair = a_chair()
    client = come_in(chair.code)
    Membership.objects.create(person=chair.person, role=Role.ADMINISTRATOR)
    assert client.get("/console/people/").status_code == 403


def test_the_pages_of_allauth_do_not_break_for_somebody_without_an_address(
    hinokuni: Cast,
) -> None:
    client = come_in(a_chair().code)
    for page in ("/accounts/sessions/", "/accounts/second-factor/", "/accounts/password/set/"):
        assert client.get(page).status_code < 500
    assert client.get("/accounts/login/").headers["Location"] == HOME
    assert Client().post("/accounts/password/reset/", {"email": ""}).status_code == 200
    answer = Client().post("/accounts/login/", {"login": "", "password": PASSWORD})
    assert answer.status_code == 200


# ── text size ──


def test_the_text_size_is_kept_with_the_person(hinokuni: Cast) -> None:
    chair = a_chair()
    client = come_in(chair.code)
    client.post("/community/text-size/", {"size": "28"})
    chair.person.refresh_from_db()
    assert chair.person.text_size == 28
    second = come_in(issue_code(acting=PROGRAM, tenure=chair.tenure))
    assert 'data-text-size="largest"' in words(second.get("/community/devices/"))


def test_before_the_sign_in_the_size_is_kept_in_the_browser(hinokuni: Cast) -> None:
    client = Client()
    client.post("/community/text-size/", {"size": "large"})
    assert 'data-text-size="large"' in words(client.get("/community/sign-in/"))
    assert client.post("/community/text-size/", {"size": "99"}).status_code == 400
