# SPDX-License-Identifier: Apache-2.0
"""What a page must hold to in every browser and at every width."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
# Fragments have come, the modules are attached, drawn maps have their panes.
STILL = """() =>
  (document.body.dataset.ready !== undefined || !document.querySelector('script[type=module]'))
  && !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')
  && [...document.querySelectorAll('[data-map]')].every(map => map.querySelector('.leaflet-pane'))
  && [...document.images].every(image => image.complete || image.loading === 'lazy')"""
# On a phone a table's cell holds its heading and one thing; several would stand side by side.
SQUEEZED = """() => [...document.querySelectorAll('.table--stack td')]
  .flatMap(cell => [...cell.childNodes])
  .filter(part => {
    const range = document.createRange();
    range.selectNodeContents(part);
    const { width, height } = range.getBoundingClientRect();
    return part.textContent.trim().length > 3 && width < 56 && height > 80;
  })
  .map(part => part.textContent.trim())"""
# Answers that a page takes as they come: a form to mend, a page that is none.
ANSWERS = ("status of 422",)
OURS = ("localhost", "127.0.0.1", "tonari.localhost", None)


def watch(page: Page, wrong: list[str], *also_expected: str) -> Callable[[], None]:
    """Write down what the browser complains of, except for map tiles that do not come. Calling
    what it returns ends that."""

    def note(line: ConsoleMessage) -> None:
        host = urlsplit(line.location["url"]).hostname
        expected = any(words in line.text for words in (*ANSWERS, *also_expected))
        if line.type == "error" and host in OURS and not expected:
            wrong.append(f"{page.url}: {line.text} ({line.location['url']})")

    def note_error(error: object) -> None:
        wrong.append(f"{page.url}: {error}")

    def stop() -> None:
        page.remove_listener("console", note)
        page.remove_listener("pageerror", note_error)

    page.on("console", note)
    page.on("pageerror", note_error)
    return stop


def problems(page: Page, *widths: int) -> list[Any]:
    """What axe finds, and what sticks out sideways. Loads nothing anew."""
    found: list[Any] = []
    page.wait_for_function(STILL)
    page.evaluate(AXE_SCRIPT)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 844 if width < 500 else 900})
        page.wait_for_function(STILL)
        for rule in page.evaluate(AXE, RULES)["violations"]:
            found += [(width, rule["id"], node["html"][:300]) for node in rule["nodes"]]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append((width, "sticks out", wide))
        found += [(width, "squeezed", words) for words in page.evaluate(SQUEEZED)]
    return found
