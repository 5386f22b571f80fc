# SPDX-License-Identifier: Apache-2.0
"""The one browser of a test session. Playwright's synchronous API runs once per process."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No map tiles, without having each request pass through here, which would also cost the cache.
    "--host-resolver-rules=MAP cyberjapandata.gsi.go.jp ~NOTFOUND",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Skipped without Chromium, unless ``KAIRAN_BROWSER_TESTS=required``."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        if os.environ.get("KAIRAN_BROWSER_TESTS") == "required":
            pytest.fail("KAIRAN_BROWSER_TESTS=required, but there is no Chromium")
        pytest.skip("no Chromium on this machine: browser tests are not run")
    from playwright.sync_api import sync_playwright

    # Playwright's event loop would make Django refuse its own synchronous queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()
