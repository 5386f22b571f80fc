# SPDX-License-Identifier: Apache-2.0
"""Files that are no photos: looked at by their content, kept as they came, given as downloads.

What a file is called decides nothing but whether a text is a table. Taken are PDF, the newer Office
files without macros, and plain text. A file that is two things at once is refused: one program
would see the one, another the other.
"""

from __future__ import annotations

import html
import re
import uuid
import zipfile
import zlib
from dataclasses import dataclass
from hashlib import file_digest
from typing import IO, Final

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.files.limits import MAX_NAME_LENGTH
from kairan.files.models import StoredDocument, StoredFile
from kairan.files.photos import FileRefused
from kairan.files.tasks import remove_document
from kairan.lib.plain import plain

MAX_DOCUMENT_BYTES: Final = 30 * 1024 * 1024
# What an Office file may unfold to, in bytes and in parts.
MAX_UNFOLDED: Final = 300 * 1024 * 1024
MAX_PARTS: Final = 10_000
MAX_RATIO: Final = 200
# Parts that say what a file is made of are short.
MAX_INDEX: Final = 2 * 1024 * 1024
_PIECE: Final = 256 * 1024

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
# Main part, ending of the name, content type.
_OFFICE_KINDS: Final = (
    ("word/document.xml", "docx", _OFFICE + "wordprocessingml.document"),
    ("xl/workbook.xml", "xlsx", _OFFICE + "spreadsheetml.sheet"),
    ("ppt/presentation.xml", "pptx", _OFFICE + "presentationml.presentation"),
)
_TEXTS: Final = {"txt": "text/plain", "csv": "text/csv"}
# Programs inside an Office file: Visual Basic, the macros before it, controls.
_PROGRAMS = re.compile(r"vbaproject|vbadata|/macrosheets/|/dialogsheets/|/activex/", re.IGNORECASE)
_PROGRAM_TYPES = re.compile(rb"macroEnabled|vbaProject|ms-office\.vba|activeX", re.IGNORECASE)
# A template on somebody else's machine brings its macros with it when the file is opened.
_FOREIGN = re.compile(rb"TargetMode\s*=\s*[\"']External")
_UTF_7 = re.compile(r"encoding\s*=\s*.utf-?7", re.IGNORECASE)
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_END: Final = b"PK\x05\x06"
_ZIP_LOOK_BACK: Final = 65_557  # the longest comment, and the record before it
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# Windows does not write files with these in their name.
_UNNAMED = re.compile(r'[<>:"/\\|?*]')


@dataclass(frozen=True)
class Kind:
    content_type: str
    ending: str


def store_document(*, acting: Actor, content: File[bytes], name: str) -> StoredDocument:
    """Look at the file and keep it. Raises ``FileRefused``, whose ``reason`` is for people.

    Unfolds what is folded to see how large it is: call it before your transaction and locks.
    """
    kind = look_at(content, name)
    key = uuid.uuid4()
    content.seek(0)
    digest = file_digest(content, "sha256").hexdigest()
    stored = StoredDocument(
        key=key,
        name=safe_name(name, kind.ending),
        content_type=kind.content_type,
        size=content.size,
        sha256=digest,
        given_by_kind=acting.actor_kind,
        given_by_id=acting.actor_id,
    )
    content.seek(0)
    default_storage.save(stored.path(), content)
    stored.save(force_insert=True)
    return stored


def erase_document(*, acting: Actor, document: StoredDocument) -> None:
    """As ``actions.erase`` does with a photo. Erasing twice does nothing."""
    with transaction.atomic():
        locked = StoredDocument.objects.select_for_update().get(pk=document.pk)
        if locked.is_stored:
            locked.state, locked.erased_at = StoredFile.State.ERASED, timezone.now()
            locked.name = locked.sha256 = ""
            locked.save(update_fields=["state", "erased_at", "name", "sha256"])
            record(acting=acting, verb="file.erased", target=locked)
            remove_document.defer(key=str(locked.key))
    document.refresh_from_db()


def look_at(content: File[bytes], name: str) -> Kind:
    """What the file is, by its content. Raises ``FileRefused``."""
    if not content.size:
        raise refusal("empty")
    if content.size > MAX_DOCUMENT_BYTES:
        raise refusal("too_big")
    content.seek(0)
    head = content.read(8)
    if head.startswith(b"%PDF-"):
        return _pdf(content)
    if head.startswith(b"PK\x03\x04"):
        return _office(content)
    if head == _OLD_OFFICE:
        raise refusal("old_or_locked")
    return _text(content, name)


