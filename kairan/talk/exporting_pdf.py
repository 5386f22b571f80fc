# SPDX-License-Identifier: Apache-2.0
"""A room on paper: who was there, and what was said, day by day."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from kairan.design.dates import clock_time, full_date
from kairan.files.models import THUMBNAIL, StoredFile
from kairan.lib.paper import HEIGHT, POINT, WIDTH, Paper
from kairan.municipalities.tenancy import town
from kairan.talk.exporting import Entry, Export, Period, body, line
from kairan.talk.models import Attachment, Importance
from kairan.talk.stamps import REACTIONS, STAMPS
from kairan.talk.wording import gist

LEFT: Final = 18.0
RIGHT: Final = WIDTH - LEFT
# Behind the time of each message.
INDENT: Final = 15.0
TOP: Final = 18.0
BOTTOM: Final = HEIGHT - 18.0
TEXT: Final = 10.5
SMALL: Final = 9.0
GREY: Final = 90
PICTURE: Final = 34.0
MOST_PICTURES: Final = 500


def as_pdf(export: Export) -> bytes:
    """All of it in memory: the caller sees to it that it is not too long (``MOST_PRINTED``)."""
    return _Record(export).written()


class _Record(Paper):
    """Pages filled from top to bottom."""

    def __init__(self, export: Export) -> None:
        super().__init__(_("トークの記録 %(name)s") % {"name": export.name})
        self.export = export
        self.at = TOP
        self.pictures = 0

    def written(self) -> bytes:
        self.add_page()
        self._heading()
        self._members()
        day = None
        for entry in self.export.entries():
            if entry.sent_at.date() != day:
                day = entry.sent_at.date()
                self._band(full_date(day))
            self._entry(entry)
        if day is None:
            self._write(_("この期間のメッセージはありません。"), TEXT)
        return bytes(self.output())

    def footer(self) -> None:
        """Called by the library for each page."""
        foot = f"{self.export.town}　{self.export.name}"
        size = self.fitting(foot, SMALL, RIGHT - LEFT - 30)
        self.words(LEFT, HEIGHT - 9, foot, size, grey=GREY)
        self.words(RIGHT, HEIGHT - 9, str(self.page_no()), SMALL, align="right", grey=GREY)

    def _heading(self) -> None:
        self._write(_("トークの記録"), 12)
        self._write(self.export.name, 18, bold=True)
        self.at += 2
        self._write(f"{self.export.town}　{self.export.kind}", TEXT)
        self._write(_("期間: %(period)s") % {"period": _words_of(self.export.period)}, TEXT)
        at = f"{full_date(self.export.at.date())} {clock_time(self.export.at)}"
        self._write(
            _("書き出し: %(at)s　%(person)s") % {"at": at, "person": self.export.person}, TEXT
        )
        self._write(_("絵文字は「〓」になります。JSONにはそのまま入っています。"), SMALL, grey=GREY)

    def _members(self) -> None:
        self._band(_("メンバー"))
        for member in self.export.members:
            who = member.position + (f"（{member.person}）" if member.person else "")
            joined = full_date(member.joined_at.date())
            words = _("%(day)sから") % {"day": joined}
            if member.left_at:
                words += _("%(day)sまで") % {"day": full_date(member.left_at.date())}
            self._write(f"{who}　{words}", SMALL)

    def _band(self, text: str) -> None:
        self._room_for(32)  # with the first lines of what follows
        self.at += 3
        self.set_fill_color(232)
        self.rect(LEFT, self.at, RIGHT - LEFT, 7, "F")
        self.words(LEFT + 2, self.at + 5, text, TEXT, bold=True)
        self.at += 9

    def _entry(self, entry: Entry) -> None:
        self._room_for(12)
        top = self.at + TEXT * POINT
        self.words(LEFT, top, clock_time(entry.sent_at), SMALL, grey=GREY)
        self.words(LEFT, top + 4, str(entry.message["number"]), SMALL - 2, grey=GREY)
        if entry.speaker:
            self._write(entry.speaker, TEXT, bold=True, indent=INDENT)
        for text in _marks(entry):
            self._write(text, SMALL, indent=INDENT, grey=GREY)
        for text in _said(entry):
            self._write(text, TEXT, indent=INDENT)
        self._photos(entry)
        for text in _notes(entry):
            self._write(text, SMALL, indent=INDENT, grey=GREY)
        self.at += 2

    def _photos(self, entry: Entry) -> None:
        """In rows, each picture within a square."""
        x = LEFT + INDENT
        pictures = [p for a in entry.attachments if (p := self._picture(a))]
        for picture in pictures:
            if x + PICTURE > RIGHT:
                x, self.at = LEFT + INDENT, self.at + PICTURE + 2
            if x == LEFT + INDENT:
                self._room_for(PICTURE + 3)
            self.image(picture, x, self.at + 1, PICTURE, PICTURE, keep_aspect_ratio=True)
            x += PICTURE + 2
        if pictures:
            self.at += PICTURE + 2

    def _picture(self, attachment: Attachment) -> io.BytesIO | None:
        stored = attachment.stored
        if stored is None or not stored.is_stored or self.pictures >= MOST_PICTURES:
            return None
        self.pictures += 1
        return _thumbnail(stored, self.export.town_id)

    def _write(
        self, text: str, size: float, *, bold: bool = False, indent: float = 0, grey: int = 0
    ) -> None:
        """Lines below what was written last, on as many pages as they need."""
        self.use(size, bold=bold)
        for words in self.lines(text, RIGHT - LEFT - indent):
            self._room_for(size * POINT * 1.5)
            self.at += size * POINT * 1.5
            self.words(
                LEFT + indent, self.at - size * POINT * 0.3, words, size, bold=bold, grey=grey
            )
            self.use(size, bold=bold)

    def _room_for(self, height: float) -> None:
        if self.at + height > BOTTOM:
            self.add_page()
            self.at = TOP


def _words_of(period: Period) -> str:
    if period.since is None and period.until is None:
        return _("すべて")
    since = full_date(period.since) if period.since else ""
    until = full_date(period.until) if period.until else ""
    return f"{since}～{until}"


def _marks(entry: Entry) -> Iterator[str]:
    """What stands above the text: how it was sent, and what it answers."""
    said = entry.message
    marks = [str(Importance(said["importance"]).label)] if said["importance"] else []
    if said["must_confirm"]:
        marks.append(_("必読"))
    if marks:
        yield f"【{'・'.join(marks)}】"
    if said["forwarded"]:
        yield _("転送: %(name)s") % {"name": line(said["forwarded"]["name"])}
    if said["answers"]:
        quoted = said["answers"]
        words = gist(kind=quoted["kind"], text=body(quoted["text"]))
        name = line(quoted["name"] or "")
        yield _("返信: %(number)d %(name)s「%(words)s」") % {
            "number": quoted["number"], "name": name, "words": words,
        }  # fmt: skip


def _said(entry: Entry) -> Iterator[str]:
    said = entry.message
    if entry.recalled_at:
        at = f"{full_date(entry.recalled_at.date())} {clock_time(entry.recalled_at)}"
        yield _("（%(at)sに送信を取り消しました。%(name)s）") % {
            "at": at,
            "name": entry.recalled_by,
        }
        return
    if said["text"]:
        yield body(said["text"])
    if said["stamp"]:
        yield _("［スタンプ］%(words)s") % {"words": STAMPS.get(said["stamp"], said["stamp"])}
    if place := said["place"]:
        yield _("［地図の場所］北緯%(latitude).5f 東経%(longitude).5f") % place
    if entry.attachments:
        yield "、".join(_file(attachment) for attachment in entry.attachments)


def _file(attachment: Attachment) -> str:
    kept = attachment.stored or attachment.document
    if kept is None or not kept.is_stored:
        return _("［消去されたファイル］")
    words = {"name": line(kept.name), "size": _size(kept.size)}
    if attachment.stored is not None:
        return _("［写真］%(name)s") % words
    return _("［ファイル］%(name)s（%(size)s）") % words


def _notes(entry: Entry) -> Iterator[str]:
    """What stands below it: reactions, and who has read it."""
    said = entry.message
    for reaction in said["reactions"]:
        names = "、".join(line(position["name"]) for position in reaction["positions"])
        yield f"{REACTIONS.get(reaction['mark'], reaction['mark'])}: {names}"
    if not said["recipients"] or said["kind"] == "event":
        return
    read = _("既読 %(read)d/%(recipients)d") % said
    yield read + _names(_("まだ"), [r.position for r in entry.readers if not r.read_at])
    if said["must_confirm"]:
        confirmed = _("確認 %(confirmed)d/%(recipients)d") % said
        silent = [reader.position for reader in entry.readers if not reader.confirmed_at]
        yield confirmed + _names(_("まだ"), silent)
    readers = [reader for reader in entry.readers if reader.read_at]
    if readers:
        yield _names(_("読んだ人"), [f"{r.position}（{r.person}）" for r in readers]).strip()


def _names(label: str, names: list[str]) -> str:
    return f"　{label}: {'、'.join(names)}" if names else ""


def _thumbnail(stored: StoredFile, town_id: int) -> io.BytesIO | None:
    with town(town_id):
        path = stored.path(THUMBNAIL)
    try:
        with default_storage.open(path) as file:
            return io.BytesIO(file.read())
    except FileNotFoundError:
        return None


def _size(count: int) -> str:
    if count < 1024 * 1024:
        return f"{max(1, round(count / 1024))}KB"
    return f"{count / 1024 / 1024:.1f}MB"
