# SPDX-License-Identifier: Apache-2.0
"""The gallery in a process of its own, and a browser that looks at it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parent.parent.parent
SERVE = """
import django; django.setup()
from wsgiref.simple_server import WSGIServer, make_server
from socketserver import ThreadingMixIn
from django.core.wsgi import get_wsgi_application
class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
server = make_server("127.0.0.1", 0, get_wsgi_application(), Server)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    """The address of the running gallery."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.design.gallery_settings"}
    command = [sys.executable, "-c", SERVE]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.terminate()


@pytest.fixture
def look(chromium: Browser, gallery: str) -> Iterator[Callable[..., Page]]:
    """``look("/design/", width=320)`` opens a page; every error of the browser fails the test."""
    contexts = []
    wrong: list[str] = []

    def open_page(path: str, width: int = 1440, **options: object) -> Page:
        size = {"width": width, "height": 900}
        context = chromium.new_context(base_url=gallery, viewport=size, locale="ja-JP", **options)  # type: ignore[arg-type]
        context.route("**/xyz/**", lambda route: route.abort())
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: _note(line.type, line.text, wrong))
        page.goto(path)
        if options.get("java_script_enabled", True):
            page.locator("body[data-ready]").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def _note(kind: str, text: str, wrong: list[str]) -> None:
    # Map tiles are outside: the strict policy of the tests and the aborted route refuse them.
    if kind == "error" and "xyz" not in text and "ERR_" not in text:
        wrong.append(text)
