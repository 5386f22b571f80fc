# SPDX-License-Identifier: Apache-2.0
"""A small SMTP server on the loopback, which answers as it is told."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any


@dataclass
class PostOffice:
    """``answers`` maps a command (``RCPT``, ``DATA``, ``text`` …) to what is said, not yes."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    extensions: tuple[str, ...] = ("8BITMIME",)
    received: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        parsed = [message_from_bytes(content, policy=default) for content in self.received]
        return [mail for mail in parsed if isinstance(mail, EmailMessage)]


class _Clerk(socketserver.StreamRequestHandler):
    office: PostOffice

    def handle(self) -> None:
        if self.say("connect", "220 ready") == "hang up":
            return
        while line := self.rfile.readline():
            command = line.decode().strip()
            self.office.commands.append(command)
            if self.serve(command.upper().split(" ")[0].split(":")[0]) == "hang up":
                return

    def serve(self, verb: str) -> str:
        if verb == "EHLO":
            names = ["here", *self.office.extensions]
            dashes = ["-"] * (len(names) - 1) + [" "]
            lines = [f"250{dash}{name}" for dash, name in zip(dashes, names, strict=True)]
            return self.say(verb, "\r\n".join(lines))
        if verb == "DATA":
            answer = self.say(verb, "354 go on")
            return self.take_text() if answer.startswith("354") else answer
        if verb == "QUIT":
            self.say(verb, "221 bye")
            return "hang up"
        return self.say(verb, "250 ok")

    def take_text(self) -> str:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        answer = self.say("text", "250 taken")
        if answer.startswith("250"):
            self.office.received.append(b"".join(lines))
        return answer

    def say(self, verb: str, usual: str) -> str:
        answer = self.office.answers.get(verb, usual)
        if answer != "hang up":
            self.wfile.write(answer.encode() + b"\r\n")
        return answer


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def post_office() -> Iterator[PostOffice]:
    office = PostOffice()
    handler: Any = type("Clerk", (_Clerk,), {"office": office})
    with _Server(("127.0.0.1", 0), handler) as server:
        office.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield office
        finally:
            server.shutdown()
            thread.join()
