# SPDX-License-Identifier: Apache-2.0
"""The town's mailbox, asked by IMAP. What has been taken is marked as read and passed over."""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings

SECONDS = 20.0
MOST_AT_ONCE = 20
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxUnreachable(Exception):
    """The server did not answer, or would not let us in. The text says what it said."""


def is_configured() -> bool:
    return bool(settings.IMAP_HOST)


def take_new(handle: Callable[[bytes, int], None], *, largest: int) -> int:
    """Give each unread mail to ``handle(content, size)``, oldest first, and mark it as read when
    that has returned; how many there were. Never call it in a transaction.

    Of a mail larger than ``largest`` bytes only the headers are fetched. At most
    ``MOST_AT_ONCE``; the rest waits for the next time. Raises ``MailboxUnreachable``.
    """
    with _opened() as box:
        found = _unread(box)[:MOST_AT_ONCE]
        for uid in found:
            size = _size(box, uid)
            part = "BODY.PEEK[]" if size <= largest else "BODY.PEEK[HEADER]"
            handle(_fetched(box, uid, part), size)
            _ask(box, "STORE", uid, "+FLAGS", r"(\Seen)")
    return len(found)


@contextlib.contextmanager
def _opened() -> Iterator[imaplib.IMAP4]:
    box: imaplib.IMAP4 | None = None
    try:
        box = _connect()
        box.login(settings.IMAP_USER, settings.IMAP_PASSWORD)
        _ok(box.select(_quoted(settings.IMAP_FOLDER)))
        yield box
    except (imaplib.IMAP4.error, OSError) as error:
        # Never the password: imaplib does not repeat it.
        raise MailboxUnreachable(f"{type(error).__name__}: {error}"[:300]) from error
    finally:
        if box is not None:
            with contextlib.suppress(imaplib.IMAP4.error, OSError):
                box.logout()


def _connect() -> imaplib.IMAP4:
    host, port = settings.IMAP_HOST, settings.IMAP_PORT
    if settings.IMAP_TLS == "ssl":
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=SECONDS)
    box = imaplib.IMAP4(host, port, timeout=SECONDS)
    if settings.IMAP_TLS == "starttls":
        box.starttls(ssl.create_default_context())
    return box


def _unread(box: imaplib.IMAP4) -> list[str]:
    found = _ok(box.uid("SEARCH", "UNSEEN"))
    return [uid.decode() for uid in (found[0] or b"").split()]


def _size(box: imaplib.IMAP4, uid: str) -> int:
    said = _ask(box, "FETCH", uid, "(RFC822.SIZE)")
    sizes = [_SIZE.search(line) for line in said if isinstance(line, bytes)]
    return next((int(match[1]) for match in sizes if match), 0)


def _fetched(box: imaplib.IMAP4, uid: str, part: str) -> bytes:
    said = _ask(box, "FETCH", uid, f"({part})")
    return next((piece[1] for piece in said if isinstance(piece, tuple)), b"")


def _ask(box: imaplib.IMAP4, command: str, *words: str) -> list[Any]:
    return _ok(box.uid(command, *words))


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    status, said = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"{status} {said!r}"[:200])
    return said


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
