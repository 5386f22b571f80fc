# SPDX-License-Identifier: Apache-2.0
"""The pictures of the staff manual, each with the way to what it shows."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from tests.browser.looking import STILL
from tests.browser.ways import link_on

if TYPE_CHECKING:
    from playwright.sync_api import Page

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
MOST_BYTES = 115_000
ATTEMPTS = ((1.0, 128), (1.0, 64), (0.75, 64), (0.75, 32), (0.5, 32))


@dataclass
class Studio:
    """Opens pages and takes pictures. ``number``, ``report``: a report that has just come."""

    open_page: Callable[[str, dict[str, int]], Page]
    web: str
    number: str
    report: str

    def __post_init__(self) -> None:
        self.pages: dict[tuple[str, int], Page] = {}

    def take(self, name: str, folder: Path) -> None:
        page = PICTURES[name](self)
        page.wait_for_function(STILL)
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        (folder / f"{name}.png").write_bytes(small(picture))

    def desk(self, path: str, who: str = "clerk") -> Page:
        return self._at(path, who, DESK)

    def phone(self, path: str, who: str = "") -> Page:
        return self._at(path, who, PHONE)

    def case(self) -> Page:
        page = self.desk(f"/console/cases/?q={self.number}")
        return self.desk(link_on(page, page.url, "reports:case"))

    def behind(self, path: str, name: str, who: str = "administrator") -> str:
        """The first page of that name to which this one links."""
        return link_on(self.desk(path, who), self.web + path, name)

    def _at(self, path: str, who: str, size: dict[str, int]) -> Page:
        key = (who, size["width"])
        if key not in self.pages:
            self.pages[key] = self.open_page(who, size)
        page = self.pages[key]
        page.goto(self.web + path)
        page.wait_for_function(STILL)
        return page


def small(picture: Image.Image) -> bytes:
    """A PNG with as many colours, and then as large, as its weight allows."""
    written = io.BytesIO()
    for scale, colours in ATTEMPTS:
        size = (round(picture.width * scale), round(picture.height * scale))
        few = picture.resize(size, Image.Resampling.LANCZOS).quantize(
            colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
        written = io.BytesIO()
        few.save(written, "PNG", optimize=True)
        if written.tell() <= MOST_BYTES:
            break
    return written.getvalue()


def _bulk(studio: Studio) -> Page:
    page = studio.desk("/console/cases/")
    for pick in page.locator("tbody input[type=checkbox]").all()[:3]:
        pick.check()
    page.get_by_label("すること").select_option(label="対応状況を変える")
    page.locator("#bulk-form").scroll_into_view_if_needed()
    return page


def _join(studio: Studio) -> Page:
    page = studio.case()
    page.locator("#case-join summary").click()
    page.locator("#case-join").evaluate("one => one.scrollIntoView({block: 'center'})")
    return page


def _intake(studio: Studio) -> Page:
    page = studio.desk("/console/intake/")
    page.get_by_role("combobox", name="種類").fill("照明")
    page.get_by_role("combobox", name="種類").press("Enter")
    page.locator("[data-intake-questions] input").first.wait_for()
    return page


def _field(studio: Studio) -> Page:
    page = studio.phone("/console/field/", "clerk")
    cases = page.locator("[data-field-list] details")
    whose = page.get_by_label("だれの案件")
    cases.first.wait_for()
    if whose.input_value() == "all":  # the page remembers
        last = cases.nth(cases.count() - 1)
        whose.select_option(value="mine")
        last.wait_for(state="detached")
    own = cases.count()
    whose.select_option(value="all")
    cases.nth(own).wait_for()  # the list has been drawn anew
    return page


def _field_open(studio: Studio) -> Page:
    page = _field(studio)
    case = page.locator("[data-field-list] details").first
    case.locator("summary").first.click()
    case.evaluate("one => one.scrollIntoView({block: 'start'})")
    return page


def _scenario(studio: Studio, page: str = "") -> Page:
    editor = studio.behind("/console/scenarios/", "scenarios:editor")
    return studio.desk(editor + page, "administrator")


def _trial(studio: Studio) -> Page:
    page = _scenario(studio, "trial/")
    page.locator("main form button").first.click()
    page.locator("#trial-words").wait_for()
    return page


def _menus(studio: Studio) -> Page:
    return studio.desk(_menus_path(studio), "administrator")


def _menus_path(studio: Studio) -> str:
    channel = studio.behind("/console/line/", "line:channel")
    return studio.behind(channel, "line:menus")


def _tab(studio: Studio) -> Page:
    menu = studio.behind(_menus_path(studio), "line:menu_set")
    return studio.desk(studio.behind(menu, "line:menu_tab"), "administrator")


def _form(studio: Studio) -> Page:
    """The question of the place, which is the second one."""
    page = studio.phone("/report/")
    page.get_by_role("link", name="照明灯の不具合").click()
    page.get_by_text("つかない", exact=True).first.click()
    page.get_by_role("button", name="次へ", exact=True).click()
    page.locator("[data-form-stage] [data-map] .leaflet-tile-pane").wait_for(state="attached")
    return page


def _show(studio: Studio) -> Page:
    """The kind is let onto the public map first."""
    page = studio.desk("/console/kinds/", "administrator")
    page.get_by_role("link", name="照明灯の不具合").first.click()
    page.get_by_label("案件を公開の地図に載せられる").check()
    page.get_by_role("button", name="保存する").click()
    page.wait_for_url("**/console/kinds/")
    case = studio.case()
    return studio.desk(link_on(case, case.url, "reports:show"))


def _redact(studio: Studio) -> Page:
    case = studio.case()
    show = studio.desk(link_on(case, case.url, "reports:show"))
    page = studio.desk(link_on(show, show.url, "reports:redact"))
    page.get_by_role("button", name="四角を足す").click()
    return page


def _monthly(studio: Studio) -> Page:
    month = studio.behind("/console/statistics/", "console:monthly", "clerk")
    page = studio.desk(month)
    page.get_by_role("link", name="前の月").click()
    return page


def _export(studio: Studio) -> Page:
    room = studio.behind("/console/talk/", "talk_office:room")
    return studio.desk(studio.behind(room, "talk:export"), "administrator")


PICTURES: dict[str, Callable[[Studio], Page]] = {
    "01-signin": lambda studio: studio.desk("/accounts/login/", ""),
    "01-home": lambda studio: studio.desk("/console/"),
    "02-list": lambda studio: studio.desk("/console/cases/"),
    "02-case": lambda studio: studio.case(),
    "02-bulk": _bulk,
    "02-join": _join,
    "03-intake": _intake,
    "03-mails": lambda studio: studio.desk("/console/intake/mails/"),
    "04-field": _field,
    "04-field-open": _field_open,
    "05-editor": _scenario,
    "05-trial": _trial,
    "05-publish": lambda studio: _scenario(studio, "publish/"),
    "05-passage": lambda studio: _scenario(studio, "passage/"),
    "06-menus": _menus,
    "06-tab": _tab,
    "07-report": lambda studio: studio.phone("/report/"),
    "07-form": _form,
    "07-receipt": lambda studio: studio.phone(studio.report),
    "07-show": _show,
    "07-redact": _redact,
    "07-map": lambda studio: studio.desk("/map/", ""),
    "08-handovers": lambda studio: studio.desk("/console/handovers/"),
    "09-statistics": lambda studio: studio.desk("/console/statistics/"),
    "09-monthly": _monthly,
    "12-positions": lambda studio: studio.desk("/console/positions/", "administrator"),
    "12-import": lambda studio: studio.desk("/console/positions/import/", "administrator"),
    "12-sheets": lambda studio: studio.desk("/console/positions/sheets/", "administrator"),
    "13-talk": lambda studio: studio.desk("/console/talk/", "administrator"),
    "13-export": _export,
    "10-keeping": lambda studio: studio.desk("/console/keeping/", "administrator"),
}
