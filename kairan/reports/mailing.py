# SPDX-License-Identifier: Apache-2.0
"""News by mail for residents who gave an address on our own page and said yes to it.

The same words as on LINE, and the secret link under which they can answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from kairan.audit.actors import Actor
from kairan.deliveries.actions import erase_payloads, plan_mail
from kairan.deliveries.models import Delivery
from kairan.lib.language import speaking
from kairan.line import messages
from kairan.municipalities.links import public_link
from kairan.reports.models import Case, CaseEntry, Report
from kairan.residents.models import ContactDetails
from kairan.residents.queries import contact_about, wants_news

PURPOSE = "case_mail"
ABOUT_ENTRY = "case_entry"
ABOUT_REPORT = "report"
Shown = Callable[[Report], list[messages.Message]]


def readers(case: Case) -> list[tuple[Report, ContactDetails]]:
    """The case's reports whose residents hear by mail."""
    reports = Report.objects.filter(case=case, erased_at__isnull=True).select_related(
        "kind", "resident"
    )
    filed = {contact_about(run_key=r.run_key, report_id=r.pk): r for r in reports.order_by("id")}
    return [(filed[about], contact) for about, contact in wants_news(filed).items()]


def tell(*, acting: Actor, case: Case, entry: CaseEntry, shown: Shown) -> list[Report]:
    """All of them; returns whose reports they were."""
    told = readers(case)
    for report, contact in told:
        report.case = case
        _tell(acting, report, contact, entry, shown)
    return [report for report, _contact in told]


def tell_one(*, acting: Actor, report: Report, entry: CaseEntry, shown: Shown) -> bool:
    """The resident of one report; whether they hear by mail."""
    about = contact_about(run_key=report.run_key, report_id=report.pk)
    contact = wants_news([about]).get(about)
    if contact is not None:
        _tell(acting, report, contact, entry, shown)
    return contact is not None


def _tell(
    acting: Actor, report: Report, contact: ContactDetails, entry: CaseEntry, shown: Shown
) -> None:
    with speaking(contact.language):
        subject, text = composed(report, shown(report))
    plan_mail(
        acting=acting,
        to=contact.email,
        subject=subject,
        text=text,
        purpose=PURPOSE,
        once=f"case-mail:{entry.pk}:{report.pk}",
        about=(ABOUT_ENTRY, entry.pk),
    )


def forget(report: Report) -> None:
    """What was mailed to its resident, and to which address."""
    case = Q(case=report.case_id) | Q(case__joined_into=report.case_id)
    entries = CaseEntry.objects.filter(case).values("pk")
    told = Delivery.objects.filter(
        about_kind=ABOUT_ENTRY,
        about_id__in=entries,
        once__startswith="case-mail:",
        once__endswith=f":{report.pk}",
    )
    erase_payloads(ids=told.values_list("pk", flat=True))
    erase_payloads(about=(ABOUT_REPORT, report.pk))  # receipts


def composed(report: Report, said: Sequence[messages.Message]) -> tuple[str, str]:
    """Subject and text, in the language that is spoken."""
    words = "\n".join(_words(message) for message in said)
    subject = _("{number} {kind}のお知らせ").format(
        number=report.receipt_number, kind=report.kind.name
    )
    answer = _("経過を見る・担当に書く:")
    return subject, f"{words}\n\n{answer}\n{public_link(f'/r/{report.token}/')}"


def _words(message: messages.Message) -> str:
    """A LINE message as plain text: a bubble's words stand in its altText."""
    return str(message.get("text") or message.get("altText") or "")
