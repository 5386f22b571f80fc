# SPDX-License-Identifier: Apache-2.0
"""Mails that no person wrote. Nothing of ours may ever answer one (RFC 3834): two programs that
answer each other do not stop."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kairan.mail.reading import Headers

# A mail passes a handful of servers; one that goes round in circles passes the same ones again.
MOST_HOPS = 30
_DAEMONS = ("mailer-daemon", "postmaster", "mail-daemon", "maildaemon")
_AUTO_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder")
_LIST_HEADERS = ("List-Id", "List-Unsubscribe", "List-Post")


class Automatic(StrEnum):
    BOUNCE = "bounce"
    REPLY = "auto_reply"
    BULK = "bulk"
    OWN = "own"


def why_automatic(
    content_type: str, headers: Headers, sender: str, own: frozenset[str]
) -> Automatic | None:
    """None for a person's. A bounce before all else: it also says that it is automatic."""
    if _is_bounce(content_type, headers, sender):
        return Automatic.BOUNCE
    if sender.lower() in own or len(headers.all("Received")) > MOST_HOPS:
        return Automatic.OWN
    precedence = headers.first("Precedence").lower()
    if _is_reply(headers, precedence):
        return Automatic.REPLY
    if precedence in ("bulk", "junk", "list") or any(map(headers.has, _LIST_HEADERS)):
        return Automatic.BULK
    return None


def _is_bounce(content_type: str, headers: Headers, sender: str) -> bool:
    return (
        content_type == "multipart/report"
        or headers.has("X-Failed-Recipients")
        or any(path.strip() == "<>" for path in headers.all("Return-Path"))
        or sender.partition("@")[0].lower() in _DAEMONS
    )


def _is_reply(headers: Headers, precedence: str) -> bool:
    submitted = headers.first("Auto-Submitted").lower().partition(";")[0].strip()
    return (
        submitted not in ("", "no")
        or precedence in ("auto_reply", "auto-reply")
        or any(map(headers.has, _AUTO_HEADERS))
    )
