# SPDX-License-Identifier: Apache-2.0
"""The office's pages about seats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kairan.audit.models import Entry
from kairan.municipalities.models import Area
from kairan.people.models import Person
from kairan.people.positions.models import PlannedHandover, Position, SignInCode, Tenure
from tests.cast import Cast
from tests.people.positions.factories import (
    a_chair,
    a_desk,
    a_post,
    come_in,
    digits_on,
    is_in,
    type_digits,
)

SignIn = Callable[[Person], Client]
LIST = "/console/positions/"


@pytest.fixture
def office(hinokuni: Cast, sign_in: SignIn) -> Client:
    return sign_in(hinokuni.roads_manager)


def words(answer: Any) -> str:
    return str(answer.content.decode())


def page_of(position: Position) -> str:
    return f"{LIST}{position.pk}/"


def test_clerks_and_neighbours_may_not(hinokuni: Cast, sign_in: SignIn) -> None:
    chair = a_chair()
    for path in (LIST, page_of(chair.position), f"{page_of(chair.position)}hand-over/"):
        assert sign_in(hinokuni.roads_clerk).get(path).status_code == 403
    stranger = sign_in(hinokuni.neighbour_administrator)
    assert stranger.get(page_of(chair.position)).status_code == 404
    assert stranger.get(f"{LIST}holders/{chair.person.pk}/").status_code == 404


def test_an_empty_town_is_told_where_to_begin(office: Client) -> None:
    assert "役職がまだありません" in words(office.get(LIST))


def test_a_position_is_made_named_after_its_area(office: Client, hinokuni: Cast) -> None:
    district = Area.objects.create(
        kind=Area.Kind.DISTRICT, code="d1", name="つきのき校区", parent=hinokuni.west
    )
    answer = office.post(f"{LIST}new/", {"kind": "post", "area": district.pk, "title": "会長"})
    made = Position.objects.get()
    assert answer.headers["Location"] == page_of(made)
    assert (made.name, made.area) == ("つきのき校区 会長", district)
    page = words(office.get(LIST, {"area": hinokuni.west.pk}))
    assert "つきのき校区 会長" in page
    assert "空席" in page


def test_a_name_is_given_once(office: Client) -> None:
    a_post("つきのき校区 会長")
    answer = office.post(f"{LIST}new/", {"kind": "post", "name": "つきのき校区 会長"})
    assert (answer.status_code, "同じ名前" in words(answer)) == (422, True)


@pytest.mark.parametrize("name", ["", "　", "x" * 101])
def test_a_bad_name_is_said_beside_the_field(office: Client, name: str) -> None:
    answer = office.post(f"{LIST}new/", {"kind": "post", "name": name})
    assert answer.status_code == 422
    assert not Position.objects.exists()


def test_html_and_turning_characters_in_names_stay_harmless(office: Client) -> None:
    name = "<b>会長</b>\u202e逆"
    office.post(f"{LIST}new/", {"kind": "post", "name": name})
    assert Position.objects.get().name == "<b>会長</b>逆"
    page = words(office.get(LIST))
    assert "&lt;b&gt;会長" in page
    assert "<b>会長" not in page


def test_the_first_holder_gets_a_code_that_is_shown_once(office: Client) -> None:
    post = a_post()
    office.post(
        f"{page_of(post)}appoint/",
        {"name": "月木 正", "phone": "090-0000-0000", "starts_on": timezone.localdate()},
    )
    page = words(office.get(page_of(post)))
    digits = digits_on(page)
    assert "/sheet/" in page
    assert type_digits(digits).status_code == 302
    after = words(office.get(page_of(post)))
    assert digits[:4] + " " + digits[4:] not in after
    assert "使いました" in after


def test_another_clerk_does_not_see_the_code(
    office: Client, hinokuni: Cast, sign_in: SignIn
) -> None:
    post = a_post()
    office.post(f"{page_of(post)}appoint/", {"name": "月木 正", "starts_on": timezone.localdate()})
    digits = digits_on(words(office.get(page_of(post))))
    page = words(sign_in(hinokuni.administrator).get(page_of(post)))
    assert digits[:4] + " " + digits[4:] not in page


def test_a_handover_from_its_page(office: Client) -> None:
    chair = a_chair()
    phone = come_in(chair.code)
    path = f"{page_of(chair.position)}hand-over/"
    assert "月木 正さんは、すべての端末からサインアウトします" in words(office.get(path))
    answer = office.post(
        path, {"name": "新田 花", "last_day": timezone.localdate(), "reads_on_days": "0"}
    )
    assert answer.headers["Location"] == page_of(chair.position)
    page = words(office.get(page_of(chair.position)))
    assert "新田 花" in page
    assert not is_in(phone)
    assert type_digits(digits_on(page)).status_code == 302


def test_of_two_clerks_who_hand_over_one_seat_the_second_puts_nobody_out(office: Client) -> None:
    chair = a_chair()
    path = f"{page_of(chair.position)}hand-over/"
    form = {"last_day": timezone.localdate(), "reads_on_days": "0", "tenure": chair.tenure.pk}
    assert f'name="tenure" value="{chair.tenure.pk}"' in words(office.get(path))
    assert office.post(path, form | {"name": "新田 花"}).status_code == 302
    second = office.post(path, form | {"name": "別の 人"})
    assert second.status_code == 422
    assert "ほかの人が先に変えた" in words(second)
    assert Tenure.objects.open().get().person.name == "新田 花"
    assert not Person.objects.filter(name="別の 人").exists()


def test_a_planned_handover_is_shown_and_called_off(office: Client) -> None:
    chair = a_chair()
    day = timezone.localdate() + timedelta(days=30)
    office.post(
        f"{page_of(chair.position)}hand-over/",
        {"name": "新田 花", "last_day": day, "reads_on_days": "14"},
    )
    for page in (LIST, page_of(chair.position)):
        assert "新田 花さんに引き継" in words(office.get(page))
    office.post(f"{page_of(chair.position)}call-off/")
    assert not PlannedHandover.objects.exists()
    assert Entry.objects.filter(verb="position.handover_called_off").exists()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "氏名を入れるか"),
        ("last_day", "2001-01-01", "はじまりの日より前"),
        ("last_day", "2999-01-01", "2年より先"),
        ("last_day", "きのう", "日付"),
        ("reads_on_days", "999", "選択"),
        ("email", "admin@example.jp", "もういます"),
    ],
)
def test_what_is_wrong_with_a_handover_is_said_and_nobody_is_made(
    office: Client, field: str, value: str, told: str
) -> None:
    chair = a_chair()
    people = Person.objects.count()
    given = {"name": "新田 花", "last_day": timezone.localdate(), "reads_on_days": "0"}
    answer = office.post(f"{page_of(chair.position)}hand-over/", given | {field: value})
    assert answer.status_code == 422
    assert told in words(answer)
    assert Person.objects.count() == people
    assert Tenure.objects.open().get().person == chair.person


def test_the_successor_may_be_somebody_known(office: Client) -> None:
    chair, other = a_chair(), a_chair("山 花", "山校区 会長")
    office.post(
        f"{page_of(chair.position)}hand-over/",
        {"known": other.person.pk, "last_day": timezone.localdate(), "reads_on_days": "0"},
    )
    assert Tenure.objects.open().filter(person=other.person).count() == 2


def test_a_code_is_reissued_after_the_office_made_sure(office: Client) -> None:
    chair = a_chair()
    phone = come_in(chair.code)
    path = f"{page_of(chair.position)}code/"
    assert office.post(path, {}).status_code == 422
    office.post(path, {"checked": "窓口で顔を見て"})
    assert is_in(phone)
    assert Entry.objects.filter(verb="code.issued").latest("id").changes["checked"] == [
        "",
        "窓口で顔を見て",
    ]
    office.post(path, {"checked": "窓口で顔を見て", "sign_out": "on"})
    assert not is_in(phone)
    digits = digits_on(words(office.get(page_of(chair.position))))
    assert type_digits(digits).status_code == 302


def test_a_code_is_withdrawn(office: Client) -> None:
    chair = a_chair()
    office.post(f"{page_of(chair.position)}withdraw/")
    assert SignInCode.objects.get().withdrawn_at is not None
    assert Client().post(chair.code.path).status_code == 410


def test_the_list_says_how_far_everybody_has_come(office: Client) -> None:
    a_chair("甲 一", "甲 会長")
    come_in(a_chair("乙 二", "乙 会長").code)
    old = a_chair("丙 三", "丙 会長")
    SignInCode.objects.filter(person=old.person).update(expires_at=timezone.now())
    page = words(office.get(LIST))
    for state in ("まだ使っていません", "使いました", "期限が切れました"):
        assert state in page
    outside = words(office.get(LIST, {"state": "outside"}))
    assert ("甲 会長" in outside, "乙 会長" in outside) == (True, False)


def test_the_list_is_read_with_a_fixed_number_of_queries(office: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            office.get(LIST)
        return len(queries)

    a_chair("甲 一", "甲 会長")
    office.get(LIST)
    first = count()
    for number in range(5):
        a_chair(f"人 {number}", f"席{number} 会長")
    assert count() == first


def test_a_filter_finds_by_holder_and_nonsense_narrows_nothing(office: Client) -> None:
    a_chair("甲 一", "甲 会長")
    a_chair("乙 二", "乙 会長")
    found = words(office.get(LIST, {"q": "乙 二"}))
    assert ("乙 会長" in found, "甲 会長" in found) == (True, False)
    assert "甲 会長" in words(office.get(LIST, {"area": "x", "kind": "x", "state": "x"}))


def test_a_position_is_closed_and_opened_again(office: Client) -> None:
    chair = a_chair()
    page = f"{page_of(chair.position)}close/"
    assert "月木 正さんは、この席を失います" in words(office.get(page))
    office.post(page)
    assert "つきのき校区 会長" not in words(office.get(LIST)).split('id="positions"')[1]
    assert "つきのき校区 会長" in words(office.get(LIST, {"state": "closed"}))
    office.post(f"{page_of(chair.position)}reopen/")
    assert "空席です" in words(office.get(page_of(chair.position)))


def test_a_desk_gets_clerks_and_loses_them(office: Client, hinokuni: Cast) -> None:
    desk = a_desk()
    office.post(f"{page_of(desk)}clerks/", {"person": hinokuni.roads_clerk.pk})
    office.post(f"{page_of(desk)}clerks/", {"person": hinokuni.waste_clerk.pk})
    assert Tenure.objects.open().filter(position=desk).count() == 2
    tenure = Tenure.objects.get(person=hinokuni.roads_clerk)
    office.post(f"{page_of(desk)}release/{tenure.pk}/")
    page = words(office.get(page_of(desk)))
    assert "減量 みどり" in page
    assert office.get(f"{page_of(desk)}hand-over/").status_code == 404


# ── the holder's page ──


def test_a_holders_devices_are_seen_and_signed_out(office: Client) -> None:
    chair = a_chair()
    phone = come_in(chair.code)
    path = f"{LIST}holders/{chair.person.pk}/"
    assert "iPhone（Safari）" in words(office.get(path))
    session = UserSession.objects.get(user=chair.person)
    office.post(f"{path}sessions/{session.pk}/end/")
    assert not is_in(phone)
    assert office.post(f"{path}sessions/{session.pk}/end/").status_code == 404


def test_a_holder_is_suspended_and_restored(office: Client) -> None:
    chair = a_chair()
    phone = come_in(chair.code)
    path = f"{LIST}holders/{chair.person.pk}/"
    office.post(f"{path}suspend/")
    assert not is_in(phone)
    assert "停止中" in words(office.get(LIST))
    office.post(f"{path}restore/")
    assert office.post(f"{page_of(chair.position)}code/", {"checked": "窓口で顔を見て"}).headers[
        "Location"
    ]
    assert type_digits(digits_on(words(office.get(page_of(chair.position))))).status_code == 302


def test_who_sees_to_seats_cannot_touch_members_of_staff(office: Client, hinokuni: Cast) -> None:
    a_desk("自治推進課", hinokuni.administrator)
    path = f"{LIST}holders/{hinokuni.administrator.pk}/"
    assert office.get(path).status_code == 404
    assert office.post(path, {"name": "x", "email": "mine@example.jp"}).status_code == 404
    assert office.post(f"{path}suspend/").status_code == 404


def test_the_administrator_ends_any_session_of_staff(
    hinokuni: Cast, sign_in: SignIn, office: Client
) -> None:
    clerk = Client()
    clerk.post(
        "/accounts/login/",
        {"login": "waste@example.jp", "password": "correct horse battery staple"},
    )
    session = UserSession.objects.get(user=hinokuni.waste_clerk)
    path = f"/console/people/{hinokuni.waste_clerk.pk}/"
    assert office.post(f"{path}sessions/{session.pk}/end/").status_code == 403
    administrator = sign_in(hinokuni.administrator)
    assert "サインアウトさせる" in words(administrator.get(path))
    administrator.post(f"{path}sessions/{session.pk}/end/")
    assert clerk.get("/console/").status_code == 302


def test_holders_stand_with_the_seats_not_with_the_staff(hinokuni: Cast, sign_in: SignIn) -> None:
    chair = a_chair()
    administrator = sign_in(hinokuni.administrator)
    assert "月木 正" not in words(administrator.get("/console/people/"))
    answer = administrator.get(f"/console/people/{chair.person.pk}/")
    assert answer.headers["Location"] == f"{LIST}holders/{chair.person.pk}/"
    assert administrator.post(f"/console/people/{chair.person.pk}/resend/").status_code == 302


def test_the_record_speaks_of_seats_in_words(hinokuni: Cast, sign_in: SignIn) -> None:
    a_chair()
    page = words(sign_in(hinokuni.administrator).get("/console/audit/"))
    assert "役職に人をつけた" in page
    assert "position.appointed" not in page.replace('value="position.appointed"', "")
