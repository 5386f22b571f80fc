# SPDX-License-Identifier: Apache-2.0
"""A mail as data, and as the bytes of RFC 5322."""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from django.utils import timezone
from django.utils.encoding import punycode

from kairan.mail.errors import MailRefused

MAX_ADDRESS = 254
MAX_SUBJECT = 200


@dataclass(frozen=True)
class Mail:
    """One mail to one address, in plain text.

    ``message_id`` belongs to the mail and not to the attempt: when a first attempt was accepted
    without our hearing of it, the second carries the same, and mail programs show one.
    ``list_id`` names a kind of notice (``cases.kairan.example.jp``), so that people can sort them.
    """

    to: str
    subject: str
    text: str
    message_id: str
    list_id: str = ""
    reply_to: str = ""


def new_message_id(sender: str) -> str:
    return make_msgid(domain=_address(sender).domain)


def compose(mail: Mail, *, sender: str) -> EmailMessage:
    """The message to hand to SMTP. Raises ``MailRefused`` for what no server would take.

    Lines are not wrapped by us: readers wrap to their own width, addresses in the text stay
    whole, and the transfer encoding keeps every line on the wire under 998 octets.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(sender)
    message["To"] = _address(mail.to)
    message["Subject"] = _one_line(mail.subject)[:MAX_SUBJECT]
    message["Date"] = format_datetime(timezone.now())
    message["Message-ID"] = _header(mail.message_id)
    # Nobody's holiday answer shall come back to a notice (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    if mail.list_id:
        message["List-Id"] = f"<{_header(mail.list_id)}>"
    if mail.reply_to:
        message["Reply-To"] = _address(mail.reply_to)
    message.set_content(mail.text, charset="utf-8", cte="base64")
    return message


def _address(written: str) -> Address:
    """``名前 <local@domain>`` or a bare address; a domain in Japanese becomes punycode."""
    # Not parseaddr(): it repairs what it cannot read, and the repaired may be a stranger's.
    name, _bracket, address = _header(written).strip().removesuffix(">").rpartition("<")
    local, at, domain = address.rpartition("@")
    whole = at and local and domain and len(address) <= MAX_ADDRESS
    if not whole or any(c.isspace() for c in address):
        raise MailRefused("not a mail address")
    try:
        return Address(name.strip(' "'), local, punycode(domain))
    except (ValueError, UnicodeError) as error:
        raise MailRefused("not a mail address") from error


def _header(value: str) -> str:
    """Refuse what would begin another header: it can only be an attack."""
    if any(c in value for c in "\r\n\0"):
        raise MailRefused("a line break in a header")
    return value


def _one_line(subject: str) -> str:
    """A subject may quote what a resident wrote: its line breaks become blanks."""
    return " ".join(subject.split())
