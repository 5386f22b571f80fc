# SPDX-License-Identifier: Apache-2.0
"""A mail comes in: read, judged, its photos kept, and a row that waits for a clerk.

The same for the mail server's pipe, the mailbox and the demo's upload. Safe to run twice with the
same mail: there will be one row and one copy of each photo.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.audit.actions import record
from kairan.audit.actors import PROGRAM
from kairan.deliveries.actions import plan_mail
from kairan.files.actions import FileRefused, store_photo
from kairan.files.limits import MAX_BYTES
from kairan.files.models import StoredFile
from kairan.intake import events, guessing
from kairan.intake.models import IncomingMail, IncomingPhoto, digest_of_sender
from kairan.lib.language import speaking
from kairan.lib.plain import plain
from kairan.mail.reading import Attachment, ReadMail, UnreadableMail, read_mail

log = structlog.get_logger(__name__)

Why = IncomingMail.Why
# Mail servers commonly stop at 25–35 MB; base64 makes a third more of it.
MOST_BYTES = 40 * 1024 * 1024
MOST_PHOTOS = 20
# From one writer in an hour; what comes beyond is laid aside, unread by us.
MOST_AN_HOUR = 20
# Beyond these in a day nothing is written down any more.
MOST_A_DAY = 200
MOST_LEFT_OUT = 60
# A signature's logo, not a photo.
LOGO_BYTES = 6_000


def receive(content: bytes, *, size: int = 0) -> IncomingMail | None:
    """The row of this mail; None for one too many of the day from the same writer.

    ``size``: how large it was, where ``content`` is only its headers (see ``mailbox``). Decodes
    photos: never call it in a transaction.
    """
    too_big = max(size, len(content)) > MOST_BYTES
    digest = sha256(content).hexdigest()
    try:
        mail = read_mail(content[:MOST_BYTES], own=own_addresses())
    except UnreadableMail as error:
        log.warning("intake.unreadable_mail", error=str(error))
        return _keep(_unreadable(digest))
    if mail.message_id:
        digest = sha256(mail.message_id.encode()).hexdigest()
    if (known := IncomingMail.objects.filter(digest=digest).first()) is not None:
        return known
    today = IncomingMail.objects.from_sender(mail.sender, timezone.now() - timedelta(days=1))
    if mail.sender and today.count() >= MOST_A_DAY:
        log.warning("intake.mail_dropped", sender=digest_of_sender(mail.sender)[:12])
        return None
    row = _row(mail, digest, _why_aside(mail, too_big=too_big))
    if row.state == IncomingMail.State.ASIDE:
        return _keep(row)
    photos = _photos(mail, row)
    row.kind, row.about = guessing.kind_of(mail), guessing.report_of(mail)
    return _keep(row, photos)


def refusal_of(size: int) -> str:
    """What the writer of too large a mail reads; empty where it is not too large."""
    if size <= MOST_BYTES:
        return ""
    with speaking():
        return _(
            "メールが大きすぎて受け取れませんでした（{most}MBまで）。写真を減らして送り直してください。"
        ).format(most=MOST_BYTES // 1024 // 1024)


def own_addresses() -> frozenset[str]:
    """What comes from these was sent by ourselves."""
    written = (settings.DEFAULT_FROM_EMAIL, settings.MAIL_IN_ADDRESS)
    bare = (one.rpartition("<")[2].strip(" >").lower() for one in written)
    return frozenset(address for address in bare if address)


def _why_aside(mail: ReadMail, *, too_big: bool) -> Why | None:
    if mail.automatic is not None:
        return Why(mail.automatic.value)
    if too_big:
        return Why.TOO_BIG
    lately = IncomingMail.objects.from_sender(mail.sender, timezone.now() - timedelta(hours=1))
    if mail.sender and lately.count() >= MOST_AN_HOUR:
        return Why.TOO_MANY
    return None


def _row(mail: ReadMail, digest: str, why: Why | None) -> IncomingMail:
    return IncomingMail(
        digest=digest,
        sender=mail.sender,
        sender_name=plain(mail.sender_name, 100),
        sender_digest=digest_of_sender(mail.sender) if mail.sender else "",
        subject=plain(mail.subject, 200),
        text=plain(mail.text, 10_000),
        state=IncomingMail.State.ASIDE if why else IncomingMail.State.NEW,
        why=why or "",
        may_answer=bool(mail.sender) and mail.automatic is None,
    )


def _unreadable(digest: str) -> IncomingMail:
    with speaking():
        subject = _("（読めないメール）")
    return IncomingMail(
        digest=digest, subject=subject, state=IncomingMail.State.ASIDE, why=Why.UNREADABLE
    )


def _photos(mail: ReadMail, row: IncomingMail) -> list[StoredFile]:
    """The photos that could be kept; ``row.left_out`` says what was not, and why."""
    kept: list[StoredFile] = []
    left: list[dict[str, str]] = []
    for number, attached in enumerate(mail.attachments):
        stored, reason = _photo(attached, f"mail-in:{row.digest}:{number}", len(kept))
        if stored is not None:
            kept.append(stored)
        elif reason:
            left.append({"name": plain(attached.name, 120), "reason": reason})
    row.left_out = left[:MOST_LEFT_OUT]
    return kept


def _photo(attached: Attachment, once: str, kept: int) -> tuple[StoredFile | None, str]:
    """The stored photo, or why there is none; neither for what nobody misses."""
    if not attached.is_picture:
        return None, "not_a_photo"
    if attached.is_inline and len(attached.content) < LOGO_BYTES:
        return None, ""
    if kept >= MOST_PHOTOS:
        return None, "too_many"
    if len(attached.content) > MAX_BYTES:
        return None, "too_big"
    try:
        stored = store_photo(
            acting=PROGRAM, content=attached.content, name=attached.name, once=once
        )
    except FileRefused as refused:
        return None, refused.code
    return stored, ""


def _keep(row: IncomingMail, photos: Sequence[StoredFile] = ()) -> IncomingMail:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            IncomingPhoto.objects.bulk_create(
                IncomingPhoto(mail=row, stored=stored, position=number)
                for number, stored in enumerate(photos)
            )
            record(acting=PROGRAM, verb="mail_in.received", target=row, summary=row.why)
            if row.why == Why.TOO_BIG and row.may_answer:
                _say_too_big(row)
            events.mail_changed(row)
    except IntegrityError:
        return IncomingMail.objects.get(digest=row.digest)  # two at once: the other was first
    return row


def _say_too_big(row: IncomingMail) -> None:
    with speaking():
        subject = _("メールを受け取れませんでした")
    plan_mail(
        acting=PROGRAM,
        to=row.sender,
        subject=subject,
        text=refusal_of(MOST_BYTES + 1),
        purpose="mail_in",
        once=f"mail-in-too-big:{row.pk}",
        about=("mail_in", row.pk),
    )
