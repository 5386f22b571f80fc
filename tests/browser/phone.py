# SPDX-License-Identifier: Apache-2.0
"""A resident's phone, held in the hand: LINE as the stand-in shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


class Phone:
    def __init__(self, page: Page, simulator: str, who: str) -> None:
        self.page, self.who = page, who
        page.goto(f"{simulator}/phone/{who}")
        page.locator("body[data-ready]").wait_for()

    def hears(self, words: str) -> Locator:
        """The newest message of the town with these words, as soon as it is there."""
        found = self.page.locator("[data-testid=message][data-from=town]", has_text=words).last
        found.wait_for()
        return found

    def taps_tile(self, words: str) -> None:
        menu = self.page.get_by_test_id("menu")
        if menu.is_hidden():
            self.page.get_by_test_id("menu-bar").click()
        menu.get_by_role("button", name=words).click()

    def taps(self, label: str) -> None:
        """A quick reply, or else the newest button with this label."""
        self.page.get_by_role("button", name=label, exact=True).last.click()

    def says(self, words: str) -> None:
        keyboard = self.page.get_by_test_id("keyboard")
        if keyboard.is_visible():
            keyboard.click()
        self.page.get_by_test_id("text-input").fill(words)
        self.page.get_by_test_id("send").click()

    def takes_photo(self, scene: str) -> None:
        """From a dialog that is open, or from the foot of the phone."""
        self.page.get_by_test_id(f"scene-{scene}").click()
        self.page.get_by_test_id("send-photos").click()

    def sets_pin(self, latitude: float, longitude: float) -> None:
        self.page.get_by_test_id("latitude").fill(str(latitude))
        self.page.get_by_test_id("longitude").fill(str(longitude))
        self.page.get_by_test_id("send-location").click()

    def link(self, words: str) -> str:
        """The path behind the newest link with these words."""
        address = self.page.get_by_role("link", name=words).last.get_attribute("href")
        return urlsplit(address or "").path
