# SPDX-License-Identifier: Apache-2.0
"""A room for the record: who gets it, and what is in it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.test import Client

from kairan.audit.models import Entry
from kairan.files.actions import store_photo
from kairan.files.documents import store_document
from kairan.people.models import Person
from kairan.talk import exporting
from kairan.talk.exporting_zip import safe_name
from kairan.talk.models import Member, Message, Recipient, Room
from tests.cast import Cast
from tests.files.pictures import jpeg
from tests.talk.factories import a_person, a_room, a_seat, attach, said

SignIn = Callable[[Person], Client]


@pytest.fixture
def chair(hinokuni: Cast) -> Person:
    return a_person("槇塚 一郎")


@pytest.fixture
def room(hinokuni: Cast, chair: Person) -> Room:
    desk = a_seat("自治推進課", hinokuni.roads_manager, kind="desk")
    return a_room("会長会", desk, a_seat("槇塚台校区 会長", chair))


def address(room: Room) -> str:
    return f"/console/talk/{room.pk}/export/"


def taken(client: Client, room: Room, form: str, **more: str) -> bytes:
    answer = client.post(address(room), {"form": form, "names": "on", **more})
    assert answer.status_code == 200, answer.content[:3000].decode()
    assert answer["Cache-Control"] == "no-store"
    content: Any = answer.getvalue()
    return bytes(content)


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def room_json(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        read: dict[str, Any] = json.loads(archive.read("room.json"))
        return read


def test_the_pdf_says_who_said_what_when_and_who_has_read_it(
    hinokuni: Cast, room: Room, chair: Person, sign_in: SignIn
) -> None:
    said(chair, room, "防災訓練は10時からです。\n集合は公園です。")
    said(chair, room, kind="stamp", stamp="thanks")
    words = words_of(taken(sign_in(hinokuni.administrator), room, "pdf"))
    assert "会長会" in words
    assert "槇塚台校区 会長（槇塚 一郎）" in words
    assert "防災訓練は10時からです。\r\n集合は公園です。" in words
    assert "［スタンプ］ありがとうございます" in words
    assert "既読 0/1" in words
    assert "まだ: 自治推進課" in words


def test_names_of_readers_are_left_out_where_nobody_asks_for_them(
    hinokuni: Cast, room: Room, chair: Person, sign_in: SignIn
) -> None:
    said(chair, room, "こんにちは")
    answer = sign_in(hinokuni.administrator).post(address(room), {"form": "pdf"})
    assert "まだ:" not in words_of(answer.content)


def test_what_was_recalled_is_marked_and_gone(
    hinokuni: Cast, room: Room, chair: Person, sign_in: SignIn
) -> None:
    message = said(chair, room, "まちがい")
    now = message.sent_at
    Message.objects.filter(pk=message.pk).update(text="", recalled_at=now, recalled_by=chair)
    client = sign_in(hinokuni.administrator)
    assert "送信を取り消しました。槇塚 一郎" in words_of(taken(client, room, "pdf"))
    assert room_json(taken(client, room, "zip"))["messages"][0]["recalled"]["by"] == "槇塚 一郎"


def test_the_zip_holds_messages_photos_and_files(
    hinokuni: Cast, room: Room, chair: Person, sign_in: SignIn
) -> None:
    photo = store_photo(acting=chair, content=jpeg(), name="公園.png")
    file = store_document(acting=chair, content=ContentFile(b"%PDF-1.4\n%%EOF\n"), name="案内.pdf")
    said(chair, room, "写真です", kind="photos", attachments=[attach(chair, stored=photo)])
    said(chair, room, kind="file", attachments=[attach(chair, document=file)])
    Recipient.objects.update(read_at="2026-11-22T10:00:00+09:00", read_by=hinokuni.roads_manager)
    content = taken(sign_in(hinokuni.administrator), room, "zip")
    read = room_json(content)
    first, second = read["messages"]
    assert read["format"] == "kairan-room/1"
    assert first["text"] == "写真です"
    assert first["readers"][0]["person"] == "土木 課長"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read(first["attachments"][0]["path"])[:2] == b"\xff\xd8"
        assert archive.read(second["attachments"][0]["path"]) == b"%PDF-1.4\n%%EOF\n"


def test_pictures_stand_in_the_pdf(
    hinokuni: Cast, room: Room, chair: Person, sign_in: SignIn
) -> None:
    photo = store_photo(acting=chair, content=jpeg(), name="公園.png")
    said(chair, room, kind="photos", attachments=[attach(chair, stored=photo)])
    pdf = pypdfium2.PdfDocument(taken(sign_in(hinokuni.administrator), room, "pdf"))
    kinds = [thing.type for page in pdf for thing in page.get_objects()]
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE in kinds


def test_a_desk_takes_out_its_own_rooms_and_no_others(
    hinokuni: Cast, room: Room, chair: Person, sign_in: SignIn
) -> None:
    others = a_room("別の課の部屋", a_seat("別の課", kind="desk"))
    manager = sign_in(hinokuni.roads_manager)
    assert manager.get(address(room)).status_code == 200
    assert manager.get(address(others)).status_code == 404
    assert manager.post(address(others), {"form": "pdf"}).status_code == 404


def test_clerks_and_leaders_take_out_nothing(
    hinokuni: Cast, room: Room, chair: Person, sign_in: SignIn
) -> None:
    assert sign_in(hinokuni.roads_clerk).post(address(room), {"form": "zip"}).status_code == 403
    assert sign_in(chair).post(address(room), {"form": "zip"}).status_code == 403


def test_what_two_leaders_say_to_each_other_is_nobody_elses(
    hinokuni: Cast, room: Room, chair: Person, sign_in: SignIn
) -> None:
    one, other = a_seat("西校区 会長"), a_seat("東校区 会長")
    direct = a_room("", one, other, kind="direct", pair=f"{one.pk}:{other.pk}")
    administrator = sign_in(hinokuni.administrator)
    assert administrator.get(address(direct)).status_code == 404
    assert administrator.post(address(direct), {"form": "zip"}).status_code == 404


def test_it_is_written_down_who_took_it_out(
    hinokuni: Cast, room: Room, chair: Person, sign_in: SignIn
) -> None:
    said(chair, room, "こんにちは")
    taken(sign_in(hinokuni.administrator), room, "zip")
    entry = Entry.objects.get(verb="talk.room_exported")
    assert entry.summary == "会長会（ZIP、1件）"


def test_days_bound_it_and_long_rooms_are_printed_by_period(
    hinokuni: Cast, room: Room, chair: Person, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = said(chair, room, "去年のこと")
    Message.objects.filter(pk=old.pk).update(sent_at="2025-11-21T23:59:00+09:00")
    said(chair, room, "今年のこと")
    client = sign_in(hinokuni.administrator)
    read = room_json(taken(client, room, "zip", since="2025-11-21", until="2025-11-21"))
    assert [message["text"] for message in read["messages"]] == ["去年のこと"]
    monkeypatch.setattr("kairan.talk.export_views.MOST_PRINTED", 1)
    assert client.post(address(room), {"form": "pdf"}).status_code == 422
    wrong = {"form": "pdf", "since": "2026-01-02", "until": "2026-01-01"}
    assert client.post(address(room), wrong).status_code == 422


def test_tricks_of_direction_and_names_of_files_are_made_harmless(
    hinokuni: Cast, room: Room, chair: Person, sign_in: SignIn
) -> None:
    message = said(chair, room, "x")
    Message.objects.filter(pk=message.pk).update(text="あ\u202eいう\u2066え")
    client = sign_in(hinokuni.administrator)
    assert room_json(taken(client, room, "zip"))["messages"][0]["text"] == "あいうえ"
    assert "あいうえ" in words_of(taken(client, room, "pdf"))
    assert safe_name("../../etc/pass\u202ewd:x.pdf") == "_.._etc_passwd_x.pdf"
    assert safe_name("...") == "file"


def test_more_than_a_batch_comes_whole_and_in_order(
    hinokuni: Cast, room: Room, chair: Person, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "BATCH", 3)
    for number in range(8):
        said(chair, room, f"{number}番")
    read = room_json(taken(sign_in(hinokuni.administrator), room, "zip"))
    assert [message["number"] for message in read["messages"]] == list(range(1, 9))


def test_a_desk_that_came_later_takes_out_what_it_may_read(
    hinokuni: Cast, room: Room, chair: Person, sign_in: SignIn
) -> None:
    before = said(chair, room, "窓口のいないときの話")
    desk = Member.objects.get(room=room, position__kind="desk")
    Member.objects.filter(pk=desk.pk).update(sees_after=before.number)
    said(chair, room, "いまの話", answers=before.pk)
    ours = taken(sign_in(hinokuni.roads_manager), room, "zip")
    assert [one["text"] for one in room_json(ours)["messages"]] == ["いまの話"]
    paper = words_of(taken(sign_in(hinokuni.roads_manager), room, "pdf"))
    assert "いまの話" in paper
    assert "窓口のいない" not in paper
    whole = room_json(taken(sign_in(hinokuni.administrator), room, "zip"))
    assert len(whole["messages"]) == 2
