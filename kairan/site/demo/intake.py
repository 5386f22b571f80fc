# SPDX-License-Identifier: Apache-2.0
"""Mails that have just come in, and people who wait for a call."""

from __future__ import annotations

import random
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

from django.utils import timezone

from kairan.intake.models import IncomingMail
from kairan.intake.receiving import receive
from kairan.people.models import Membership, Person, Role
from kairan.reports.actions.callbacks import ask_for_call_back
from kairan.reports.models import Report
from kairan.reports.models.cases import Channel
from kairan.residents.actions import keep_contact
from kairan.residents.queries import contact_about
from kairan.site.demo.pictures import picture_of

# (minutes ago, sender, subject, text, kind of picture, further headers)
MAILS: list[tuple[int, str, str, str, str, dict[str, str]]] = [
    (
        25,
        "山本 花 <hana@mail.example.jp>",
        "公園のベンチがこわれています",
        "いつも散歩している公園のベンチの板が割れて、くぎが出ています。\n"
        "子どもがけがをしそうで心配です。\n\n場所: 中央区水前寺公園の北側\n\n山本",
        "park",
        {},
    ),
    (
        8,
        "佐藤 <sato@mobile.example.jp>",
        "道路の穴",
        "バス停の前の車道に穴があいています。自転車で転びそうになりました。写真を送ります。",
        "road",
        {},
    ),
    (
        90,
        "MAILER-DAEMON@mail.example.jp",
        "Undelivered Mail Returned to Sender",
        "This is the mail system.",
        "",
        {"Auto-Submitted": "auto-replied"},
    ),
]
# (name, phone, hours from now, what to say)
CALLS = [
    ("田中 一郎", "090-0000-1111", -1, "現地を見た結果を伝える"),
    ("木村 和子", "096-000-2222", 3, "工事の日が決まったら知らせる"),
]


def make_intake() -> None:
    """Inside the entered town, after its cases."""
    chance = random.Random(7)  # noqa: S311  (a story, not a secret)
    for number, mail in enumerate(MAILS):
        _send(number, mail, chance)
    clerk = Membership.objects.filter(role=Role.CLERK).order_by("id").first()
    if clerk is not None:
        _promise(clerk.person)


def _send(
    number: int, mail: tuple[int, str, str, str, str, dict[str, str]], chance: random.Random
) -> None:
    minutes, sender, subject, text, kind, headers = mail
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, "tsuho@localhost", subject
    message["Message-ID"] = f"<demo-{number}@mail.example.jp>"
    for name, value in headers.items():
        message[name] = value
    message.set_content(text)
    if kind:
        picture = picture_of(kind, chance)
        message.add_attachment(picture, maintype="image", subtype="jpeg", filename="IMG_0001.JPG")
    row = receive(message.as_bytes())
    if row is not None:
        at = timezone.now() - timedelta(minutes=minutes)
        IncomingMail.objects.filter(pk=row.pk).update(received_at=at)


def _promise(clerk: Person) -> None:
    """About the latest open reports that came by phone."""
    by_phone = Report.objects.filter(channel=Channel.PHONE, case__closed_at__isnull=True)
    latest = list(by_phone.order_by("-id")[: len(CALLS)])
    for report, (name, phone, hours, note) in zip(latest, CALLS, strict=False):
        about = contact_about(run_key=report.run_key, report_id=report.pk)
        keep_contact(acting=clerk, about=about, name=name, phone=phone)
        due_at = timezone.now() + timedelta(hours=hours)
        ask_for_call_back(acting=clerk, report=report, due_at=due_at, note=note)
