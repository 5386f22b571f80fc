# SPDX-License-Identifier: Apache-2.0
"""A mail that came in, as data: sender, words, files, and whether a program wrote it.

Whatever a stranger sends can be read or is ``UnreadableMail``; nothing else is raised.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses

from kairan.mail.automatic import Automatic, why_automatic
from kairan.mail.charsets import header_of, text_of
from kairan.mail.html_text import words_of_html

MOST_PARTS = 500
DEEPEST = 40
MOST_TEXT = 10_000
MOST_ADDRESS = 254
# What mail programs add by themselves; nobody misses it.
_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature",
               "application/pgp-signature", "application/ms-tnef"}  # fmt: skip
_PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".heic", ".heif", ".webp", ".gif")


class UnreadableMail(Exception):
    """Not a mail, or one built to break its reader."""


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes
    is_picture: bool
    # Shown among the words: a photo, or the logo of a signature.
    is_inline: bool = False


@dataclass(frozen=True)
class ReadMail:
    """``sender`` is empty where nobody could be answered. ``automatic``: why not a person's."""

    message_id: str
    sender: str
    sender_name: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...]
    automatic: Automatic | None


def read_mail(content: bytes, *, own: frozenset[str] = frozenset()) -> ReadMail:
    """Raises ``UnreadableMail``. ``own``: addresses of ours, in lower case."""
    try:
        message = message_from_bytes(content)
        parts = list(_leaves(message))
        headers = Headers(message)
        sender_name, sender = _sender(headers)
        return ReadMail(
            message_id=headers.first("Message-ID")[:998],
            sender=sender,
            sender_name=sender_name[:100],
            subject=headers.first("Subject")[:200],
            text=_words(parts)[:MOST_TEXT],
            attachments=tuple(_attachments(parts)),
            automatic=why_automatic(message.get_content_type(), headers, sender, own),
        )
    # The parser, its generators and its codecs have raised all of these for odd mails.
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UnreadableMail(type(error).__name__) from error


class Headers:
    """Decoded for people; a header that is not there is empty."""

    def __init__(self, message: Message) -> None:
        self._raw = [(name.lower(), str(value)) for name, value in message.raw_items()]

    def all(self, name: str) -> list[str]:
        return [header_of(value) for key, value in self._raw if key == name.lower()]

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    def has(self, name: str) -> bool:
        return any(key == name.lower() for key, _value in self._raw)

    def addresses(self, name: str) -> list[tuple[str, str]]:
        """Before decoding: an encoded name may hold commas and brackets."""
        raw = [value for key, value in self._raw if key == name.lower()]
        return [(header_of(shown), address) for shown, address in getaddresses(raw)]


def _sender(headers: Headers) -> tuple[str, str]:
    """Where the writer wants to be answered: Reply-To is of mailing lists, so only From counts."""
    for name, address in headers.addresses("From"):
        local, at, domain = address.rpartition("@")
        fits = len(address) <= MOST_ADDRESS and address.isascii() and address.isprintable()
        if at and local and "." in domain and fits and not any(c in address for c in " ,;<>\"'"):
            return name, address
    return "", ""


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, those of forwarded mails too, in their order."""
    waiting = [(message, 0)]
    seen = 0
    while waiting:
        part, depth = waiting.pop(0)
        seen += 1
        if seen > MOST_PARTS or depth > DEEPEST:
            raise ValueError("too many parts")
        held = part.get_payload()
        if isinstance(held, list):
            waiting[:0] = [(inner, depth + 1) for inner in held if isinstance(inner, Message)]
        else:
            yield part


def _words(parts: list[Message]) -> str:
    """The plain text; of a mail without one, the words of its HTML."""
    shown = [part for part in parts if not _is_file(part)]
    plain = [_said(part) for part in shown if part.get_content_type() == "text/plain"]
    if any(said.strip() for said in plain):
        return "\n".join(plain).strip()
    html = [_said(part) for part in shown if part.get_content_type() == "text/html"]
    return "\n".join(words_of_html(said) for said in html).strip()


def _said(part: Message) -> str:
    return text_of(_bytes(part), str(part.get_content_charset() or ""))


def _bytes(part: Message) -> bytes:
    held = part.get_payload(decode=True)
    return held if isinstance(held, bytes) else b""


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_name(part))


def _attachments(parts: list[Message]) -> Iterator[Attachment]:
    for part in parts:
        kind, name = part.get_content_type(), _name(part)
        is_picture = kind.startswith("image/") or name.lower().endswith(_PICTURE_ENDINGS)
        if kind in _SIGNATURES or name.lower() == "winmail.dat":
            continue
        if is_picture or _is_file(part) or not kind.startswith(("text/", "multipart/", "message/")):
            inline = bool(part.get("Content-ID")) and part.get_content_disposition() != "attachment"
            # What is no picture is only named: its bytes need not even be decoded.
            yield Attachment(name or kind, _bytes(part) if is_picture else b"", is_picture, inline)


def _name(part: Message) -> str:
    try:
        raw = part.get_filename() or ""
    except (LookupError, ValueError, TypeError):
        return "?"
    return header_of(str(raw)).replace("\\", "/").rsplit("/", 1)[-1][:120]
