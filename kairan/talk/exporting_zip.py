# SPDX-License-Identifier: Apache-2.0
"""A room as JSON with its attachments, in a ZIP that is sent while it is written."""

from __future__ import annotations

import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any, Final, cast

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from kairan.files.models import LARGE, StoredDocument, StoredFile
from kairan.lib.piping import Pipe
from kairan.municipalities.tenancy import town
from kairan.talk.exporting import Entry, Export, Presence, body, line
from kairan.talk.models import Attachment
from kairan.talk.stamps import REACTIONS, STAMPS

FORMAT: Final = "kairan-room/1"
_FLUSH_BYTES = 256 * 1024
_PIECE = 256 * 1024
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f/\\:*?"<>|]')
_MAX_NAME = 80


def as_zip(export: Export) -> Iterator[bytes]:
    """``room.json``, and under ``attachments/`` what it names. Memory stays flat."""
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        with archive.open("room.json", "w", force_zip64=True) as part:
            for piece in _pieces(export):
                part.write(piece.encode())
                if pipe.waiting >= _FLUSH_BYTES:
                    yield pipe.taken()
        for entry in export.entries():
            for attachment in entry.attachments:
                for _written in _add(archive, export, entry, attachment):
                    if pipe.waiting >= _FLUSH_BYTES:
                        yield pipe.taken()
    yield pipe.taken()


def _pieces(export: Export) -> Iterator[str]:
    head = json.dumps(_head(export), ensure_ascii=False, indent=1)
    yield head.removesuffix("\n}") + ',\n "messages": ['
    comma = ""
    for entry in export.entries():
        yield f"{comma}\n  {json.dumps(_message(entry), ensure_ascii=False, default=_word)}"
        comma = ","
    yield "\n ]\n}\n"


def _head(export: Export) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "town": export.town,
        "room": {"id": export.room.pk, "kind": export.room.kind, "name": export.name},
        "period": {"since": _word(export.period.since), "until": _word(export.period.until)},
        "exported_at": _word(export.at),
        "exported_by": export.person,
        "members": [_member(member) for member in export.members],
    }


def _member(member: Presence) -> dict[str, Any]:
    kept = asdict(member)
    return kept | {"joined_at": _word(member.joined_at), "left_at": _word(member.left_at)}


def _message(entry: Entry) -> dict[str, Any]:
    said = entry.message
    recalled = {"at": entry.recalled_at, "by": entry.recalled_by} if entry.recalled_at else None
    return {
        "number": said["number"],
        "kind": said["kind"],
        "sent_at": entry.sent_at,
        "position": line(said["position"]["name"]) if said["position"] else None,
        "person": line(said["person"]["name"]) if said["person"] else None,
        "text": body(said["text"]),
        "stamp": str(STAMPS.get(said["stamp"], said["stamp"])) or None,
        "place": said["place"],
        "answers": said["answers"]["number"] if said["answers"] else None,
        "forwarded_from": line(said["forwarded"]["name"]) if said["forwarded"] else None,
        "importance": said["importance"],
        "must_confirm": said["must_confirm"],
        "recalled": recalled,
        "attachments": [_attachment(entry, one) for one in entry.attachments],
        "reactions": [
            {
                "mark": str(REACTIONS.get(reaction["mark"], reaction["mark"])),
                "positions": [line(position["name"]) for position in reaction["positions"]],
            }
            for reaction in said["reactions"]
        ],
        "pinned": said["pinned"],
        "recipients": said["recipients"],
        "read": said["read"],
        "confirmed": said["confirmed"],
        "readers": [asdict(reader) for reader in entry.readers],
    }


def _attachment(entry: Entry, attachment: Attachment) -> dict[str, Any]:
    kept, photo = _kept(attachment), attachment.stored is not None
    return {
        "path": path_of(entry, attachment),
        "name": line(kept.name),
        "photo": photo,
        # What is kept of a photo is smaller than what was counted when it came.
        "size": None if photo else kept.size,
        "sha256": None if photo else kept.sha256,
        "erased": not kept.is_stored,
    }


def path_of(entry: Entry, attachment: Attachment) -> str:
    """Where it lies in the archive: message, place, and a name that every system can write."""
    name = _kept(attachment).name
    if attachment.stored is not None:
        name = f"{PurePosixPath(safe_name(name)).stem or 'photo'}.jpg"
    return f"attachments/{entry.message['number']:06d}-{attachment.place}-{safe_name(name)}"


def safe_name(name: str) -> str:
    """Without paths, without what a file system or a screen takes for something else."""
    plain = _NOT_IN_NAMES.sub("_", line(unicodedata.normalize("NFC", name))).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        return plain[:_MAX_NAME] or "file"
    return f"{stem[:_MAX_NAME]}.{ending}"


def _add(
    archive: zipfile.ZipFile, export: Export, entry: Entry, attachment: Attachment
) -> Iterator[None]:
    """Write one attachment; gives a breath after each piece."""
    path = path_of(entry, attachment)
    with town(export.town_id):
        source = _source(attachment)
    if not source or not default_storage.exists(source):
        archive.writestr(f"{path}.txt", _("このファイルは消去されたか、保管場所にありません。"))
        yield
        return
    info = zipfile.ZipInfo(path, entry.sent_at.timetuple()[:6])
    # Photos and office files are compressed already.
    info.compress_type = zipfile.ZIP_STORED
    with default_storage.open(source) as file, archive.open(info, "w", force_zip64=True) as part:
        while piece := file.read(_PIECE):
            part.write(piece)
            yield


def _kept(attachment: Attachment) -> StoredFile | StoredDocument:
    """The database sees to it that there is one of the two."""
    return attachment.stored or cast(StoredDocument, attachment.document)


def _source(attachment: Attachment) -> str:
    """Empty once it has been erased."""
    kept = _kept(attachment)
    if not kept.is_stored:
        return ""
    return kept.path(LARGE) if isinstance(kept, StoredFile) else kept.path()


def _word(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else None
