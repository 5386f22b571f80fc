# SPDX-License-Identifier: Apache-2.0
"""Django's own mail (sign-in, password reset) takes the same way out."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from kairan.mail.composing import Mail, new_message_id
from kairan.mail.errors import MailError
from kairan.mail.sending import send


class PlainMailBackend(BaseEmailBackend):
    """Sends the plain text of a message to each of its recipients, one mail each."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return sum(self._send(message) for message in email_messages)

    def _send(self, message: EmailMessage) -> int:
        try:
            for to in message.recipients():
                send(_plain(message, to))
        except MailError:
            if not self.fail_silently:
                raise
            return 0
        return 1


def _plain(message: EmailMessage, to: str) -> Mail:
    return Mail(
        to=to,
        subject=str(message.subject),
        text=str(message.body),
        message_id=new_message_id(settings.DEFAULT_FROM_EMAIL),
        reply_to=message.reply_to[0] if message.reply_to else "",
    )
