# SPDX-License-Identifier: Apache-2.0
"""Handover: the seat stays, the person changes, and the predecessor is out in the same moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kairan.audit.actors import CLOCK, PROGRAM
from kairan.audit.models import Entry
from kairan.people.models import Membership, Person, Role
from kairan.people.positions import notices
from kairan.people.positions.actions import (
    AlreadyHeld,
    BadLastDay,
    HandedOver,
    NobodyThere,
    NotAPost,
    NotStaff,
    SameHolder,
    Suspended,
    add_holder,
    appoint,
    close_position,
    end_reading,
    hand_over,
    issue_own_code,
    keep_plans,
    release,
)
from kairan.people.positions.holding import seats_of
from kairan.people.positions.models import PlannedHandover, Position, SignInCode, Tenure
from kairan.push.models import Subscription
from tests.cast import Cast
from tests.people.positions.factories import (
    Chair,
    a_chair,
    a_desk,
    a_post,
    come_in,
    is_in,
    type_digits,
)

SignIn = Callable[[Person], Client]


def today() -> date:
    return timezone.localdate()


def handed(cast: Cast, chair: Chair, **given: object) -> HandedOver:
    """To 新田 花, at once."""
    successor = add_holder(acting=PROGRAM, name="新田 花")
    fields = {"last_day": today(), "acting": cast.administrator, "successor": successor} | given
    return hand_over(position=chair.position, **fields)  # type: ignore[arg-type]


def a_passkey(person: Person) -> None:
    Authenticator.objects.create(user=person, type="webauthn", data={"name": "電話"})


def a_subscription(person: Person) -> Subscription:
    return Subscription.objects.create(
        person_id=person.pk,
        session_key="somewhere",
        endpoint="https://push.example.jp/x",
        endpoint_hash=str(person.pk),
        p256dh="x",
        auth="x",
    )


# ── at once ──


def test_the_predecessor_is_out_at_once_and_the_successor_comes_in_by_code(
    hinokuni: Cast,
) -> None:
    chair = a_chair()
    phone = come_in(chair.code)
    assert is_in(phone)
    done = handed(hinokuni, chair)
    assert not is_in(phone)
    assert phone.post("/community/devices/code/").status_code == 302
    assert done.code is not None
    successor = come_in(done.code)
    assert is_in(successor)
    assert "新田 花" in str(seats_of_holder(chair))


def seats_of_holder(chair: Chair) -> list[str]:
    open_tenures = Tenure.objects.open().filter(position=chair.position)
    return list(open_tenures.values_list("person__name", flat=True))


def test_everything_the_predecessor_came_in_by_goes_in_the_same_transaction(
    hinokuni: Cast,
) -> None:
    chair = a_chair()
    session_key = come_in(chair.code).session.session_key
    a_passkey(chair.person)
    push = a_subscription(chair.person)
    own = issue_own_code(acting=chair.person)
    try:
        with transaction.atomic():
            handed(hinokuni, chair)
            raise RuntimeError
    except RuntimeError:
        pass
    assert Authenticator.objects.filter(user=chair.person).exists()
    epoch = chair.person.session_epoch
    handed(hinokuni, chair)
    chair.person.refresh_from_db()
    push.refresh_from_db()
    assert chair.person.session_epoch == epoch + 1
    assert not Authenticator.objects.filter(user=chair.person).exists()
    assert not UserSession.objects.filter(user=chair.person).exists()
    assert not Session.objects.filter(pk=session_key).exists()
    assert push.state == "gone"
    assert type_digits(own.digits).status_code == 422


def test_open_pages_of_both_are_told(hinokuni: Cast) -> None:
    chair = a_chair()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        handed(hinokuni, chair)
    told = [q["sql"] for q in queries if "pg_notify" in q["sql"]]
    assert any("person.signed_out" in one and f"person:{chair.person.pk}" in one for one in told)
    assert any(f"position:{chair.position.pk}" in one for one in told)


def test_it_stands_in_the_record_with_both_names(hinokuni: Cast) -> None:
    chair = a_chair()
    handed(hinokuni, chair)
    entry = Entry.objects.get(verb="position.handed_over")
    assert entry.actor_id == hinokuni.administrator.pk
    assert entry.summary == "つきのき校区 会長: 月木 正 → 新田 花"


def test_the_days_of_both_tenures_meet(hinokuni: Cast) -> None:
    chair = a_chair()
    Tenure.objects.update(starts_on=today() - timedelta(days=700))
    done = handed(hinokuni, chair, last_day=today() - timedelta(days=3))
    chair.tenure.refresh_from_db()
    assert done.tenure is not None
    assert chair.tenure.last_day == today() - timedelta(days=3)
    assert done.tenure.starts_on == today() - timedelta(days=2)


def test_who_has_another_seat_loses_this_one_alone(hinokuni: Cast) -> None:
    chair = a_chair()
    other = a_post("防災委員会 委員長")
    appoint(acting=PROGRAM, position=other, person=chair.person)
    phone = come_in(issue_own_code(acting=chair.person))
    a_passkey(chair.person)
    handed(hinokuni, chair)
    assert is_in(phone)
    assert [seat.name for seat in seats_of(chair.person)] == ["防災委員会 委員長"]
    assert Authenticator.objects.filter(user=chair.person).exists()


def test_a_member_of_staff_who_held_it_stays_in_the_console(
    hinokuni: Cast, sign_in: SignIn
) -> None:
    post = a_post()
    _tenure, code = appoint(acting=PROGRAM, position=post, person=hinokuni.roads_clerk)
    assert code is None  # no way round their password
    client = sign_in(hinokuni.roads_clerk)
    assert is_in(client)
    hand_over(
        acting=PROGRAM,
        position=post,
        successor=add_holder(acting=PROGRAM, name="新田 花"),
        last_day=today(),
    )
    assert not is_in(client)
    assert client.get("/console/").status_code == 200


def test_the_sheet_that_was_never_used_is_worth_nothing_afterwards(hinokuni: Cast) -> None:
    chair = a_chair()
    handed(hinokuni, chair)
    assert Client().post(chair.code.path).status_code == 410
    assert type_digits(chair.code.digits).status_code == 422


@pytest.mark.parametrize("problem", ["same", "early", "suspended", "empty", "desk"])
def test_a_handover_that_makes_no_sense_changes_nothing(hinokuni: Cast, problem: str) -> None:
    chair = a_chair()
    successor = add_holder(acting=PROGRAM, name="新田 花")
    position, last_day = chair.position, today()
    if problem == "same":
        successor = chair.person
    elif problem == "early":
        last_day = today() - timedelta(days=1)
    elif problem == "suspended":
        Person.objects.filter(pk=successor.pk).update(is_active=False)
        successor.refresh_from_db()
    elif problem == "empty":
        position = a_post("空きの席")
    else:
        position = a_desk("自治推進課", hinokuni.roads_clerk)
    errors = (SameHolder, BadLastDay, Suspended, NobodyThere, NotAPost)
    with pytest.raises(errors):
        hand_over(acting=PROGRAM, position=position, successor=successor, last_day=last_day)
    assert seats_of_holder(chair) == ["月木 正"]


def test_the_database_itself_lets_one_alone_hold_a_post(hinokuni: Cast) -> None:
    chair = a_chair()
    with pytest.raises(AlreadyHeld):
        appoint(acting=PROGRAM, position=chair.position, person=hinokuni.roads_clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenure.objects.create(
            position=chair.position, person=hinokuni.roads_clerk, starts_on=today()
        )


# ── reading on ──


def test_a_predecessor_reads_on_for_some_days_and_writes_no_more(hinokuni: Cast) -> None:
    chair = a_chair()
    phone = come_in(chair.code)
    handed(hinokuni, chair, reads_on_days=7)
    assert is_in(phone)
    (seat,) = seats_of(chair.person)
    assert (seat.name, seat.may_write) == ("つきのき校区 会長", False)


def test_when_the_days_are_over_the_clock_revokes_everything(hinokuni: Cast) -> None:
    chair = a_chair()
    phone = come_in(chair.code)
    a_passkey(chair.person)
    handed(hinokuni, chair, reads_on_days=7)
    end_reading(acting=CLOCK)
    assert is_in(phone)
    Tenure.objects.filter(pk=chair.tenure.pk).update(reads_until=timezone.now())
    assert not is_in(phone)
    end_reading(acting=CLOCK)
    assert not Authenticator.objects.exists()
    assert not UserSession.objects.filter(user=chair.person).exists()
    end_reading(acting=CLOCK)
    assert Entry.objects.filter(verb="position.reading_ended").count() == 1


def test_who_reads_on_and_is_appointed_again_writes(hinokuni: Cast) -> None:
    chair = a_chair()
    done = handed(hinokuni, chair, reads_on_days=30)
    assert done.tenure is not None
    release(acting=PROGRAM, tenure=done.tenure)
    appoint(acting=PROGRAM, position=chair.position, person=chair.person)
    (seat,) = seats_of(chair.person)
    assert seat.may_write


# ── planned ──


def test_a_handover_for_a_day_to_come_waits_for_that_day_to_be_over(hinokuni: Cast) -> None:
    chair = a_chair()
    phone = come_in(chair.code)
    done = handed(hinokuni, chair, last_day=today() + timedelta(days=10), reads_on_days=7)
    assert (done.tenure, done.code) == (None, None)
    PlannedHandover.objects.update(last_day=today())
    keep_plans(acting=CLOCK)
    assert seats_of_holder(chair) == ["月木 正"]
    Tenure.objects.update(starts_on=today() - timedelta(days=90))
    PlannedHandover.objects.update(last_day=today() - timedelta(days=1))
    keep_plans(acting=CLOCK)
    assert seats_of_holder(chair) == ["新田 花"]
    assert not PlannedHandover.objects.exists()
    assert is_in(phone)  # reads on
    chair.tenure.refresh_from_db()
    assert chair.tenure.last_day == today() - timedelta(days=1)
    successor = Tenure.objects.open().get(position=chair.position)
    assert successor.starts_on == today()
    assert Entry.objects.get(verb="position.handed_over").actor_kind == "clock"


def test_a_plan_that_cannot_be_kept_is_given_up_and_told(hinokuni: Cast) -> None:
    chair = a_chair()
    done = handed(hinokuni, chair, last_day=today() + timedelta(days=10))
    assert done.planned is not None
    Tenure.objects.update(starts_on=today() - timedelta(days=90))
    Person.objects.filter(pk=done.planned.successor_id).update(is_active=False)
    PlannedHandover.objects.update(last_day=today() - timedelta(days=1))
    keep_plans(acting=CLOCK)
    assert seats_of_holder(chair) == ["月木 正"]
    assert not PlannedHandover.objects.exists()
    notices.mail_handover(chair.position, hinokuni.administrator, done=False)
    assert "できませんでした" in mail.outbox[-1].subject


def test_a_second_plan_takes_the_place_of_the_first(hinokuni: Cast) -> None:
    chair = a_chair()
    handed(hinokuni, chair, last_day=today() + timedelta(days=10))
    handed(hinokuni, chair, last_day=today() + timedelta(days=20))
    assert PlannedHandover.objects.get().last_day == today() + timedelta(days=20)
    handed(hinokuni, chair)
    assert not PlannedHandover.objects.exists()


# ── leaving without a successor; closing; desks ──


def test_a_post_is_left_empty(hinokuni: Cast) -> None:
    chair = a_chair()
    phone = come_in(chair.code)
    release(acting=hinokuni.administrator, tenure=chair.tenure)
    assert not is_in(phone)
    assert Position.objects.get(pk=chair.position.pk).closed_at is None


def test_a_closed_position_is_read_no_more_by_anybody(hinokuni: Cast) -> None:
    chair = a_chair()
    before = come_in(chair.code)
    done = handed(hinokuni, chair, reads_on_days=30)
    assert done.code is not None
    now = come_in(done.code)
    close_position(acting=hinokuni.administrator, position=chair.position)
    assert (is_in(before), is_in(now)) == (False, False)
    assert not SignInCode.objects.filter(used_at=None, withdrawn_at=None).exists()


def test_two_clerks_share_a_desk_and_one_leaves(hinokuni: Cast, sign_in: SignIn) -> None:
    desk = a_desk("自治推進課", hinokuni.roads_clerk, hinokuni.waste_clerk)
    clients = sign_in(hinokuni.roads_clerk), sign_in(hinokuni.waste_clerk)
    assert [is_in(client) for client in clients] == [True, True]
    release(acting=PROGRAM, tenure=desk.tenures.get(person=hinokuni.roads_clerk))
    assert [is_in(client) for client in clients] == [False, True]
    assert clients[0].get("/console/").status_code == 200


def test_at_a_desk_sits_staff_alone(hinokuni: Cast) -> None:
    desk = a_desk()
    person = add_holder(acting=PROGRAM, name="外 人")
    with pytest.raises(NotStaff):
        appoint(acting=PROGRAM, position=desk, person=person)


def test_seats_are_read_with_one_query_in_the_towns_order(hinokuni: Cast) -> None:
    person = add_holder(acting=PROGRAM, name="兼 任")
    for place, name in ((2, "乙"), (1, "甲")):
        appoint(acting=PROGRAM, position=a_post(name, place=place), person=person)
    with CaptureQueriesContext(connection) as queries:
        assert [seat.name for seat in seats_of(person)] == ["甲", "乙"]
    assert len(queries) == 1


def test_a_neighbours_seat_is_none_here(cast: Cast) -> None:
    from kairan.municipalities.tenancy import town

    with town(cast.neighbour):
        chair = a_chair()
    with town(cast.hinokuni):
        assert seats_of(chair.person) == []
        assert not Position.objects.exists()
        assert not Membership.objects.filter(person=chair.person, role=Role.VIEWER).exists()
