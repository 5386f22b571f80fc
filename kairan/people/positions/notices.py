# SPDX-License-Identifier: Apache-2.0
"""Mails to the office about seats: somebody guesses codes, a planned handover is done."""

from __future__ import annotations

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from kairan.lib.language import speaking
from kairan.municipalities.links import public_link
from kairan.municipalities.tenancy import current_town
from kairan.people.models import Person
from kairan.people.positions.models import Position


def mail_guessing(count: int) -> None:
    """To everybody who can lift the lock: each administrator of the town."""
    link = public_link(reverse("people:positions"))
    for person in Person.objects.administrators().arrived():
        with speaking(person.language):
            _send(
                person,
                _("サインイン用の番号のまちがいが続いています"),
                "people/mail/guessing.txt",
                count=count,
                link=link,
            )


def mail_handover(position: Position, person: Person, *, done: bool) -> None:
    """To whoever planned it: now the sheet can be printed, or another plan is needed."""
    link = public_link(reverse("people:position", args=[position.pk]))
    with speaking(person.language):
        subject = _("引き継ぎをしました") if done else _("予定の引き継ぎができませんでした")
        _send(person, subject, "people/mail/handover.txt", position=position, done=done, link=link)


def _send(person: Person, subject: str, template: str, **context: object) -> None:
    if not person.email:
        return
    town = current_town()
    text = render_to_string(template, {"person": person, "town": town, **context})
    EmailMessage(f"［{town.name}］{subject}", text, to=[person.email]).send()
