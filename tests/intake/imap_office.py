# SPDX-License-Identifier: Apache-2.0
"""A mailbox on the loopback that speaks just enough IMAP, and answers as it is told."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Mailbox:
    port: int = 0
    password: str = "right"
    mails: list[bytes] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    # As if the mail were so large; only its size is told.
    sizes: dict[int, int] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)


class _Server(socketserver.StreamRequestHandler):
    box: Mailbox

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, _space, command = line.decode().strip().partition(" ")
            self.box.commands.append(command)
            if self.serve(tag, command.split(" ")) == "bye":
                return

    def serve(self, tag: str, words: list[str]) -> str:
        verb = words[0].upper()
        if verb == "LOGIN" and words[2].strip('"') != self.box.password:
            self.say(f"{tag} NO wrong password")
            return ""
        if verb == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif verb == "SELECT":
            self.say(f"* {len(self.box.mails)} EXISTS")
        elif verb == "UID":
            self.by_uid(words[1].upper(), words[2:])
        elif verb == "LOGOUT":
            self.say("* BYE")
        self.say(f"{tag} OK done")
        return "bye" if verb == "LOGOUT" else ""

    def by_uid(self, verb: str, words: list[str]) -> None:
        if verb == "SEARCH":
            unread = [n + 1 for n in range(len(self.box.mails)) if n + 1 not in self.box.seen]
            self.say("* SEARCH " + " ".join(map(str, unread)))
            return
        uid = int(words[0])
        content = self.box.mails[uid - 1]
        if verb == "STORE":
            self.box.seen.add(uid)
        elif "SIZE" in words[1]:
            size = self.box.sizes.get(uid, len(content))
            self.say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {size})")
        else:
            part = "BODY[HEADER]" if "HEADER" in words[1] else "BODY[]"
            if "HEADER" in words[1]:
                content = content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            self.wfile.write(f"* {uid} FETCH (UID {uid} {part} {{{len(content)}}}\r\n".encode())
            self.wfile.write(content + b")\r\n")

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    handler: Any = type("Server", (_Server,), {"box": box})
    with _Listener(("127.0.0.1", 0), handler) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