def has_zip_behind(content: IO[bytes]) -> bool:
    """Whether an archive was put behind something else: that file is two things at once."""
    content.seek(0, 2)
    size = content.tell()
    content.seek(max(0, size - _ZIP_LOOK_BACK))
    if _ZIP_END not in content.read():
        return False
    try:
        with zipfile.ZipFile(content) as archive:
            return bool(archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False


def safe_name(name: str, ending: str) -> str:
    """The last part of what the sender called it, with the ending that the content has."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = _UNNAMED.sub("_", plain(last, 10 * MAX_NAME_LENGTH)).replace("\n", " ")
    stem = kept[: -len(ending) - 1] if kept.lower().endswith(f".{ending}") else kept
    stem = "".join(c for c in stem if c.isprintable()).strip(" .") or _("ファイル")
    return f"{stem[: MAX_NAME_LENGTH - len(ending) - 1]}.{ending}"


def refusal(code: str) -> FileRefused:
    reasons = {
        "empty": _(
            "ファイルの中身が空でした。ファイルを開いて確かめてから、もう一度送ってください。"
        ),
        "too_big": _("ファイルが大きすぎます。30MBまでのファイルを送ってください。"),
        "not_taken": _(
            "このファイルは送れません。送れるのは、写真、PDF、Word（docx）、Excel（xlsx）、"
            "PowerPoint（pptx）、テキスト（txt、csv）です。"
        ),
        "macros": _(
            "マクロ（プログラム）が入っているので送れません。"
            "マクロなしの形式（docx、xlsx、pptx）かPDFで保存し直して、送ってください。"
        ),
        "old_or_locked": _(
            "古い形式（doc、xls、ppt）か、パスワードのかかったファイルなので送れません。"
            "パスワードを外し、新しい形式かPDFで保存し直して、送ってください。"
        ),
        "locked": _(
            "パスワードのかかったファイルは送れません。パスワードを外して、送ってください。"
        ),
        "broken": _(
            "ファイルがこわれていて開けませんでした。保存し直して、もう一度送ってください。"
        ),
        "unfolds": _("ファイルを開くと大きくなりすぎるので送れません。PDFにして送ってください。"),
        "two_in_one": _(
            "ファイルの中に別のファイルがかくれているので送れません。"
            "保存し直すか、PDFにして送ってください。"
        ),
    }
    return FileRefused(code, reasons[code])


def _pdf(content: File[bytes]) -> Kind:
    if has_zip_behind(content):
        raise refusal("two_in_one")
    content.seek(max(0, content.size - 4096))
    if b"%%EOF" not in content.read():
        raise refusal("broken")
    content.seek(0)
    if b"/Encrypt" in content.read():
        raise refusal("locked")
    return Kind("application/pdf", "pdf")


def _office(content: File[bytes]) -> Kind:
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            return _office_kind(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError) as error:
        raise refusal("broken") from error
    except (NotImplementedError, RuntimeError) as error:  # a way of folding that Office has not
        raise refusal("not_taken") from error


def _office_kind(archive: zipfile.ZipFile) -> Kind:
    parts = archive.infolist()
    if not parts or min(part.header_offset for part in parts) != 0:
        raise refusal("two_in_one")
    names = [part.filename.replace("\\", "/") for part in parts]
    if len({name.casefold() for name in names}) < len(names):  # to Office they are one
        raise refusal("two_in_one")
    if any(part.flag_bits & 0x1 for part in parts):
        raise refusal("locked")
    kind = next((Kind(typ, end) for main, end, typ in _OFFICE_KINDS if main in names), None)
    if kind is None or "[Content_Types].xml" not in names:
        raise refusal("not_taken")
    _bear(archive, parts)
    _no_programs(archive, names, kind)
    return kind


def _bear(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Unfold everything once: sizes that are said may be lies. Raises ``FileRefused``."""
    folded = sum(part.compress_size for part in parts)
    said = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or said > MAX_UNFOLDED:
        raise refusal("unfolds")
    if said > 10 * 1024 * 1024 and said > folded * MAX_RATIO:
        raise refusal("unfolds")
    for part in parts:
        with archive.open(part) as unfolding:
            while unfolding.read(_PIECE):
                pass


def _no_programs(archive: zipfile.ZipFile, names: list[str], kind: Kind) -> None:
    if any(_PROGRAMS.search(f"/{name}") for name in names):
        raise refusal("macros")
    types = _index(archive, "[Content_Types].xml")
    if _PROGRAM_TYPES.search(types):
        raise refusal("macros")
    if kind.content_type.encode() + b".main+xml" not in types:
        raise refusal("not_taken")
    for name in names:
        if name.casefold().endswith(".rels") and _foreign(_index(archive, name)):
            raise refusal("macros")


def _foreign(relations: bytes) -> bool:
    """Tag by tag, so that what never ends is looked through once."""
    tags = (tag for tag in relations.split(b">") if b"attachedTemplate" in tag)
    return any(_FOREIGN.search(tag) for tag in tags)


def _index(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part as plain bytes: UTF-16, and letters written as numbers, would hide its words from a
    search. Raises ``FileRefused`` for what Office does not write."""
    with archive.open(name) as part:
        content = part.read(MAX_INDEX + 1)
    if len(content) > MAX_INDEX:
        raise refusal("unfolds")
    text = content.decode(_charset(content), "replace").lstrip("\ufeff \t\r\n")
    if not text.startswith("<") or "<!DOCTYPE" in text or _UTF_7.search(text[:200]):
        raise refusal("not_taken")
    return html.unescape(text).encode()


def _charset(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(content[:2], "utf-8")


def _text(content: File[bytes], name: str) -> Kind:
    ending = name.rpartition(".")[2].lower()
    if ending not in _TEXTS:
        raise refusal("not_taken")
    if has_zip_behind(content):
        raise refusal("two_in_one")
    content.seek(0)
    written = content.read()
    # A table that Excel has saved as «Unicode text».
    if written.startswith((b"\xff\xfe", b"\xfe\xff")):
        written = _decoded(written, "utf-16").encode()
    if _NOT_TEXT.search(written) or b"%PDF-" in written[:1024]:
        raise refusal("not_taken")
    for charset in ("utf-8", "cp932", "euc_jp"):
        try:
            written.decode(charset)
        except UnicodeError:
            continue
        return Kind(_TEXTS[ending], ending)
    raise refusal("not_taken")


def _decoded(written: bytes, charset: str) -> str:
    try:
        return written.decode(charset)
    except UnicodeError as error:
        raise refusal("not_taken") from error
