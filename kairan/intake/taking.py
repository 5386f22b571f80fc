# SPDX-License-Identifier: Apache-2.0
"""A clerk's filled-in form becomes a report: answers through the engine, then everything in one
transaction. The same form sent twice makes one report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from kairan.files.models import StoredFile
from kairan.intake import actions
from kairan.intake.forms import CallerForm
from kairan.intake.models import IncomingMail
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.reports import towns_context
from kairan.reports.access import visible_cases
from kairan.reports.actions import add_note, submit_outcome
from kairan.reports.actions.callbacks import ask_for_call_back
from kairan.reports.actions.from_outcome import kind_named
from kairan.reports.models import Case, Report, ReportPhoto
from kairan.reports.similar import joinable, place_of
from kairan.residents.actions import keep_contact
from kairan.residents.queries import contact_about
from kairan.scenarios.definition import Definition, Photos
from kairan.scenarios.models import Scenario
from kairan.scenarios.outcome import Outcome, PhoneShown
from kairan.scenarios.queries import definition_of
from kairan.scenarios.replaying import replay

LANGUAGE = "ja"


@dataclass(frozen=True)
class Taken:
    """A report; or what is wrong, by step id and by field; or whom to send the caller to."""

    report: Report | None = None
    problems: dict[str, str] = field(default_factory=dict)
    authority: PhoneShown | None = None
    # Nothing to do, says the scenario, and it names nobody.
    is_nothing: bool = False


def take_in(
    *,
    acting: Person,
    run_key: str,
    scenario: Scenario,
    answers: Mapping[str, Any],
    caller: CallerForm,
    join: int | None = None,
    mail: IncomingMail | None = None,
) -> Taken:
    """``caller`` is valid. ``join``: the case that the clerk chose; ``mail``: what it came from.

    Raises ``MailHandled`` where somebody else has dealt with the mail meanwhile.
    """
    definition = definition_of(scenario.published_id or 0)
    photos = _own_photos(acting, run_key, mail)
    done = replay(
        definition,
        _with_photos(definition, answers, photos),
        context=towns_context.context(LANGUAGE),
        now=timezone.now(),
        language=LANGUAGE,
    )
    if done.outcome is None:
        return Taken(problems=done.problems)
    if done.outcome.kind != "report":
        return Taken(authority=done.outcome.authority, is_nothing=done.outcome.authority is None)
    with transaction.atomic():
        report = submit_outcome(
            acting=acting,
            outcome=done.outcome,
            definition=definition,
            channel=caller.cleaned_data["channel"],
            run_key=run_key,
            said_by=Report.PositionSource.STAFF,
            join=_case_to_join(acting, done.outcome, join),
        )
        if mail is not None:
            _take_over(acting, mail, report, answers)
        _remember_caller(acting, report, caller, tell=mail is None)
    return Taken(report=report)


def questions_scenario(key: str) -> Scenario | None:
    """The published scenario that makes reports, by its key."""
    return Scenario.objects.offered().filter(key=key).first()


def _own_photos(acting: Person, run_key: str, mail: IncomingMail | None) -> dict[str, StoredFile]:
    """Keys that this form may name: what was uploaded into it, and what its mail brought."""
    if mail is not None:
        rows = [one.stored for one in mail.photos.select_related("stored").order_by("position")]
    else:
        rows = list(StoredFile.objects.filter(once__startswith=upload_prefix(acting, run_key)))
    return {str(row.key): row for row in rows if row.is_stored}


def upload_prefix(person: Person, run_key: str) -> str:
    """Names the photos of one form, so that no other form and nobody else can use them."""
    return f"intake-photo:{person.pk}:{run_key}:"


def _with_photos(
    definition: Definition, answers: Mapping[str, Any], own: Mapping[str, StoredFile]
) -> dict[str, Any]:
    """Strangers' keys go; a question takes as many as it can."""
    said = dict(answers)
    for step in definition.steps:
        if isinstance(step, Photos):
            given = said.get(step.id)
            refs = given if isinstance(given, list) else []
            said[step.id] = [ref for ref in refs if isinstance(ref, str) and ref in own][: step.max]
    return said


def _case_to_join(acting: Person, outcome: Outcome, wanted: int | None) -> Case | None:
    """One the clerk may see, or that anybody may join from there; None when it is closed by now."""
    if wanted is None:
        return None
    kind = kind_named(outcome.report_kind)
    seen = visible_cases(acting, Permission.SEE_CASES).open().filter(pk=wanted, kind=kind).first()
    if seen is not None:
        return seen
    longitude, latitude = place_of(outcome) or (None, None)
    return joinable(case_id=wanted, kind_id=kind.pk, longitude=longitude, latitude=latitude)


def _remember_caller(acting: Person, report: Report, caller: CallerForm, *, tell: bool) -> None:
    given = caller.cleaned_data
    about = contact_about(run_key=report.run_key, report_id=report.pk)
    contact = {name: given[name] for name in ("name", "phone", "email")}
    if any(contact.values()):
        # Whoever left an address was told that news will come to it.
        keep_contact(acting=acting, about=about, news=True, language=LANGUAGE, **contact)
    if given["call_back"]:
        ask_for_call_back(
            acting=acting,
            report=report,
            due_at=given["call_back_at"],
            note=given["call_back_note"],
        )
    if given["memo"].strip() and not _has_memo(report, given["memo"]):
        add_note(acting=acting, case=report.case, text=given["memo"])
    if tell and given["email"]:
        actions.send_receipt(acting=acting, report=report, to=given["email"])


def _has_memo(report: Report, memo: str) -> bool:
    """The form was sent twice."""
    return bool(report.case.entries.filter(kind="note", text=memo.strip()).exists())


def _take_over(
    acting: Person, mail: IncomingMail, report: Report, answers: Mapping[str, Any]
) -> None:
    """The mail's photos beyond what the question takes, and its own words where they would go."""
    chosen = {ref for value in answers.values() if isinstance(value, list) for ref in value}
    had = set(report.photos.values_list("stored_id", flat=True))
    ReportPhoto.objects.bulk_create(
        ReportPhoto(report=report, stored=photo.stored)
        for photo in mail.photos.select_related("stored").order_by("position")
        if str(photo.stored.key) in chosen and photo.stored_id not in had
    )
    said = "\n".join(part for part in (mail.subject, mail.text) if part)
    kept = [report.text, *(str(given["answer"]) for given in report.answers)]
    if mail.text and not any(mail.text in words for words in kept) and not _has_memo(report, said):
        add_note(acting=acting, case=report.case, text=said)
    actions.complete(acting=acting, mail=mail, report=report)
