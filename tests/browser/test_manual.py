# SPDX-License-Identifier: Apache-2.0
"""The staff manual (docs/manual) says what is there: its pages open, the words it quotes stand on
them, its pictures are there. ``make manual`` takes the pictures anew."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from tests.browser import manual
from tests.browser.conftest import new_context
from tests.browser.manual import CHAPTERS, MANUAL, names_by_address
from tests.browser.manual_pictures import PICTURES, Studio
from tests.browser.residents import Residents
from tests.browser.ways import LINKED, link_on

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    HtmlOf = Callable[[str], str]

TAKE = "KAIRAN_MANUAL_PICTURES"
NOT_NOW = [pytest.param("", marks=pytest.mark.skip(f"{TAKE} names no folder: see make manual"))]
PICTURES_AT = MANUAL / "pictures"
MOST_BYTES, MOST_BYTES_TOGETHER = 120_000, 2_500_000
# What the manual calls by its address only, and where the first link to it is.
WAYS = {
    "console:monthly": "console:statistics",
    "reports:erase": "reports:case",
    **LINKED,
}
FOR_NOBODY = {"account_login"}


@pytest.fixture(scope="module")
def made(residents: Residents) -> dict[str, str]:
    """A report of our own: other tests leave cases in every state."""
    sent = residents.report(residents.newcomer())
    return {"portal:report": sent.page, "number": sent.number}


@pytest.fixture(scope="module")
def html_of(
    browser: Browser, signed_in: Callable[[str], Any], web: str, made: dict[str, str]
) -> Iterator[HtmlOf]:
    """The page behind an address of the manual, as an administrator sees it. Each once."""
    read: dict[str, str] = {}
    names = names_by_address()
    contexts = {
        "administrator": new_context(browser, storage_state=signed_in("administrator")),
        "nobody": new_context(browser),
    }
    page = contexts["administrator"].new_page()

    def path_of(name: str) -> str:
        if name == "reports:case":
            return link_on(page, f"{web}{reverse('reports:list')}?q={made['number']}", name)
        if name in made:
            return made[name]
        if name in WAYS:
            return link_on(page, web + path_of(WAYS[name]), name)
        return reverse(name)

    def html_of(address: str) -> str:
        if address not in read:
            name = names[address]
            context = contexts["nobody" if name in FOR_NOBODY else "administrator"]
            answer = context.request.get(web + path_of(name))
            assert answer.ok, f"{address}: {answer.status}"
            read[address] = unescape(answer.text())
        return read[address]

    yield html_of
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)
def test_what_a_chapter_quotes_stands_on_its_pages(chapter: Path, html_of: HtmlOf) -> None:
    for address in manual.screens(chapter):
        assert html_of(address)
    wrong = [
        quote
        for quote in manual.quotes(chapter)
        if not quote.address or quote.words not in html_of(quote.address)
    ]
    assert wrong == []


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)
def test_a_chapter_leads_nowhere_that_is_not_there(chapter: Path) -> None:
    known = names_by_address()
    assert [address for address in manual.addresses(chapter) if address not in known] == []
    assert [link for link in manual.links(chapter) if not (MANUAL / link).exists()] == []


def test_the_contents_list_every_chapter() -> None:
    listed = set(manual.links(MANUAL / "README.md"))
    assert listed == {chapter.name for chapter in CHAPTERS if chapter.name != "README.md"}


def test_each_picture_is_named_once_and_there_and_small() -> None:
    named = [name for chapter in CHAPTERS for name in manual.pictures(chapter)]
    there = {path.stem: path.stat().st_size for path in PICTURES_AT.iterdir()}
    assert sorted(named) == sorted(there) == sorted(PICTURES), "make manual"
    assert {name: size for name, size in there.items() if size > MOST_BYTES} == {}
    assert sum(there.values()) <= MOST_BYTES_TOGETHER


@pytest.mark.parametrize("name", PICTURES if TAKE in os.environ else NOT_NOW)
def test_the_pictures_are_taken(studio: Studio, name: str) -> None:
    studio.take(name, Path(os.environ[TAKE]))


@pytest.fixture(scope="module")
def studio(
    browser: Browser,
    signed_in: Callable[[str], Any],
    web: str,
    made: dict[str, str],
) -> Iterator[Studio]:
    contexts = []

    def open_page(who: str, size: dict[str, int]) -> Page:
        given = {"storage_state": signed_in(who)} if who else {}
        contexts.append(new_context(browser, size, **given))
        return contexts[-1].new_page()

    yield Studio(open_page, web, number=made["number"], report=made["portal:report"])
    for context in contexts:
        context.close()
