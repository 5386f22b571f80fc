# SPDX-License-Identifier: Apache-2.0
"""A resident's words and photos about a report of theirs go into its thread."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from kairan.conversations import greeting, own_cases, photo_sets
from kairan.conversations.models import Dialogue
from kairan.conversations.rendering import Action, do_button
from kairan.conversations.talk import NoPhoto, Talk
from kairan.conversations.taps import DoTap
from kairan.files.models import StoredFile
from kairan.line import events as line
from kairan.line import messages
from kairan.reports.actions import GivenPhoto, receive_from_resident, reopen
from kairan.reports.models import Report

Kind = Dialogue.Kind
MAX_KEPT_TEXT = 5_000


# ── taps ──────────────────────────────────────────────────────────────────────────────────────


def tapped(talk: Talk, tap: DoTap) -> None:
    """``write 12``, ``reopen 12``, ``pass 12``, ``add 12 <message>``; the number is a report's
    (``write case:7`` a case's)."""
    number, _space, message_id = tap.about.partition(" ")
    report = _named(talk, number)
    if report is None:
        talk.say(_("その件が見つかりませんでした。"), greeting.ways())
        return
    verbs = {"write": _begin, "reopen": _reopen, "pass": _pass_on}
    if tap.verb == "add" and message_id:
        _add_photo(talk, report, message_id)
    elif (verb := verbs.get(tap.verb)) is not None:
        verb(talk, report)
    else:
        greeting.help_along(talk)


def _named(talk: Talk, number: str) -> Report | None:
    of_case = number.startswith("case:")
    digits = number.removeprefix("case:")
    if not digits.isdecimal() or len(digits) > 18:
        return None
    if of_case:
        return own_cases.own_report(talk.resident, case_id=int(digits))
    return own_cases.own_report(talk.resident, report_id=int(digits))


def _begin(talk: Talk, report: Report) -> None:
    talk.turn_to(Kind.WRITING, report=report.pk)
    words = _(
        "{which}の担当に伝えます。文か写真を送ってください。終わるときは「中止」と送ってください。"
    )
    talk.say(words.format(which=_which(report)), _writing_buttons())


def _reopen(talk: Talk, report: Report) -> None:
    if report.case.is_open:
        words = _("{which}は、いま対応中です。様子を書いて送ってください。写真も送れます。")
    else:
        source = f"tap:{talk.event.event_id}"
        reopen(acting=talk.resident, case=report.case, source=source)
        words = _(
            "{which}を、もう一度担当に回しました。"
            "いまの様子を書いて送ってください。写真も送れます。"
        )
    talk.turn_to(Kind.WRITING, report=report.pk)
    talk.say(words.format(which=_which(report)), _writing_buttons())


def _pass_on(talk: Talk, report: Report) -> None:
    """What was written before it was known what it was about."""
    text = str(talk.dialogue.memory.get("text", ""))
    source = str(talk.dialogue.memory.get("source", ""))
    if not text:
        _begin(talk, report)
        return
    _receive(talk, report, text=text, source=source)


def _add_photo(talk: Talk, report: Report, message_id: str) -> None:
    photo = talk.photo(message_id)
    if isinstance(photo, NoPhoto):
        talk.turn_to(Kind.WRITING, report=report.pk)
        talk.say(photo.problem, _writing_buttons())
        return
    _receive(talk, report, photos=[GivenPhoto(photo, message_id)], source=message_id)


# ── while writing about a report ──────────────────────────────────────────────────────────────


def said(talk: Talk, text: str) -> None:
    report = _current(talk)
    if report is None:
        said_unasked(talk, text)
    else:
        _receive(talk, report, text=text, source=talk.source)


def given(talk: Talk, message: line.Message) -> None:
    report = _current(talk)
    if report is None:
        given_unasked(talk, message)
        return
    match message:
        case line.ImageMessage():
            _photo(talk, message)
        case line.LocationMessage():
            place = " ".join(part for part in (message.title, message.address) if part)
            at = f"{place} ({message.latitude:.5f}, {message.longitude:.5f})".strip()
            _receive(talk, report, text=_("場所：{place}").format(place=at), source=talk.source)
        case line.StickerMessage():
            return
        case _:
            talk.say(_("文か写真で送ってください。"), _writing_buttons())


def _photo(talk: Talk, message: line.ImageMessage) -> None:
    photo = talk.photo(message.id)
    if isinstance(photo, NoPhoto):
        photo_sets.failed(talk, message, photo.problem)
    else:
        talk.dialogue.sources = {**talk.dialogue.sources, str(photo.key): message.id}
        photo_sets.arrived(talk, message, str(photo.key))
    if (ready := photo_sets.take_if_complete(talk)) is not None:
        photos_ready(talk, ready)


def photos_ready(talk: Talk, ready: photo_sets.Ready) -> None:
    report = _current(talk)
    for problem in ready.problems:
        talk.say(problem, _writing_buttons())
    if report is None or not ready.refs:
        return
    sources = talk.dialogue.sources
    stored = StoredFile.objects.filter(key__in=ready.refs, state=StoredFile.State.STORED)
    photos = [GivenPhoto(one, sources.get(str(one.key), "")) for one in stored]
    if photos:
        _receive(talk, report, photos=photos, source=f"photos:{ready.refs[0]}")


def _current(talk: Talk) -> Report | None:
    report_id = talk.dialogue.memory.get("report")
    if not report_id:
        return None
    return own_cases.own_report(talk.resident, report_id=int(report_id))


def _receive(
    talk: Talk,
    report: Report,
    *,
    text: str = "",
    photos: Sequence[GivenPhoto] = (),
    source: str = "",
) -> None:
    if not text.strip() and not photos:
        talk.say(_("文か写真で送ってください。"), _writing_buttons())
        return
    receive_from_resident(
        acting=talk.resident,
        case=report.case,
        report=report,
        text=text,
        photos=photos,
        source=source,
    )
    talk.turn_to(Kind.WRITING, report=report.pk)
    talk.say(_("{which}の担当に伝えました。").format(which=_which(report)), _writing_buttons())


# ── out of the blue ───────────────────────────────────────────────────────────────────────────


def said_unasked(talk: Talk, text: str) -> None:
    """Words with no question before them: about a report of theirs, or a new one?"""
    recent = own_cases.recent_reports(talk.resident)
    if not recent:
        talk.turn_to(Kind.NONE)
        greeting.help_along(talk)
        return
    talk.turn_to(Kind.WRITING, text=text[:MAX_KEPT_TEXT], source=talk.source)
    actions = [do_button(_button_of(report), "pass", report.pk) for report in recent]
    talk.say(
        _(
            "いまのことばを、どうしますか。お知らせいただいた件の担当に伝えることも、新しくお知らせいただくこともできます。"
        ),
        [*actions, *greeting.ways()[:1], do_button(_("なにもしない"), "leave")],
    )


def given_unasked(talk: Talk, message: line.Message) -> None:
    recent = own_cases.recent_reports(talk.resident)
    if not isinstance(message, line.ImageMessage) or not recent:
        words = _(
            "お知らせは「市民レポート」からはじめられます。写真や場所は、そのなかで送ってください。"
        )
        talk.say(words, greeting.ways())
        return
    if message.image_set is not None and (message.image_set.index or 1) > 1:
        return  # one question for a whole set
    actions = [do_button(_button_of(r), "add", f"{r.pk} {message.id}") for r in recent]
    talk.say(
        _("写真をありがとうございます。どの件の写真ですか。"),
        [*actions, *greeting.ways()[:1], do_button(_("なにもしない"), "leave")],
    )


# ── words ─────────────────────────────────────────────────────────────────────────────────────


def _which(report: Report) -> str:
    return f"{report.receipt_number} {report.kind.name}"


def _button_of(report: Report) -> str:
    return _("{number}へ伝える").format(number=report.receipt_number)


def _writing_buttons() -> list[Action]:
    return [
        messages.camera(_("カメラで撮る")),
        messages.camera_roll(_("写真を選ぶ")),
        do_button(_("終わる"), "leave"),
    ]
