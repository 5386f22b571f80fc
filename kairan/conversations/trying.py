# SPDX-License-Identifier: Apache-2.0
"""「試用 483920」: a member of staff tries a draft on an own phone; nothing becomes a report."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.conversations import greeting, rehearsing
from kairan.conversations.rendering import Action, do_button
from kairan.conversations.talk import Talk
from kairan.files import actions as files
from kairan.files.models import StoredFile
from kairan.line import messages
from kairan.reports.towns_context import context
from kairan.scenarios import trials
from kairan.scenarios.actions import NotPublishable, RunStep
from kairan.scenarios.models import Scenario
from kairan.scenarios.outcome import Outcome
from kairan.scenarios.trials import Tried

CHANNEL = "line"


def said(talk: Talk, text: str) -> bool:
    """Whether the words were about a trial, and are answered."""
    code = trials.code_in(text)
    if code is not None:
        _begin(talk, code)
    elif trials.wants_to_end(text):
        _end(talk)
    else:
        return False
    return True


def _begin(talk: Talk, code: str) -> None:
    try:
        tester = trials.begin_testing(acting=talk.resident, code=code, now=talk.now)
    except trials.WrongCode:
        talk.say(
            _(
                "このコードは使えません。数字が違うか、時間が過ぎています。"
                "シナリオの「スマホで試す」の画面で、新しいコードを出してください。"
            )
        )
    except trials.TooManyGuesses:
        talk.say(_("コードの間違いが続きました。1時間ほど待ってから、もう一度送ってください。"))
    except trials.TooManyTesters:
        talk.say(
            _(
                "いま試している人が多すぎます。シナリオの「スマホで試す」の画面で、誰かを終えてください。"
            )
        )
    else:
        words = _(
            "【試用】「{title}」の下書きを、{until}まで試せます。\n"
            "送っても案件にはならず、どの課にも届きません。"
        )
        until = f"{timezone.localtime(tester.until):%H:%M}"
        talk.say(
            words.format(title=tester.scenario.title, until=until),
            [do_button(_("はじめる"), "start", tester.scenario.key), _end_button()],
        )


def _end(talk: Talk) -> None:
    if trials.end_all_testing_of(acting=talk.resident, now=talk.now):
        talk.say(_("試用を終わりました。これからは、公開中の質問が出ます。"), greeting.ways())
    else:
        talk.say(_("いま試用しているものはありません。"), greeting.ways())


def _end_button() -> Action:
    return messages.say(_("試用終了"), "試用終了")


# ── what a tester is offered ──────────────────────────────────────────────────────────────────


def tried(talk: Talk) -> dict[str, Tried]:
    """By key; empty for every real resident."""
    found = trials.tried_by(
        talk.resident,
        training=talk.friend.channel.is_training,
        language=talk.resident.language,
        now=talk.now,
    )
    return {one.scenario.key: one for one in found}


def marked(title: str) -> str:
    return _("【試用】{title}").format(title=title)


def begin(talk: Talk, scenario: Scenario) -> RunStep | None:
    """A run on the draft; None where the draft cannot be asked as it is, and that is said."""
    try:
        begun = trials.begin_trial(
            acting=talk.resident,
            scenario=scenario,
            resident=talk.resident,
            channel=CHANNEL,
            context=context(talk.resident.language),
            now=talk.now,
        )
    except NotPublishable:
        talk.say(
            _(
                "【試用】この下書きには直すところがあるので、まだ試せません。"
                "シナリオの画面で直してから、もう一度始めてください。"
            ),
            [_end_button()],
        )
        return None
    talk.say(_("【試用】下書きの質問です。送っても案件にはなりません。"))
    return begun


# ── the end of a trial ────────────────────────────────────────────────────────────────────────


def complete(talk: Talk, outcome: Outcome) -> None:
    """A receipt that says what it is; no report is made, and the photos go."""
    _erase_photos(talk, outcome)
    if outcome.kind == "report":
        talk.send([rehearsing.receipt(outcome, mark=_("試用"))])
    again = do_button(_("もう一度試す"), "start", outcome.scenario)
    talk.say(_("【試用】ここまでです。何も送られていません。"), [again, _end_button()])


def say_it_is_over(talk: Talk) -> None:
    talk.say(_("【試用】この入力は終わっています。何も送られていません。"), [_end_button()])


def _erase_photos(talk: Talk, outcome: Outcome) -> None:
    keys = [UUID(ref) for ref in outcome.photos]
    for stored in StoredFile.objects.filter(key__in=keys):
        files.erase(acting=talk.resident, stored=stored)
