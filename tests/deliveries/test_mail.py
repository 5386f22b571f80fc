# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kairan.audit.actors import PROGRAM
from kairan.deliveries import mail_sending
from kairan.deliveries.actions import cancel, erase_payloads, plan_mail
from kairan.deliveries.models import Delivery, State
from kairan.mail.errors import MailDelayed, MailRefused
from kairan.mail.models import TrayMail
from tests.cast import Cast
from tests.working import pass_time, work_off

pytestmark = pytest.mark.usefixtures("hinokuni")


def plan(once: str = "m1", **more: object) -> Delivery:
    return plan_mail(
        acting=PROGRAM,
        to="roads@example.jp",
        subject="新しい通報",
        text="1件",
        purpose="notice",
        once=once,
        **more,  # type: ignore[arg-type]
    )


def test_mail_goes_out_once_however_often_it_is_planned() -> None:
    plan(), plan()
    work_off()
    assert TrayMail.objects.filter(to="roads@example.jp", subject="新しい通報").count() == 1


def test_message_id_belongs_to_the_mail_and_not_to_the_try() -> None:
    one, other = plan("a"), plan("b")
    assert mail_sending.message_id(one) == mail_sending.message_id(one)
    assert mail_sending.message_id(one) != mail_sending.message_id(other)


def test_mail_waits_for_its_time() -> None:
    plan(not_before=timezone.now() + timedelta(hours=6))
    work_off()
    assert not TrayMail.objects.exists()
    pass_time(hours=7)
    assert TrayMail.objects.exists()


def test_mail_for_later_does_not_hold_back_mail_for_now() -> None:
    plan("later", not_before=timezone.now() + timedelta(hours=6))
    plan("now")
    work_off()
    assert TrayMail.objects.count() == 1


def test_server_that_is_away_gets_it_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_mail: object) -> None:
        raise MailDelayed("451")

    delivery = plan()
    with monkeypatch.context() as patch:
        patch.setattr(mail_sending, "send", away)
        work_off()
    assert not TrayMail.objects.exists()
    pass_time(minutes=5)
    delivery.refresh_from_db()
    assert delivery.state == State.ACCEPTED
    assert TrayMail.objects.count() == 1


def test_refused_address_has_failed_and_blocks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_mail: object) -> None:
        raise MailRefused("550 no such user")

    delivery = plan()
    with monkeypatch.context() as patch:
        patch.setattr(mail_sending, "send", refuse)
        work_off()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.failed_reason) == (State.FAILED, "550 no such user")


def test_cancelled_mail_stays_here(hinokuni: Cast) -> None:
    delivery = plan()
    assert cancel(acting=hinokuni.administrator, delivery=delivery, reason="誤り")
    work_off()
    assert not TrayMail.objects.exists()


def test_sent_mail_cannot_be_cancelled(hinokuni: Cast) -> None:
    delivery = plan()
    work_off()
    assert not cancel(acting=hinokuni.administrator, delivery=delivery)


def test_erasing_keeps_the_fact_and_forgets_the_words() -> None:
    delivery = plan(about=("case", 7))
    work_off()
    assert erase_payloads(about=("case", 7)) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.payload) == (State.ACCEPTED, {})
