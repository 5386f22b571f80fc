# SPDX-License-Identifier: Apache-2.0
"""From the pipe to the row that waits for a clerk."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest

from kairan.deliveries.models import Delivery
from kairan.files.models import StoredFile
from kairan.intake import receiving
from kairan.intake.models import IncomingMail
from kairan.intake.receiving import receive
from tests.cast import Cast
from tests.files.pictures import exif, heic, jpeg
from tests.intake.mails import attach, mail

State, Why = IncomingMail.State, IncomingMail.Why


def taken(message: EmailMessage | str = "", **given: Any) -> IncomingMail:
    if isinstance(message, str):
        message = mail(**({"text": message} if message else {}), **given)
    found = receive(message.as_bytes())
    assert found is not None
    return IncomingMail.objects.get(pk=found.pk)


def test_a_mail_waits_with_its_photo_and_a_guess(town: Cast) -> None:
    row = taken(photos=1)
    assert row.state == State.NEW
    assert row.kind is not None
    assert row.kind.key == "park"
    assert (row.sender, row.may_answer) == ("hanako@mail.example.jp", True)
    assert row.photos.count() == 1


def test_the_writers_address_is_sealed(town: Cast) -> None:
    from django.db import connection

    taken()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sender, sender_name FROM intake_incomingmail")
        assert "hanako" not in str(cursor.fetchall())


def test_a_mail_without_a_photo_waits_too(town: Cast) -> None:
    row = taken("ただの言葉です。", subject="")
    assert (row.state, row.photos.count(), row.kind) == (State.NEW, 0, None)


def test_the_same_mail_comes_in_once(town: Cast) -> None:
    message = mail(photos=1)
    assert taken(message).pk == taken(message).pk
    assert StoredFile.objects.count() == 1


def test_two_mails_without_an_id_are_told_apart_by_their_words(town: Cast) -> None:
    taken("一つめ", message_id="")
    taken("二つめ", message_id="")
    taken("一つめ", message_id="")
    assert IncomingMail.objects.count() == 2


def test_of_forty_photos_twenty_are_kept(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    small = StoredFile.objects.create(size=1, sha256="", width=1, height=1, given_by_kind="program")
    asked: list[str] = []

    def store(*, once: str, **_given: object) -> StoredFile:
        asked.append(once)
        return small

    monkeypatch.setattr(receiving, "store_photo", store)
    row = taken(photos=40)
    assert row.photos.count() == len(set(asked)) == 20
    assert [left["reason"] for left in row.left_out] == ["too_many"] * 20


def test_programs_and_papers_are_named_and_not_kept(town: Cast) -> None:
    message = mail(photos=1)
    attach(message, b"MZ" * 100, "nice.jpg.exe", "application/x-msdownload")
    attach(message, b"PK", "見積.xlsx", "application/vnd.ms-excel")
    attach(message, b"not a photo", "broken.jpg", "image/jpeg")
    row = taken(message)
    assert row.photos.count() == 1
    assert {one["name"]: one["reason"] for one in row.left_out} == {
        "nice.jpg.exe": "not_a_photo",
        "見積.xlsx": "not_a_photo",
        "broken.jpg": "not_a_photo",
    }


def test_a_phones_own_format_and_its_position_are_kept(town: Cast) -> None:
    message = mail()
    attach(message, heic(), "IMG.HEIC", "application/octet-stream")
    where = exif(latitude=(32.0, 42.0, 0.0), longitude=(130.0, 12.0, 0.0))
    attach(message, jpeg(exif=where), "IMG2.JPG", "image/jpeg")
    positions = [photo.stored.position for photo in taken(message).photos.order_by("position")]
    assert positions == [None, (130.2, 32.7)]


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Return-Path": "<>"}, Why.BOUNCE),
        ({"Auto-Submitted": "auto-replied"}, Why.AUTO_REPLY),
        ({"Precedence": "list"}, Why.BULK),
    ],
)
def test_what_a_program_wrote_is_aside_and_never_answered(
    town: Cast, headers: dict[str, str], why: Why
) -> None:
    row = taken(headers=headers, photos=1)
    assert (row.state, row.why, row.may_answer) == (State.ASIDE, why, False)
    assert not StoredFile.objects.exists()
    assert not Delivery.objects.exists()


def test_who_writes_too_often_is_held_back(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "MOST_AN_HOUR", 2)
    monkeypatch.setattr(receiving, "MOST_A_DAY", 3)
    rows = [receive(mail(message_id=f"<{n}@x.example>").as_bytes()) for n in range(4)]
    assert [row.why if row else None for row in rows] == ["", "", Why.TOO_MANY, None]
    assert taken(sender="taro@mail.example.jp", message_id="<9@x>").state == State.NEW


def test_too_large_a_mail_is_refused_with_words(town: Cast) -> None:
    """Of the mailbox's only the headers are there; its writer is told once."""
    row = receive(mail().as_bytes(), size=receiving.MOST_BYTES + 1)
    assert row is not None
    assert (row.state, row.why) == (State.ASIDE, Why.TOO_BIG)
    told = Delivery.objects.get()
    assert told.recipient == "mail:hanako@mail.example.jp"
    assert "40MB" in told.payload["text"]


def test_a_mail_nobody_can_read_is_named(town: Cast) -> None:
    nest = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"
    row = receive(nest * 2_000)
    assert row is not None
    assert (row.state, row.why) == (State.ASIDE, Why.UNREADABLE)


def test_nothing_of_it_is_seen_next_door(town: Cast) -> None:
    from kairan.municipalities import tenancy

    taken()
    with tenancy.town(town.neighbour):
        assert IncomingMail.objects.count() == 0
