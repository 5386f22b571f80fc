# SPDX-License-Identifier: Apache-2.0
"""A scenario has come to its end: the report goes in and the receipt goes out, in one go."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kairan.conversations import greeting, trying
from kairan.conversations.talk import Talk
from kairan.line import flex, messages
from kairan.line.menus.actions import friend_changed
from kairan.municipalities.links import public_link
from kairan.reports.actions import submit_outcome
from kairan.reports.models import Case, Report
from kairan.reports.models.cases import Channel
from kairan.reports.wording import day, receipt_text
from kairan.scenarios.models import Run
from kairan.scenarios.outcome import Outcome
from kairan.scenarios.queries import definition_of
from kairan.scenarios.trials import is_trial


def complete(talk: Talk, run: Run, outcome: Outcome, *, join: Case | None = None) -> None:
    """Submits a report; whoever was handed to another authority has been told by the engine.

    ``join``: the case that is the same thing, where the resident has said so.
    """
    if is_trial(run.version_id):
        trying.complete(talk, outcome)
        _forget_answers(run, outcome)
        return
    if outcome.kind != "report":
        _forget_answers(run, outcome)
        return
    report = submit_outcome(
        acting=talk.resident,
        outcome=outcome,
        definition=definition_of(run.version_id),
        channel=Channel.LINE,
        resident=talk.resident,
        run_key=str(run.key),
        sources=talk.dialogue.sources,
        join=join,
    )
    _forget_answers(run, outcome)
    if report.areas:
        _follow_area(talk, report)
    talk.send([receipt(report)])
    if outcome.wants_contact:
        talk.send([_contact_link(report)])


def _follow_area(talk: Talk, report: Report) -> None:
    """The rich menu of whoever reports is that of the area reported from."""
    friend, areas = talk.friend, [area["id"] for area in report.areas]
    friend_changed(channel_id=friend.channel_id, user_id=friend.user_id, areas=areas)


def say_it_was_sent(talk: Talk, run: Run) -> None:
    """A second tap on 「送る」, or on anything of a report that has gone."""
    report = Report.objects.select_related("case", "kind").filter(run_key=str(run.key)).first()
    if report is None and is_trial(run.version_id):
        trying.say_it_is_over(talk)
        return
    if report is None:
        greeting.help_along(talk)
        return
    words = _("このお知らせは受け取っています。受付番号は {number} です。")
    talk.say(words.format(number=report.receipt_number), greeting.ways())


def receipt(report: Report) -> messages.Message:
    case = report.case
    facts = [flex.Fact(_("種類"), report.kind.name)]
    if report.address:
        facts.append(flex.Fact(_("場所"), report.address))
    if case.department is not None:
        facts.append(flex.Fact(pgettext("department", "担当"), case.department.name))
    if case.due_on is not None:
        facts.append(
            flex.Fact(_("状況をお知らせする日"), _("{day}ごろまで").format(day=day(case.due_on)))
        )
    bubble = flex.receipt_bubble(
        heading=_("受け付けました"),
        number_name=_("受付番号"),
        number=report.receipt_number,
        facts=facts,
        note=_note(report),
        actions=[messages.open_page(_("経過を見る"), page_of(report))],
    )
    return messages.flex(receipt_text(report), bubble)


def _note(report: Report) -> str:
    if report.receipt_number == report.case.number:
        return _("動きがあれば、ここでお知らせします。")
    return _("同じ件のお知らせといっしょに対応します。動きがあれば、ここでお知らせします。")


def page_of(report: Report) -> str:
    """The resident's own page."""
    return public_link(f"/r/{report.token}/")


def _contact_link(report: Report) -> messages.Message:
    words = _("連絡先は、このページで入れてください。担当の課だけが見ます。")
    page = messages.open_page(_("連絡先を入れる"), f"{page_of(report)}contact/")
    return messages.buttons(words, [page])


def _forget_answers(run: Run, outcome: Outcome) -> None:
    """The report has them now; kept twice, they would have to be taken back twice."""
    empty = {"answers": {}, "trail": (), "photos": (), "places": (), "typed_place": ""}
    run.state = run.parsed_state.but(**empty).model_dump(mode="json")
    bare = outcome.model_copy(update={"answers": (), "position": None, "photos": ()})
    run.outcome = bare.model_dump(mode="json")
    run.touched_at = timezone.now()
    run.save(update_fields=["state", "outcome", "touched_at"])
