# SPDX-License-Identifier: Apache-2.0
"""Photos and files on their way into a message, and out to whoever may see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kairan.files.models import StoredDocument, StoredFile
from kairan.talk import uploads
from kairan.talk.actions import rooms
from kairan.talk.models import Attachment, Message
from kairan.talk.storing import NotSaid
from tests.files.conftest import store
from tests.files.papers import PDF, an_archive, office
from tests.files.pictures import jpeg
from tests.talk.ward import Phone, Ward, new_id

__all__ = ["store"]
pytestmark = pytest.mark.usefixtures("store")


def test_a_photo_and_a_document_wait_and_are_sent(ward: Ward) -> None:
    phone, table = ward.phone(ward.hana), office("xlsx")
    photo = _uploaded(phone, "IMG_1.jpg", jpeg())
    paper = _uploaded(phone, "名簿\u202e.xlsx", table)
    assert (photo["photo"], photo["width"], photo["height"]) == (True, 400, 300)
    assert (paper["photo"], paper["name"], paper["width"]) == (False, "名簿.xlsx", None)
    ward.said(ward.hana, "", kind="photos", attachments=[photo["key"]])
    message = ward.said(ward.hana, "", kind="file", attachments=[paper["key"]])
    other = ward.phone(ward.jiro)
    assert other.room(ward.council)["messages"][-1]["attachments"] == [paper]
    assert other.listed(ward.council)["last"]["text"] == "ファイル：名簿.xlsx"
    large = other.client.get(_address(photo["key"], "large"))
    assert large["Content-Type"] == "image/jpeg"
    down = other.client.get(_address(paper["key"], "original"))
    assert b"".join(down.streaming_content) == table  # type: ignore[attr-defined]
    assert down["Content-Disposition"].startswith("attachment")
    assert message.attachments.count() == 1


def test_the_same_key_again_is_the_same_upload(ward: Ward) -> None:
    phone, key = ward.phone(ward.hana), new_id()
    assert _uploaded(phone, "a.pdf", PDF, key=key)["key"] == key
    assert _uploaded(phone, "a.pdf", PDF, key=key)["key"] == key
    assert Attachment.objects.filter(key=key).count() == StoredDocument.objects.count() == 1
    assert _upload(ward.phone(ward.jiro), "a.pdf", PDF, key=key)[0] == 409
    assert _upload(phone, "a.pdf", PDF, key="x")[0] == 422


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.docm", office(word__vbaProject_0bin=b"x"), "マクロ"),
        ("a.jpg", jpeg() + an_archive(), "かくれている"),
        ("a.jpg", b"\xff\xd8\xffbroken", "写真"),
        ("a.exe", b"MZ\x90\x00", "送れません"),
        ("a.pdf", b"", "空でした"),
    ],
)
def test_what_is_refused_is_refused_in_words(
    ward: Ward, name: str, content: bytes, words: str
) -> None:
    status, answer = _upload(ward.phone(ward.hana), name, content)
    assert status == 422
    assert words in answer["error"]
    assert not Attachment.objects.exists()


def test_nothing_in_the_form_is_said_so(ward: Ward) -> None:
    answer = ward.phone(ward.hana).client.post("/community/talk/api/uploads/")
    assert answer.status_code == 422


def test_files_are_seen_by_the_room_alone(ward: Ward) -> None:
    key = _uploaded(ward.phone(ward.hana), "a.jpg", jpeg())["key"]
    assert ward.phone(ward.hana).client.get(_address(key, "thumbnail")).status_code == 200
    # Not sent yet: nobody else's.
    assert ward.phone(ward.jiro).client.get(_address(key, "thumbnail")).status_code == 404
    with pytest.raises(NotSaid, match="attachment"):
        ward.said(ward.jiro, "", kind="photos", attachments=[key])
    ward.said(ward.hana, "", kind="photos", attachments=[key])
    assert ward.phone(ward.jiro).client.get(_address(key, "thumbnail")).status_code == 200
    assert ward.phone(ward.ume).client.get(_address(key, "thumbnail")).status_code == 404
    assert ward.phone(ward.hana).client.get(_address(new_id(), "large")).status_code == 404


def test_files_from_before_ones_time_are_not_there(ward: Ward) -> None:
    rooms.set_history(acting=ward.clerk, room=ward.council, shows_history=False)
    key = _uploaded(ward.phone(ward.hana), "a.jpg", jpeg())["key"]
    ward.said(ward.hana, "", kind="photos", attachments=[key])
    rooms.add(acting=ward.clerk, room=ward.council, positions=[ward.ume_seat.pk])
    assert ward.phone(ward.ume).client.get(_address(key, "large")).status_code == 404


def test_a_document_is_no_photo(ward: Ward) -> None:
    key = _uploaded(ward.phone(ward.hana), "a.pdf", PDF)["key"]
    with pytest.raises(NotSaid, match="attachment"):
        ward.said(ward.hana, "", kind="photos", attachments=[key])


def test_recalling_erases_the_files_with_it(ward: Ward) -> None:
    phone = ward.phone(ward.hana)
    keys = [_uploaded(phone, "a.jpg", jpeg())["key"], _uploaded(phone, "a.jpg", jpeg())["key"]]
    message = ward.said(ward.hana, "", kind="photos", attachments=keys)
    phone.done(f"messages/{message.pk}/recall")
    assert phone.client.get(_address(keys[0], "large")).status_code == 404
    assert {photo.state for photo in StoredFile.objects.all()} == {StoredFile.State.ERASED}


def test_what_was_forwarded_outlives_the_recall(ward: Ward) -> None:
    phone = ward.phone(ward.hana)
    key = _uploaded(phone, "a.pdf", PDF)["key"]
    message = ward.said(ward.hana, "", kind="file", attachments=[key])
    direct = phone.done("rooms/direct/", position=ward.jiro_seat.pk)["room"]
    address, client_id = f"messages/{message.pk}/forward", new_id()
    first = phone.done(address, room=direct, client_id=client_id)
    assert phone.done(address, room=direct, client_id=client_id) == first
    copy = Message.objects.get(pk=first["id"])
    assert (copy.kind, copy.attachments.count()) == ("file", 1)
    assert Attachment.objects.count() == 2
    phone.done(f"messages/{message.pk}/recall")
    other = ward.phone(ward.jiro)
    assert other.client.get(_address(copy.attachments.get().key, "original")).status_code == 200
    phone.done(f"messages/{copy.pk}/recall")
    assert StoredDocument.objects.get().state == StoredFile.State.ERASED


def test_the_key_of_a_recalled_photo_leads_to_nothing_of_it(ward: Ward) -> None:
    phone, clerk = ward.phone(ward.hana), ward.phone(ward.clerk)
    key = _uploaded(phone, "a.jpg", jpeg())["key"]
    message = ward.said(ward.hana, "", kind="photos", attachments=[key])
    direct = ward.phone(ward.jiro).done("rooms/direct/", position=ward.hana_seat.pk)["room"]
    phone.done(f"messages/{message.pk}/forward", room=direct, client_id=new_id())
    phone.done(f"messages/{message.pk}/recall")
    assert clerk.client.get(_address(key, "large")).status_code == 404
    again = _uploaded(clerk, "b.jpg", jpeg(size=(80, 60)), key=key)
    assert (again["width"], again["height"]) == (80, 60)
    assert StoredFile.objects.filter(state=StoredFile.State.STORED).count() == 2


def test_what_waited_too_long_is_uploaded_anew_under_its_key(ward: Ward) -> None:
    phone, key = ward.phone(ward.hana), new_id()
    _uploaded(phone, "a.jpg", jpeg(), key=key)
    assert uploads.sweep(timezone.now() + timedelta(days=2)) == 1
    assert phone.client.get(_address(key, "large")).status_code == 404
    _uploaded(phone, "a.jpg", jpeg(), key=key)
    assert phone.client.get(_address(key, "large")).status_code == 200


def test_uploads_that_are_not_sent_go_after_a_day(ward: Ward) -> None:
    phone = ward.phone(ward.hana)
    sent, left, paper = (
        _uploaded(phone, "a.jpg", jpeg())["key"],
        _uploaded(phone, "a.jpg", jpeg())["key"],
        _uploaded(phone, "a.pdf", PDF)["key"],
    )
    ward.said(ward.hana, "", kind="photos", attachments=[sent])
    assert uploads.sweep() == 0
    assert uploads.sweep(timezone.now() + timedelta(hours=25)) == 2
    assert [str(row.key) for row in Attachment.objects.all()] == [sent]
    assert phone.client.get(_address(left, "large")).status_code == 404
    assert phone.client.get(_address(paper, "original")).status_code == 404
    assert phone.client.get(_address(sent, "large")).status_code == 200


def test_nobody_hoards_uploads(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_UNSENT", 1)
    phone = ward.phone(ward.hana)
    _uploaded(phone, "a.pdf", PDF)
    assert _upload(phone, "a.pdf", PDF)[0] == 409


def _upload(phone: Phone, name: str, content: bytes, **fields: str) -> tuple[int, dict[str, str]]:
    file = SimpleUploadedFile(name, content)
    answer = phone.client.post("/community/talk/api/uploads/", {"file": file, **fields})
    return answer.status_code, answer.json()


def _uploaded(phone: Phone, name: str, content: bytes, **fields: str) -> dict[str, str]:
    status, answer = _upload(phone, name, content, **fields)
    assert status == 200, answer
    return answer


def _address(key: str, variant: str) -> str:
    return f"/community/talk/api/files/{key}/{variant}"
