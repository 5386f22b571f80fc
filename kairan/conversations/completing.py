# SPDX-License-Identifier: Apache-2.0
"""A scenario has come to its end: the report goes in and the receipt goes out, in one go."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kairan.conversations import greeting
from kairan.conversations.talk import Talk
from kairan.files.models import StoredFile
from kairan.line import flex, messages
from kairan.municipalities.links import public_link
from kairan.reports.actions import Answer, GivenPhoto, Position, submit_report
from kairan.reports.models import Report, ReportKind
from kairan.reports.models.cases import Channel
from kairan.reports.wording import day, receipt_text
from kairan.scenarios.definition import Definition, TextQuestion
from kairan.scenarios.models import Run
from kairan.scenarios.outcome import GivenAnswer, Outcome
from kairan.scenarios.queries import definition_of

# A question that gives so much room is the description; a shorter one asks for a detail.
DESCRIPTION_LENGTH = 200
FALLBACK_KIND = "other"
_NOT_AMONG_ANSWERS = {"photos", "position", "contact"}


def complete(talk: Talk, run: Run, outcome: Outcome) -> None:
    """Submits a report; whoever was handed to another authority has been told by the engine."""
    if outcome.kind != "report":
        _forget_answers(run, outcome)
        return
    report = _submit(talk, run, outcome)
    _forget_answers(run, outcome)
    talk.send([receipt(report)])
    if outcome.wants_contact:
        talk.send([_contact_link(report)])


def say_it_was_sent(talk: Talk, run: Run) -> None:
    """A second tap on 「送る」, or on anything of a report that has gone."""
    report = Report.objects.select_related("case", "kind").filter(run_key=str(run.key)).first()
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
        note=_("動きがあれば、ここでお知らせします。"),
        actions=[messages.open_page(_("経過を見る"), page_of(report))],
    )
    return messages.flex(receipt_text(report), bubble)


def page_of(report: Report) -> str:
    """The resident's own page."""
    return public_link(f"/r/{report.token}/")


def _contact_link(report: Report) -> messages.Message:
    words = _("連絡先は、このページで入れてください。担当の課だけが見ます。")
    page = messages.open_page(_("連絡先を入れる"), f"{page_of(report)}contact/")
    return messages.buttons(words, [page])


def _submit(talk: Talk, run: Run, outcome: Outcome) -> Report:
    sources = talk.dialogue.sources
    described = _descriptions(definition_of(run.version_id), outcome)
    place = outcome.position
    return submit_report(
        acting=talk.resident,
        kind=_kind(outcome.report_kind),
        channel=Channel.LINE,
        answers=[
            Answer(given.heading, given.shown, sources.get(given.step, ""))
            for given in outcome.answers
            if given.type not in _NOT_AMONG_ANSWERS and given not in described
        ],
        text="\n".join(given.shown for given in described),
        text_source=sources.get(described[0].step, "") if described else "",
        position=_position(outcome, sources),
        address=place.shown if place and place.is_named else "",
        address_source=_source_of_place(outcome, sources),
        photos=_photos(outcome, sources),
        resident=talk.resident,
        run_key=str(run.key),
    )


def _kind(key: str) -> ReportKind:
    """The kind asked for, else 「その他」, else any: a report is never lost for want of a kind."""
    kinds = list(ReportKind.objects.in_order())
    by_key = {kind.key: kind for kind in kinds}
    found = by_key.get(key) or by_key.get(FALLBACK_KIND) or next(iter(kinds), None)
    if found is None:
        raise LookupError("the town has no kind of report")
    return found


def _descriptions(definition: Definition, outcome: Outcome) -> list[GivenAnswer]:
    def describes(given: GivenAnswer) -> bool:
        step = definition.by_id.get(given.step)
        return isinstance(step, TextQuestion) and step.max_length >= DESCRIPTION_LENGTH

    return [given for given in outcome.answers if describes(given) and given.value is not None]


def _position(outcome: Outcome, sources: dict[str, str]) -> Position | None:
    place = outcome.position
    if place is None or place.lon is None or place.lat is None:
        return None
    said_by = Report.PositionSource.TYPED if place.typed else Report.PositionSource.LINE
    source = _source_of_place(outcome, sources)
    return Position(place.lon, place.lat, said_by=said_by, source=source)


def _source_of_place(outcome: Outcome, sources: dict[str, str]) -> str:
    place = outcome.position
    step = next((given.step for given in outcome.answers if given.value == place), "")
    return sources.get(step, "")


def _photos(outcome: Outcome, sources: dict[str, str]) -> list[GivenPhoto]:
    rows = StoredFile.objects.filter(key__in=outcome.photos, state=StoredFile.State.STORED)
    by_key = {str(stored.key): stored for stored in rows}
    kept = [by_key[ref] for ref in outcome.photos if ref in by_key]
    return [GivenPhoto(stored, sources.get(str(stored.key), "")) for stored in kept]


def _forget_answers(run: Run, outcome: Outcome) -> None:
    """The report has them now; kept twice, they would have to be taken back twice."""
    empty = {"answers": {}, "trail": (), "photos": (), "places": (), "typed_place": ""}
    run.state = run.parsed_state.but(**empty).model_dump(mode="json")
    bare = outcome.model_copy(update={"answers": (), "position": None, "photos": ()})
    run.outcome = bare.model_dump(mode="json")
    run.touched_at = timezone.now()
    run.save(update_fields=["state", "outcome", "touched_at"])
