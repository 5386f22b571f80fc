# SPDX-License-Identifier: Apache-2.0
"""Another authority's server on this machine: takes what comes and answers as it was told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

CREATED = """<?xml version="1.0" encoding="utf-8"?>
<service_requests><request><service_request_id>K-77</service_request_id>
<service_notice>現地を見ます</service_notice></request></service_requests>"""


def status_xml(status: str, notes: str = "") -> str:
    return (
        "<service_requests><request><service_request_id>K-77</service_request_id>"
        f"<status>{status}</status><status_notes>{notes}</status_notes></request>"
        "</service_requests>"
    )


@dataclass(frozen=True)
class Got:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass
class Answer:
    status: int = 200
    body: str = "{}"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Partner:
    """``answers`` are given one after another, the last one for ever."""

    port: int = 0
    answers: list[Answer] = field(default_factory=lambda: [Answer()])
    got: list[Got] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/in"

    def will(self, *answers: Answer) -> None:
        self.answers = list(answers)

    def take(self, got: Got) -> Answer:
        self.got.append(got)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def running() -> Iterator[Partner]:
    partner = Partner()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            answer = partner.take(Got(self.command, self.path, dict(self.headers), body))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            written = answer.body.encode()
            self.send_header("content-length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        do_GET = do_POST  # noqa: N815  (the name that the server looks for)

        def log_message(self, *_given: object) -> None:
            """Not in the tests' output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    partner.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield partner
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
