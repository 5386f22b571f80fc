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
# Contrast is four fifths of axe's work, and a list repeats itself: text whose own style and whose
# ancestors' styles are those of text that was asked about already, has the same contrast. Three of
# a kind are asked about, as one may lie beneath something; and each that is laid over something
# else, on no ground of its own.
CONTRAST_ONCE = "axe.configure({rules: [{id: 'color-contrast', selector: ':not([data-alike])'}]})"
MARK_ALIKE = """() => {
  const asked = window.looksAsked ??= new Map();
  const looks = new Map([[null, {key: '', loose: false}]]);
  for (const element of document.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    const above = looks.get(element.parentElement);
    const laidOver = !['static', 'relative'].includes(style.position) || style.float !== 'none';
    const ground = style.backgroundColor.startsWith('rgb(');
    const loose = !ground && (laidOver || above.loose);
    const key = [above.key, style.color, style.backgroundColor, style.backgroundImage,
      style.opacity, style.fontSize, style.fontWeight, style.textShadow, style.filter,
      style.mixBlendMode].join();
    looks.set(element, {key, loose});
    element.toggleAttribute('data-alike', !loose && asked.get(key) >= 3);
    const speaks = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (speaks && element.checkVisibility({visibilityProperty: true})) {
      asked.set(key, (asked.get(key) ?? 0) + 1);
    }
  }
}"""
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
    page.evaluate(CONTRAST_ONCE)
    page.evaluate("delete window.looksAsked")
    for width in widths:
        page.set_viewport_size({"width": width, "height": 844 if width < 500 else 900})
        page.wait_for_function(STILL)
        page.evaluate(MARK_ALIKE)
        for rule in page.evaluate(AXE, RULES)["violations"]:
            found += [(width, rule["id"], node["html"][:300]) for node in rule["nodes"]]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append((width, "sticks out", wide))
        found += [(width, "squeezed", words) for words in page.evaluate(SQUEEZED)]
    return found
