# SPDX-License-Identifier: Apache-2.0
"""A filled form arrives: it is replayed, becomes a report, and has its receipt sent."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from kairan.audit.actors import Actor, NamedActor
from kairan.deliveries.actions import plan_mail
from kairan.deliveries.models import Delivery
from kairan.lib.language import speaking
from kairan.municipalities.links import public_link
from kairan.portal import tasks, uploads
from kairan.reports import towns_context
from kairan.reports.actions import submit_outcome
from kairan.reports.actions.from_outcome import kind_named
from kairan.reports.models import Case, Report
from kairan.reports.models.cases import Channel
from kairan.reports.similar import joinable, place_of
from kairan.reports.wording import receipt_text
from kairan.residents.actions import keep_contact
from kairan.residents.forms import ContactForm
from kairan.residents.models import Resident
from kairan.residents.queries import contact_about
from kairan.scenarios.definition import Definition
from kairan.scenarios.outcome import Outcome
from kairan.scenarios.passage import record_passage
from kairan.scenarios.replaying import Replayed, replay

# A form may have waited for a line: what it asked depended on the hour it was filled in.
LONGEST_WAIT = timedelta(days=7)
PURPOSE_RECEIPT = "web_receipt"
# Of one report, to whatever addresses: a link shall not become a way to write to strangers.
MOST_RECEIPTS = 5

Short = Annotated[str, StringConstraints(max_length=200)]


class GivenContact(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: Short = ""
    phone: Short = ""
    email: Short = ""
    news: bool = False


class Arrived(BaseModel):
    """What the browser sends. ``run`` is its own id of this form: sent twice, it is one report."""

    model_config = ConfigDict(extra="ignore")

    run: uuid.UUID
    version: int
    language: Annotated[str, StringConstraints(max_length=20)] = "ja"
    at: AwareDatetime | None = None
    answers: dict[str, Any]
    contact: GivenContact | None = None
    join: int | None = None
    visits: list[Any] = Field(default_factory=list)


class Passage(BaseModel):
    """A way through a form that was not finished: [[step, seconds, result], …]."""

    model_config = ConfigDict(extra="ignore")

    version: int
    visits: list[Any] = Field(max_length=500)

    @classmethod
    def validated(cls, written: str) -> Passage | None:
        try:
            return cls.model_validate_json(written)
        except ValidationError:
            return None

    def given_up(self) -> list[Any]:
        """The last question they saw is where they gave up."""
        last = self.visits[-1] if self.visits else None
        if isinstance(last, list) and len(last) == 3:
            return [*self.visits[:-1], [last[0], last[1], "gave_up"]]
        return []


@dataclass(frozen=True)
class Answer:
    """One of: the report; problems by step (``contact`` among them); photos still missing."""

    report: Report | None = None
    problems: dict[str, str] | None = None
    missing: list[str] | None = None


def known_report(run: uuid.UUID) -> Report | None:
    """What came of this form before. Only the web's: other runs' keys open nothing here."""
    reports = Report.objects.filter(run_key=str(run), channel=Channel.WEB)
    if not reports.exists():  # nearly always; the whole row with its relations is dear
        return None
    return reports.select_related("case__department", "kind").first()


def arrive(arrived: Arrived, definition: Definition, *, resident: Resident | None) -> Answer:
    """Never inside a transaction. Raises ``LookupError`` where the town takes no reports."""
    if (known := known_report(arrived.run)) is not None:
        return Answer(report=known)
    replayed = _replayed(arrived, definition)
    problems = {**replayed.problems, **_contact_problems(arrived.contact)}
    outcome = replayed.outcome
    if outcome is None or problems:
        return Answer(problems=problems)
    if outcome.kind != "report":
        return Answer(problems={outcome.ended_by: _("ここからは送れません。")})
    photos = [uuid.UUID(ref) for ref in outcome.photos]
    if missing := uploads.missing(arrived.run, photos):
        return Answer(missing=missing)
    return Answer(report=_submit(arrived, definition, outcome, photos, resident))


def _replayed(arrived: Arrived, definition: Definition) -> Replayed:
    language = arrived.language
    replayed = replay(
        definition,
        arrived.answers,
        context=towns_context.context(language),
        now=_filled_at(arrived.at),
        language=language,
    )
    outcome = replayed.outcome
    if outcome is not None and not all(_is_id(ref) for ref in outcome.photos):
        return Replayed(None, {_photo_step(outcome): _("写真を選び直してください。")})
    return replayed


def _is_id(ref: str) -> bool:
    return len(ref) == 32 and all(letter in "0123456789abcdef" for letter in ref)


def _photo_step(outcome: Outcome) -> str:
    return next(given.step for given in outcome.answers if given.type == "photos")


def _filled_at(at: datetime | None) -> datetime:
    now = timezone.now()
    return at if at is not None and now - LONGEST_WAIT < at < now else now


def _contact_problems(contact: GivenContact | None) -> dict[str, str]:
    if contact is None:
        return {}
    form = ContactForm(contact.model_dump())
    problems = {f"contact.{name}": str(errors[0]) for name, errors in form.errors.items()}
    if contact.news and not contact.email.strip() and not problems:
        problems["contact.email"] = _("メールで受け取るには、アドレスを書いてください。")
    return problems


def _submit(
    arrived: Arrived,
    definition: Definition,
    outcome: Outcome,
    photos: list[uuid.UUID],
    resident: Resident | None,
) -> Report:
    acting = acting_of(resident)
    join = _joined(arrived, outcome)
    with transaction.atomic():
        report = submit_outcome(
            acting=acting,
            outcome=outcome,
            definition=definition,
            channel=Channel.WEB,
            resident=resident,
            run_key=str(arrived.run),
            said_by=Report.PositionSource.MAP,
            join=join,
        )
        if uploads.belong_to(report, arrived.run, photos):
            tasks.make_photos_ours.defer(lock=f"photos:{arrived.run}", run=str(arrived.run))
        if arrived.contact is not None:
            _keep_contact(acting, report, arrived.contact, arrived.language)
        record_passage(arrived.version, Channel.WEB, arrived.visits)
    return report


def acting_of(resident: Resident | None) -> Actor:
    """Somebody without an account is still a resident."""
    if resident is not None:
        return resident
    with speaking():  # the name stands in the record
        return NamedActor("resident", _("通報した方"))


def _joined(arrived: Arrived, outcome: Outcome) -> Case | None:
    place = place_of(outcome)
    if arrived.join is None or place is None:
        return None
    kind = kind_named(outcome.report_kind)
    return joinable(case_id=arrived.join, kind_id=kind.pk, longitude=place[0], latitude=place[1])


def _keep_contact(acting: Actor, report: Report, contact: GivenContact, language: str) -> None:
    about = contact_about(run_key=report.run_key, report_id=report.pk)
    given = {"name": contact.name, "phone": contact.phone, "email": contact.email}
    if not any(value.strip() for value in given.values()):
        return
    keep_contact(acting=acting, about=about, news=contact.news, language=language, **given)
    if contact.news and contact.email.strip():
        mail_receipt(acting=acting, report=report, to=contact.email.strip(), language=language)


def mail_receipt(*, acting: Actor, report: Report, to: str, language: str) -> None:
    """Number and secret link, to the address that was given for that; a few of them at most."""
    if Delivery.objects.filter(about_kind="report", about_id=report.pk).count() >= MOST_RECEIPTS:
        return
    with speaking(language):
        subject = _("受け付けました（{number}）").format(number=report.receipt_number)
        lines = [
            receipt_text(report),
            "",
            _("経過を見る・担当に書く:"),
            public_link(f"/r/{report.token}/"),
            "",
            _("このページは、アドレスを知っている人なら誰でも開けます。人に見せないでください。"),
        ]
    plan_mail(
        acting=acting,
        to=to,
        subject=subject,
        text="\n".join(lines),
        purpose=PURPOSE_RECEIPT,
        once=f"web-receipt:{report.pk}:{sha256(to.encode()).hexdigest()[:12]}",
        about=("report", report.pk),
    )
