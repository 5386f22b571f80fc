# SPDX-License-Identifier: Apache-2.0
"""The choice of what to report. Whoever is in the middle of a report can go back to it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kairan.conversations import greeting, reporting, trying
from kairan.conversations.models import Dialogue
from kairan.conversations.rendering import Action, do_button
from kairan.conversations.talk import Talk
from kairan.line.limits import QUICK_REPLIES
from kairan.reports import towns_context
from kairan.scenarios import words
from kairan.scenarios.actions import NotOffered, begin_run
from kairan.scenarios.models import Run
from kairan.scenarios.queries import Offered, offered, offered_scenario

Kind = Dialogue.Kind
CHANNEL = "line"
# Beside the kinds: back to the report in progress, next page, previous page, 中止.
PER_PAGE = QUICK_REPLIES - 4


def ask(talk: Talk, *, page: int = 0) -> None:
    every = _offered(talk)
    if not every:
        talk.turn_to(Kind.NONE)
        talk.say(_("いまは、ここからのお知らせを受け付けていません。お電話でお願いします。"))
        return
    pages = -(-len(every) // PER_PAGE)
    page = min(page, pages - 1)
    talk.turn_to(Kind.STARTING, page=page)
    first = page * PER_PAGE
    shown = every[first : first + PER_PAGE]
    lines = [f"{first + place + 1}. {one.title}" for place, one in enumerate(shown)]
    head = _("何についてのお知らせですか。番号でも答えられます。")
    if _can_go_back(talk):
        head += "\n" + _("入力の途中のお知らせは、残してあります。")
    talk.say("\n".join([head, "", *lines]), _buttons(talk, shown, page, pages))


def _offered(talk: Talk) -> tuple[Offered, ...]:
    """What is published; to a tester the drafts in its place, and after it."""
    every = offered(talk.resident.language)
    tried = trying.tried(talk)
    if not tried:
        return every
    drafts = {key: Offered(key, trying.marked(one.title)) for key, one in tried.items()}
    in_place = tuple(drafts.pop(one.key, one) for one in every)
    return (*in_place, *drafts.values())


def _buttons(talk: Talk, shown: tuple[Offered, ...], page: int, pages: int) -> list[Action]:
    found = [do_button(one.title, "start", one.key) for one in shown]
    if page + 1 < pages:
        found.append(do_button(_("ほかを見る"), "kinds", page + 1))
    if page:
        found.append(do_button(_("前のページ"), "kinds", page - 1))
    if _can_go_back(talk):
        found.append(do_button(_("入力の続きに戻る"), "resume"))
    return [*found, do_button(_("中止"), "leave")]


def _can_go_back(talk: Talk) -> bool:
    return talk.dialogue.run is not None and talk.dialogue.run.status == Run.Status.RUNNING


def said(talk: Talk, text: str) -> None:
    """A number or a name; paging and going back can be typed as well."""
    every = _offered(talk)
    nameable = [
        words.Nameable(one.key, (one.title, one.key), place + 1) for place, one in enumerate(every)
    ]
    page = int(talk.dialogue.memory.get("page", 0))
    key = words.chosen_exactly(nameable, text) or words.chosen_loosely(nameable, text)
    if key is not None:
        begin(talk, key)
    elif words.is_one_of(text, words.NEXT_PAGE_WORDS):
        ask(talk, page=page + 1)
    elif words.is_one_of(text, words.PREVIOUS_PAGE_WORDS):
        ask(talk, page=max(page - 1, 0))
    elif words.is_one_of(text, (*words.RESUME_WORDS, *words.BACK_WORDS)) and _can_go_back(talk):
        reporting.resume(talk)
    else:
        talk.say(_("答えがわかりませんでした。"))
        ask(talk, page=page)


def begin(talk: Talk, key: str) -> None:
    if (mine := trying.tried(talk).get(key)) is not None:
        if (tried := trying.begin(talk, mine.scenario)) is not None:
            reporting.begin(talk, tried)
        return
    scenario = offered_scenario(key)
    if scenario is None:
        talk.say(_("その種類は、いまは受け付けていません。"))
        ask(talk)
        return
    try:
        begun = begin_run(
            acting=talk.resident,
            scenario=scenario,
            resident=talk.resident,
            channel=CHANNEL,
            context=towns_context.context(talk.resident.language),
            now=talk.now,
        )
    except NotOffered:
        greeting.help_along(talk)
        return
    reporting.begin(talk, begun)
