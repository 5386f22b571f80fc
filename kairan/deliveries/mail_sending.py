# SPDX-License-Identifier: Apache-2.0
"""Mail by SMTP. A mail in doubt is sent again under its one Message-ID, which programs join."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings

from kairan.deliveries.models import Delivery
from kairan.deliveries.outcomes import Outcome
from kairan.deliveries.queue import Request
from kairan.mail.sending import Mail, MailDelayed, MailRefused, send


class MailSender:
    def refuses(self) -> str:
        return ""

    def send(self, request: Request) -> Outcome:
        delivery = request.deliveries[0]
        try:
            send(_mail(delivery))
        except MailRefused as error:
            return Outcome("refused", error="MailRefused", reason=str(error))
        except MailDelayed as error:
            return Outcome("unknown", error="MailDelayed", reason=str(error))
        return Outcome("accepted", status=250)


def message_id(delivery: Delivery) -> str:
    """The same for every try of one delivery, and for no other."""
    name = sha256(f"{delivery.municipality_id}:{delivery.once}".encode()).hexdigest()[:40]
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"<{name}@{host}>"


def _mail(delivery: Delivery) -> Mail:
    return Mail(
        to=delivery.recipient.removeprefix("mail:"),
        subject=str(delivery.payload.get("subject", "")),
        text=str(delivery.payload.get("text", "")),
        message_id=message_id(delivery),
    )
