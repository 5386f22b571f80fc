# SPDX-License-Identifier: Apache-2.0
"""A case goes to another system: once, signed, and again when that did not work."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kairan.audit.actors import PROGRAM
from kairan.deliveries.models import Delivery
from kairan.people.models import Person
from kairan.reports.actions import refer, send_again
from kairan.reports.actions.partners import NotSendable
from kairan.reports.handover_work import look_at, send_one, sweep
from kairan.reports.models import Authority, Case, CaseEntry, Connection, Handover, HandoverAttempt
from kairan.residents.actions import keep_contact
from kairan.residents.queries import contact_about
from tests.cast import Cast
from tests.partners.partner import CREATED, Answer, Partner, status_xml

SignIn = Callable[[Person], Client]
State = Handover.State


def hand_over(case: Case, to: Authority) -> Handover:
    refer(acting=PROGRAM, case=case, authority=to, message="県が直します")
    return Handover.objects.get(case=case)


def again(handover: Handover) -> Handover:
    """The time has come for the next try."""
    Handover.objects.filter(pk=handover.pk).update(due_at=timezone.now())
    send_one(handover.pk)
    handover.refresh_from_db()
    return handover


def timeline(case: Case) -> list[str]:
    entries = CaseEntry.objects.filter(case=case, kind="partner").order_by("id")
    return [entry.data["event"] for entry in entries]


def test_a_webhook_carries_the_matter_signed(
    lamp: Case, prefecture: Authority, partner: Partner
) -> None:
    handover = again(hand_over(lamp, prefecture))
    (got,) = partner.got
    signed = got.headers["Kairan-Timestamp"].encode() + b"." + got.body
    right = hmac.new(b"shared-secret", signed, hashlib.sha256).hexdigest()
    assert got.headers["Kairan-Signature"] == f"v1={right}"
    told = json.loads(got.body)
    assert told["id"] == got.headers["Idempotency-Key"] == str(handover.key)
    assert told["case"]["number"] == lamp.number
    assert told["case"]["reports"][0]["text"] == "夜になると真っ暗です"
    assert told["case"]["position"] == {"lat": 32.7, "long": 130.2}


def test_what_arrived_is_on_the_timeline_and_its_copy_gone(
    lamp: Case, prefecture: Authority, partner: Partner
) -> None:
    partner.will(Answer(body='{"id": "P-9", "status": "受付", "notes": "3日以内に見ます"}'))
    handover = again(hand_over(lamp, prefecture))
    assert (handover.state, handover.payload) == (State.DELIVERED, {})
    assert (handover.remote_id, handover.remote_notes) == ("P-9", "3日以内に見ます")
    assert timeline(lamp) == ["sent"]
    again(handover)
    assert len(partner.got) == 1


def test_nobody_s_name_goes_along(lamp: Case, prefecture: Authority, partner: Partner) -> None:
    report = lamp.reports.get()
    about = contact_about(run_key=report.run_key, report_id=report.pk)
    keep_contact(acting=PROGRAM, about=about, name="市川 花子", phone="090-1234-5678")
    again(hand_over(lamp, prefecture))
    body = partner.got[0].body.decode()
    assert "花子" not in body
    assert "090-1234-5678" not in body


def test_open311_gets_its_own_code_and_our_key(
    lamp: Case, company: Authority, partner: Partner
) -> None:
    partner.will(Answer(body=CREATED))
    handover = again(hand_over(lamp, company))
    (got,) = partner.got
    assert got.path == "/in/requests.xml"
    assert got.form["api_key"] == "their-api-key"
    assert (got.form["service_code"], got.form["jurisdiction_id"]) == ("LAMP", "power.example")
    assert got.form["attribute[state]"] == "other"
    assert "attribute[kind]" not in got.form
    assert (got.form["lat"], got.form["long"]) == ("32.7", "130.2")
    assert "夜になると真っ暗です" in got.form["description"]
    assert (handover.state, handover.remote_id) == (State.DELIVERED, "K-77")
    assert handover.poll_at


def test_an_authority_without_a_system_is_told_by_phone(hinokuni: Cast, lamp: Case) -> None:
    authority = Authority.objects.create(name="国道出張所", phone="096-000-7000")
    Connection.objects.create(authority=authority)
    refer(acting=PROGRAM, case=lamp, authority=authority)
    assert not Handover.objects.exists()


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_what_may_do_later_is_tried_again_under_the_same_key(
    lamp: Case, prefecture: Authority, partner: Partner, status: int
) -> None:
    partner.will(Answer(status, headers={"Retry-After": "120"}), Answer())
    handover = again(hand_over(lamp, prefecture))
    assert handover.state == State.PLANNED
    assert handover.due_at > timezone.now() + timedelta(seconds=25)
    send_one(handover.pk)  # too early
    assert len(partner.got) == 1
    assert again(handover).state == State.DELIVERED
    first, second = (got.headers["Idempotency-Key"] for got in partner.got)
    assert first == second
    tries = HandoverAttempt.objects.order_by("id").values_list("status_code", flat=True)
    assert list(tries) == [status, 200]


def test_a_server_that_is_down_is_tried_again(lamp: Case, prefecture: Authority) -> None:
    Connection.objects.update(url="http://127.0.0.1:9/in")
    handover = again(hand_over(lamp, prefecture))
    assert handover.state == State.PLANNED
    assert HandoverAttempt.objects.get().status_code is None


def test_what_was_erased_meanwhile_is_not_sent(
    lamp: Case, prefecture: Authority, partner: Partner
) -> None:
    handover = hand_over(lamp, prefecture)
    Handover.objects.update(payload={})
    assert again(handover).state == State.FAILED
    assert partner.got == []


@pytest.mark.parametrize("status", [400, 403, 404, 302])
def test_what_is_refused_waits_for_a_person(
    lamp: Case, prefecture: Authority, partner: Partner, status: int
) -> None:
    partner.will(Answer(status, "no such code", {"Location": "http://127.0.0.1:1/"}))
    handover = again(hand_over(lamp, prefecture))
    assert handover.state == State.FAILED
    assert f"HTTP {status} no such code" in handover.failed_reason
    assert "ください" in handover.failed_reason or "受け付けませんでした" in handover.failed_reason
    assert timeline(lamp) == ["failed"]
    again(handover)
    assert len(partner.got) == 1


def test_the_department_hears_of_a_failure(
    lamp: Case, prefecture: Authority, partner: Partner, hinokuni: Cast
) -> None:
    hinokuni.roads.email = "roads-desk@example.jp"
    hinokuni.roads.save(update_fields=["email"])
    lamp.kind.closed_hours = "at_once"
    lamp.kind.save(update_fields=["closed_hours"])
    partner.will(Answer(400))
    again(hand_over(lamp, prefecture))
    (mail,) = Delivery.objects.filter(recipient="mail:roads-desk@example.jp", once__contains="hand")
    assert "他機関へ送れませんでした" in mail.payload["subject"]


def test_send_again_uses_the_same_key(
    lamp: Case, prefecture: Authority, partner: Partner, hinokuni: Cast, sign_in: SignIn
) -> None:
    partner.will(Answer(400), Answer())
    handover = again(hand_over(lamp, prefecture))
    client = sign_in(hinokuni.roads_clerk)
    assert "もう一度送る" in client.get(reverse("reports:handovers")).content.decode()
    client.post(reverse("reports:handover_again", args=[handover.pk]), {"back": "list"})
    assert again(handover).state == State.DELIVERED
    assert len({got.headers["Idempotency-Key"] for got in partner.got}) == 1
    with pytest.raises(NotSendable):
        send_again(acting=PROGRAM, handover=handover)


def test_a_killed_try_is_made_again_and_a_living_one_left_alone(
    lamp: Case, prefecture: Authority, partner: Partner
) -> None:
    handover = hand_over(lamp, prefecture)
    attempt = HandoverAttempt.objects.create(handover=handover, started_at=timezone.now())
    Handover.objects.update(state=State.SENDING, tries=1)
    assert again(handover).state == State.SENDING
    assert partner.got == []
    attempt.started_at -= timedelta(minutes=2)
    attempt.save(update_fields=["started_at"])
    assert again(handover).state == State.DELIVERED
    assert partner.got[0].headers["Idempotency-Key"] == str(handover.key)


def test_the_clock_finds_what_was_left(lamp: Case, prefecture: Authority, partner: Partner) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    hand_over(lamp, prefecture)
    ProcrastinateJob.objects.all().delete()
    Handover.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    sweep()
    assert ProcrastinateJob.objects.filter(task_name__endswith="handover_jobs.send").exists()


def test_their_news_are_told_once(lamp: Case, company: Authority, partner: Partner) -> None:
    partner.will(Answer(body=CREATED))
    handover = again(hand_over(lamp, company))
    look(handover, partner, status_xml("open", "受け付けました"))
    assert timeline(lamp) == ["sent"]
    look(handover, partner, status_xml("closed", "電球を替えました"))
    look(handover, partner, status_xml("closed", "電球を替えました"))
    assert timeline(lamp) == ["sent", "answer"]
    entry = CaseEntry.objects.filter(case=lamp, kind="partner").latest("id")
    assert (entry.text, entry.data["status"], entry.public) == ("電球を替えました", "closed", False)
    handover.refresh_from_db()
    assert handover.poll_at is None


def test_a_token_becomes_a_number(lamp: Case, company: Authority, partner: Partner) -> None:
    token = "<service_requests><request><token>t-1</token></request></service_requests>"
    partner.will(Answer(body=token))
    handover = again(hand_over(lamp, company))
    assert (handover.remote_id, handover.remote_token) == ("", "t-1")
    look(handover, partner, status_xml("open", "受け付けました"))
    handover.refresh_from_db()
    assert handover.remote_id == "K-77"
    assert [got.path.partition("?")[0] for got in partner.got[1:]] == [
        "/in/tokens/t-1.xml",
        "/in/requests/K-77.xml",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "<html>ok</html>",
        "not xml",
        "<service_requests><request/></service_requests>",
        '<!DOCTYPE x [<!ENTITY a "aaaa">]><service_requests>&a;</service_requests>',
    ],
)
def test_an_answer_that_is_no_open311_waits_for_a_person(
    lamp: Case, company: Authority, partner: Partner, body: str
) -> None:
    partner.will(Answer(body=body))
    assert again(hand_over(lamp, company)).state == State.FAILED


def test_the_case_s_page_shows_how_it_stands(
    lamp: Case, company: Authority, partner: Partner, hinokuni: Cast, sign_in: SignIn
) -> None:
    client = sign_in(hinokuni.roads_clerk)
    before = client.get(reverse("reports:case", args=[lamp.pk])).content.decode()
    assert "電力会社（システムへ送ります）" in before
    partner.will(Answer(body=CREATED))
    again(hand_over(lamp, company))
    after = client.get(reverse("reports:case", args=[lamp.pk])).content.decode()
    assert "K-77" in after
    assert "電力会社のシステムに届きました" in after


def look(handover: Handover, partner: Partner, *bodies: str) -> None:
    partner.will(*(Answer(body=body) for body in bodies))
    Handover.objects.filter(pk=handover.pk).exclude(poll_at=None).update(poll_at=timezone.now())
    look_at(handover.pk)
