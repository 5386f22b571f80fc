# SPDX-License-Identifier: Apache-2.0
"""A town's webhook door for tests: takes what comes and answers what it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Door:
    """``status`` None: never answers while ``closing`` is not set."""

    def __init__(self) -> None:
        self.status: int | None = 200
        self.taken: list[Any] = []
        self.closing = threading.Event()
        self.url = ""


@contextmanager
def open_door() -> Iterator[Door]:
    door = Door()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            door.taken.append(json.loads(body))
            if door.status is None:
                door.closing.wait()
            self.send_response(door.status or 200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Nothing to the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    door.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield door
    door.closing.set()
    server.shutdown()
    server.server_close()
