# SPDX-License-Identifier: Apache-2.0
"""A load of POST requests over kept-alive connections, cheap enough not to be what is measured.

Runs in a process of its own: ``python -m bench.load`` reads a job as JSON from standard input and
prints the latencies. Only loopback addresses are accepted.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Job:
    """``requests`` webhook calls of one text event each, over ``connections`` connections.

    ``per_second`` 0 sends as fast as answers come; else requests start on a fixed clock and the
    latency counts from the tick, so that a slow answer is not hidden by the wait behind it.
    """

    url: str
    secret: str
    requests: int
    connections: int
    per_second: float = 0
    users: int = 500
    prefix: str = "A"


@dataclass(frozen=True)
class Outcome:
    seconds: float
    latencies: list[float]
    refused: int

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds


def run(job: Job) -> Outcome:
    """Run the job in a fresh process; latencies in seconds, ``refused`` counts non-200 answers."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(asdict(job)),
        capture_output=True,
        text=True,
        check=True,
    )
    return Outcome(**json.loads(done.stdout))


def reply_token(number: int, prefix: str) -> str:
    return hashlib.md5(f"{prefix}{number}".encode()).hexdigest()  # noqa: S324


def signature(secret: str, body: bytes) -> str:
    mac = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(mac).decode()


def event_body(number: int, *, user: str, prefix: str, text: str = "こんにちは") -> bytes:
    """One text message as LINE posts it."""
    now = int(time.time() * 1000)
    event = {
        "type": "message",
        "mode": "active",
        "timestamp": now,
        "source": {"type": "user", "userId": user},
        "webhookEventId": f"01{prefix}{number:0{24 - len(prefix)}d}",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": reply_token(number, prefix),
        "message": {
            "type": "text",
            "id": str(10**17 + number),
            "text": text,
            "quoteToken": "q",
        },
    }
    return json.dumps({"destination": "U" + "0" * 32, "events": [event]}).encode()


def _requests(job: Job) -> Iterator[bytes]:
    parts = urlsplit(job.url)
    if parts.hostname not in {"127.0.0.1", "localhost"}:
        raise SystemExit("only loopback addresses")
    for number in range(job.requests):
        user = "U" + hashlib.md5(str(number % job.users).encode()).hexdigest()  # noqa: S324
        body = event_body(number, user=user, prefix=job.prefix)
        yield as_request(job.url, job.secret, body)


def as_request(url: str, secret: str, body: bytes) -> bytes:
    """The bytes of one webhook call, signed as LINE signs."""
    parts = urlsplit(url)
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"X-Line-Signature: {signature(secret, body)}\r\n\r\n"
    )
    return head.encode() + body


def connect(url: str) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", urlsplit(url).port or 80), timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


class _Senders:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.waiting = list(enumerate(_requests(job)))[::-1]
        self.latencies: list[float] = []
        self.refused = 0
        self.lock = threading.Lock()

    def work(self) -> None:
        with connect(self.job.url) as connection:
            while (next_one := self._next()) is not None:
                began, content = next_one
                connection.sendall(content)
                fine = answer_is_200(connection)
                self._count(time.perf_counter() - began, fine=fine)

    def _next(self) -> tuple[float, bytes] | None:
        with self.lock:
            if not self.waiting:
                return None
            number, content = self.waiting.pop()
        if not self.job.per_second:
            return time.perf_counter(), content
        tick = self.began + number / self.job.per_second
        time.sleep(max(0.0, tick - time.perf_counter()))
        return tick, content

    def _count(self, latency: float, *, fine: bool) -> None:
        with self.lock:
            self.latencies.append(latency)
            self.refused += not fine

    def run(self) -> Outcome:
        threads = [threading.Thread(target=self.work) for _ in range(self.job.connections)]
        self.began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return Outcome(time.perf_counter() - self.began, self.latencies, self.refused)


def answer_is_200(connection: socket.socket) -> bool:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        body += _some(connection)
    return head.startswith(b"HTTP/1.1 200")


def _some(connection: socket.socket) -> bytes:
    chunk = connection.recv(65536)
    if not chunk:
        raise ConnectionError("the server hung up")
    return chunk


if __name__ == "__main__":
    print(json.dumps(asdict(_Senders(Job(**json.load(sys.stdin))).run())))
