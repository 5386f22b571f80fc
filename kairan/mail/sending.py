# SPDX-License-Identifier: Apache-2.0
"""The one way out for mail: to the SMTP server of the settings, or into the demo's tray."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP

from django.conf import settings
from django.core.mail.utils import DNS_NAME

from kairan.mail.composing import Mail, compose
from kairan.mail.errors import MailDelayed, MailError, MailRefused
from kairan.mail.models import TrayMail

__all__ = ["Mail", "MailDelayed", "MailError", "MailRefused", "send"]


def send(mail: Mail) -> None:
    """Hand one mail over; returns when it has been accepted. Never call it in a transaction.

    Raises ``MailDelayed`` (try again later) or ``MailRefused`` (never again). A connection lost
    after the text was sent counts as delayed: the mail may then arrive twice, with one Message-ID.
    """
    message = compose(mail, sender=settings.DEFAULT_FROM_EMAIL)
    if settings.MAIL_TRAY:
        _into_tray(mail, message)
    elif settings.SMTP_HOST:
        _over_smtp(message)
    else:
        raise MailDelayed("KAIRAN_SMTP_HOST is not set")


def _into_tray(mail: Mail, message: EmailMessage) -> None:
    TrayMail.objects.create(
        to=str(message["To"])[:320],
        subject=str(message["Subject"]),
        text=mail.text.replace("\0", ""),
        message_id=mail.message_id,
    )


def _over_smtp(message: EmailMessage) -> None:
    sender = message["From"].addresses[0].addr_spec
    to = message["To"].addresses[0].addr_spec
    needs_utf8 = not (sender + to).isascii()
    content = message.as_bytes(policy=SMTP.clone(utf8=needs_utf8))
    options = ["SMTPUTF8", "BODY=8BITMIME"] if needs_utf8 else []
    with _connected() as smtp, _judged():
        if needs_utf8 and not smtp.has_extn("smtputf8"):
            raise MailRefused("the mail server does not take this address")
        smtp.sendmail(sender, [to], content, mail_options=options)


@contextlib.contextmanager
def _connected() -> Iterator[smtplib.SMTP]:
    """A connection, signed in where a user is set. Whatever fails here is not the mail's fault."""
    try:
        smtp = _connect()
    except (smtplib.SMTPException, OSError) as error:
        raise MailDelayed(_said(error)) from error
    try:
        yield smtp
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            smtp.quit()
        smtp.close()


def _connect() -> smtplib.SMTP:
    smtp = _open()
    try:
        if settings.SMTP_TLS == "starttls":
            smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo_or_helo_if_needed()
        if settings.SMTP_USER:
            smtp.login(settings.SMTP_USER, settings.SMTP_PASSWORD)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _open() -> smtplib.SMTP:
    host, port, seconds = settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_SECONDS
    if settings.SMTP_TLS != "ssl":
        return smtplib.SMTP(host, port, str(DNS_NAME), seconds)
    context = ssl.create_default_context()
    return smtplib.SMTP_SSL(host, port, str(DNS_NAME), timeout=seconds, context=context)


@contextlib.contextmanager
def _judged() -> Iterator[None]:
    """Turn smtplib's errors into ours: 5xx about recipient or text is final, all else is not."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        raise _by_code(code, answer) from error
    except smtplib.SMTPSenderRefused as error:
        # Our own address is at fault (or the size, 552); another mail would fare the same.
        final = error.smtp_code == 552
        raise (MailRefused if final else MailDelayed)(_said(error)) from error
    except smtplib.SMTPDataError as error:
        raise _by_code(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailDelayed(_said(error)) from error


def _by_code(code: int, answer: bytes | str) -> MailError:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    kind = MailRefused if 500 <= code < 600 else MailDelayed
    return kind(f"{code} {words}"[:500])


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
