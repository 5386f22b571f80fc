# SPDX-License-Identifier: Apache-2.0
"""Mails as people's programs write them."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

from tests.files.pictures import jpeg

HANAKO = "花子 <hanako@mail.example.jp>"
PHOTO = jpeg()


def mail(
    text: str = "公園のブランコの鎖が切れています。\n場所: 西区春日1丁目 春日公園",
    *,
    subject: str = "公園の遊具がこわれています",
    sender: str = HANAKO,
    message_id: str = "<1@mail.example.jp>",
    charset: str = "utf-8",
    photos: int = 0,
    headers: dict[str, str] | None = None,
) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = "tsuho@hinokuni.example.jp"
    message["Subject"] = subject
    if message_id:
        message["Message-ID"] = message_id
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(text, charset=charset)
    for number in range(photos):
        attach(message, PHOTO, f"IMG_{number:04}.JPG", "image/jpeg")
    return message


def attach(message: EmailMessage, content: bytes, name: str, kind: str) -> None:
    main, _slash, sub = kind.partition("/")
    message.add_attachment(content, maintype=main, subtype=sub, filename=name)
