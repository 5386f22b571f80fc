# SPDX-License-Identifier: Apache-2.0
"""A push host on this machine, and browsers that subscribe with it and read what it was given."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kairan.push.keys import encoded


@dataclass
class Taken:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class PushHost:
    """Answers 201; ``says`` makes it answer something else for a path."""

    taken: list[Taken] = field(default_factory=list)
    says: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    netloc: str = ""
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def browser(self, name: str = "a") -> Browser:
        return Browser(self, f"http://{self.netloc}/push/{name}")


@dataclass
class Browser:
    host: PushHost
    endpoint: str
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    secret: bytes = b"0123456789abcdef"

    @property
    def keys(self) -> dict[str, str]:
        point = self.private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        return {"p256dh": encoded(point), "auth": encoded(self.secret)}

    @property
    def as_json(self) -> dict[str, Any]:
        return {"endpoint": self.endpoint, "keys": self.keys}

    @property
    def taken_path(self) -> str:
        return urlsplit(self.endpoint).path

    @property
    def taken(self) -> list[Taken]:
        return [one for one in self.host.taken if one.path == self.taken_path]

    @property
    def notes(self) -> list[dict[str, Any]]:
        """As this browser alone can read them."""
        return [json.loads(self._opened(one.body)) for one in self.taken]

    def _opened(self, body: bytes) -> bytes:
        return http_ece.decrypt(  # type: ignore[no-any-return]
            body, private_key=self.private, auth_secret=self.secret, version="aes128gcm"
        )


@contextmanager
def running(port: int = 0) -> Iterator[PushHost]:
    host = PushHost()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {key.lower(): value for key, value in self.headers.items()}
            host.taken.append(Taken(self.path, headers, body))
            status, more = host.says.get(self.path, (201, {}))
            self.send_response(status)
            for key, value in more.items():
                self.send_header(key, value)
            self.send_header("content-length", "0")
            self.end_headers()
            host.arrived.release()

        def log_message(self, *_args: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    host.netloc = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
