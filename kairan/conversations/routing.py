# SPDX-License-Identifier: Apache-2.0
"""Which dialogue an event belongs to.

What holds everywhere comes first (follow, unsend, the great words); then the dialogue that is
running; then the help for somebody who just writes.
"""

from __future__ import annotations

from datetime import timedelta

from kairan.conversations import (
    greeting,
    own_cases,
    reporting,
    starting,
    taking_back,
    trying,
    writing_back,
)
from kairan.conversations.models import Dialogue, EventOutcome
from kairan.conversations.talk import Talk
from kairan.conversations.taps import AnswerTap, DoTap, PickTap, read
from kairan.line.events import (
    Follow,
    MessageEvent,
    Postback,
    StickerMessage,
    TextMessage,
    Unfollow,
    Unsend,
)
from kairan.scenarios import words

Kind = Dialogue.Kind

START_WORDS = ("通報", "市民レポート")
STATUS_WORDS = ("状況確認",)
# What LINE tells of a tap on a menu's tab.
TAB_SWITCHED = "newRichMenuAliasId"
# A longer text that holds such a word is an answer about it, not the wish itself.
WISH_LENGTH = 12
# After so long a resident may have forgotten what was being asked.
SILENCE = timedelta(hours=6)
# A talk with a department ends by itself: the next words may be about something else.
TALK_ENDS = timedelta(hours=1)


def route(talk: Talk) -> EventOutcome:
    match talk.event:
        case Follow():
            greeting.follow(talk)
        case Unfollow():
            greeting.unfollow(talk)
        case Unsend(message_id=message_id):
            taking_back.take_back(talk, message_id)
        case MessageEvent(is_redelivery=True) if taking_back.is_taken_back(talk):
            return EventOutcome.IGNORED
        case _ if talk.event.is_standby:
            return EventOutcome.IGNORED
        case Postback():
            _tapped(talk, talk.event)
        case MessageEvent():
            _told(talk, talk.event)
        case _:
            return EventOutcome.IGNORED
    if talk.event.is_standby or not talk.said:
        return EventOutcome.SILENT
    return EventOutcome.ANSWERED


# ── taps ──────────────────────────────────────────────────────────────────────────────────────


def _tapped(talk: Talk, event: Postback) -> None:
    if TAB_SWITCHED in event.params:
        return  # the phone has shown the other tab already
    match read(event.data):
        case AnswerTap() as tap:
            reporting.tapped(talk, tap)
        case PickTap() as tap:
            reporting.picked(talk, tap, event.params)
        case DoTap(verb="start", about=key):
            starting.begin(talk, key)
        case DoTap(verb="kinds", about=page):
            starting.ask(talk, page=int(page) if page.isdecimal() and len(page) < 4 else 0)
        case DoTap(verb="resume"):
            reporting.resume(talk)
        case DoTap(verb="cases"):
            own_cases.show(talk)
        case DoTap(verb="leave"):
            leave(talk)
        case DoTap() as tap:
            writing_back.tapped(talk, tap)
        case None:
            greeting.help_along(talk)


def leave(talk: Talk) -> None:
    """「中止」, wherever the resident is."""
    if talk.dialogue.kind == Kind.NONE:
        greeting.nothing_to_leave(talk)
    elif talk.dialogue.kind == Kind.REPORTING:
        reporting.leave(talk)
    else:
        talk.turn_to(Kind.NONE)
        greeting.left(talk)


# ── words, photos and the rest ────────────────────────────────────────────────────────────────


def _told(talk: Talk, event: MessageEvent) -> None:
    message = event.message
    if isinstance(message, TextMessage):
        _said(talk, message.text)
    elif reporting.is_running(talk):
        reporting.given(talk, message)
    elif talk.dialogue.kind == Kind.WRITING and not _is_over(talk):
        writing_back.given(talk, message)
    elif isinstance(message, StickerMessage):
        return  # a thank-you needs no answer
    else:
        writing_back.given_unasked(talk, message)


def _said(talk: Talk, text: str) -> None:
    busy = talk.dialogue.kind != Kind.NONE
    if trying.said(talk, text):
        return
    if wishes(text, START_WORDS, busy=busy):
        starting.ask(talk)
    elif wishes(text, STATUS_WORDS, busy=busy):
        own_cases.show(talk)
    elif not reporting.is_running(talk) and words.is_one_of(text, words.LEAVE_WORDS):
        leave(talk)
    elif reporting.is_running(talk):
        if talk.now - talk.dialogue.touched_at > SILENCE:
            reporting.ask_to_go_on(talk)
        else:
            reporting.said(talk, text)
    elif talk.dialogue.kind == Kind.STARTING:
        starting.said(talk, text)
    elif talk.dialogue.kind == Kind.WRITING and not _is_over(talk):
        writing_back.said(talk, text)
    elif words.is_one_of(text, words.RESUME_WORDS) and talk.dialogue.run is not None:
        reporting.resume(talk)
    else:
        writing_back.said_unasked(talk, text)


def wishes(text: str, great_words: tuple[str, ...], *, busy: bool) -> bool:
    """Whether the words ask for it: anywhere in them, but not deep inside an answer."""
    said = words.normalised(text)
    if busy and len(said) > WISH_LENGTH:
        return False
    return any(words.normalised(word) in said for word in great_words)


def _is_over(talk: Talk) -> bool:
    return talk.now - talk.dialogue.touched_at > TALK_ENDS
