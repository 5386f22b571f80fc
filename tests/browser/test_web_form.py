# SPDX-License-Identifier: Apache-2.0
"""The web form in a resident's hand: one question at a time, offline, in another language; and
the browser's walk beside the server's."""

from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from kairan.scenarios.context import Context, PhoneEntry
from kairan.scenarios.definition import Definition
from kairan.scenarios.inputs import PositionGiven
from kairan.scenarios.loader import READY_KEYS, ready_definition
from kairan.scenarios.replaying import replay
from kairan.scenarios.webform import form_data
from tests.browser.conftest import PHONE, OpenPage, new_context
from tests.browser.looking import problems
from tests.browser.residents import NUMBER

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HERE = {"latitude": 32.79, "longitude": 130.69}
FIRST_LOAD_BYTES = 150 * 1024
WAYS_OF_EACH = 40


def photo() -> dict[str, Any]:
    """As a camera writes it: large, and turned by its metadata."""
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.effect_noise((2400, 3200), 60).convert("RGB").save(file, "JPEG", quality=80, exif=exif)
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


@pytest.fixture
def resident(open_page: OpenPage) -> Page:
    return open_page(PHONE, geolocation=HERE, permissions=["geolocation"])


def begin(page: Page, web: str, kind: str, *, lang: str = "ja") -> None:
    page.goto(f"{web}/report/{kind}/?lang={lang}")
    page.locator("body[data-report-ready]").wait_for()


def goes_on(page: Page, words: str = "次へ") -> None:
    page.get_by_role("button", name=words, exact=True).click()


def fills_in_a_lamp(page: Page) -> None:
    page.get_by_label("つかない").check()
    goes_on(page)
    page.get_by_role("button", name="今いる場所にする").click()
    page.get_by_text("ピンは西区にあります。").wait_for()
    before = page.locator("[id$=-lat]").input_value()
    page.get_by_role("button", name="上", exact=True).click()
    assert page.locator("[id$=-lat]").input_value() != before
    goes_on(page)
    number = page.get_by_role("heading", name="番号の札")
    apart = page.get_by_role("button", name="別の件として知らせる")
    number.or_(apart).first.wait_for()
    if apart.is_visible():
        apart.click()
    page.get_by_role("textbox").fill("西-4321")
    goes_on(page)
    page.locator("[data-way=choosePhotos]").set_input_files([photo()])  # type: ignore[arg-type]
    page.locator(".form-photos img").wait_for()
    goes_on(page)
    page.get_by_label("お名前").fill("肥後 花子")
    goes_on(page)
    page.get_by_role("heading", name="この内容で送ります").wait_for()


def test_a_whole_report_with_one_thumb(resident: Page, web: str) -> None:
    begin(resident, web, "street_light")
    assert problems(resident, 390) == []
    assert transferred(resident) <= FIRST_LOAD_BYTES
    fills_in_a_lamp(resident)
    assert problems(resident, 390) == []
    taken = resident.locator(".form-photos img").last
    assert taken.evaluate("one => [one.naturalWidth, one.naturalHeight]") == [2048, 1536]
    resident.get_by_role("button", name="この内容で送る").click()
    resident.wait_for_url(re.compile("/r/"))
    number = resident.get_by_test_id("receipt-number").inner_text()
    assert NUMBER.fullmatch(number)
    assert problems(resident, 390) == []
    resident.goto(f"{web}/report/")
    resident.get_by_text(number).wait_for()


def transferred(page: Page) -> int:
    """Bytes over the wire of everything that the page has asked for."""
    asked = (
        "() => [...performance.getEntriesByType('navigation'),"
        " ...performance.getEntriesByType('resource')]"
        ".reduce((sum, one) => sum + one.transferSize, 0)"
    )
    total: int = page.evaluate(asked)
    assert total > 0
    return total


@pytest.fixture
def out_of_reach(browser: Browser) -> Iterator[Page]:
    """A browser that complains of its missing line, as it should."""
    context = new_context(browser, PHONE, geolocation=HERE, permissions=["geolocation"])
    yield context.new_page()
    context.close()


def test_what_was_filled_in_without_a_line_is_sent_when_it_is_back(
    out_of_reach: Page, web: str
) -> None:
    resident = out_of_reach
    begin(resident, web, "street_light")
    resident.evaluate("navigator.serviceWorker.ready.then(() => true)")
    fills_in_a_lamp(resident)
    resident.locator("body[data-kept=yes]").wait_for()
    resident.context.set_offline(True)
    resident.get_by_role("button", name="この内容で送る").click()
    resident.get_by_role("heading", name="電波が戻ったら送ります").wait_for()
    resident.goto(f"{web}/report/")  # from what the phone has kept
    resident.get_by_text("電波が戻ったら送ります").wait_for()
    resident.context.set_offline(False)
    resident.get_by_text(re.compile("送りました。受付番号は R")).wait_for()
    resident.get_by_role("link", name="経過を見る").click()
    resident.get_by_text("西-4321").wait_for()


def test_a_half_filled_form_waits_and_speaks_english(resident: Page, web: str) -> None:
    begin(resident, web, "street_light", lang="en")
    resident.get_by_role("radio").first.check()
    resident.evaluate("delete document.body.dataset.kept")  # the first screen has been kept, too
    goes_on(resident, "Next")
    resident.get_by_role("button", name="Use where I am").wait_for()
    resident.locator("body[data-kept=yes]").wait_for()
    begin(resident, web, "street_light", lang="en")
    resident.get_by_role("button", name=re.compile("続きから|Continue|Go on")).click()
    resident.get_by_role("button", name="Use where I am").wait_for()
    resident.get_by_role("button", name="Back").click()
    assert resident.get_by_role("radio").first.is_checked()
    assert problems(resident, 390) == []


# ── the browser's walk and the server's ──

TOWN = Context(
    directory={"town": PhoneEntry(name="市役所", number="096-000-0000")},
    area_names={"43101": "中央区"},
)
NOW = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)
WALK = """
async ({ address, cases }) => {
  const { walk, townTime } = await import(address);
  return cases.map(({ data, answers, now }) => {
    const { way, at, end } = walk(data, answers, townTime(new Date(now), data.town.timezone));
    return { way, at, end: end?.id ?? null };
  });
}
"""


def located(longitude: float, latitude: float, *, title: str = "") -> PositionGiven:
    return PositionGiven(longitude, latitude, title=title, areas=("43101",), area="中央区")


def some_answer(step: Any, chance: random.Random) -> Any:
    match step.type:
        case "choice":
            return chance.choice(step.options).value
        case "urgent":
            return chance.choice(["called", "not_urgent"])
        case "position":
            spot = {"lon": 130.7, "lat": 32.8, "areas": ["43101"]}
            return chance.choice([spot, {**spot, "typed": "公園"}, {"typed": "公園"}])
        case "photos":
            return chance.choice([None, ["a"], ["a", "b"]])
        case "datetime":
            return chance.choice(["2026-08-01", "2026-08-01T02:00"])
        case _:
            return chance.choice([None, "あいう"] if not step.required else ["あいう"])


def some_answers(definition: Definition, chance: random.Random) -> dict[str, Any]:
    asking = [s for s in definition.steps if s.type not in {"message", "branch", "end", "confirm"}]
    answers = {step.id: some_answer(step, chance) for step in asking}
    if chance.random() < 0.3:
        answers.pop(chance.choice(list(answers)))
    return answers


def test_browser_and_server_go_the_same_way(open_page: OpenPage, web: str) -> None:
    chance = random.Random(7)
    cases, expected = [], []
    for key in READY_KEYS:
        definition = ready_definition(key)
        data = form_data(definition, language="ja", context=TOWN)
        for _ in range(WAYS_OF_EACH):
            answers = some_answers(definition, chance)
            cases.append({"data": data, "answers": answers, "now": NOW.isoformat()})
            expected.append(_server(definition, answers))
    page = open_page(PHONE)
    page.goto(f"{web}/report/")
    address = "/static/scenarios/form/walk.js"
    given = json.loads(json.dumps({"address": address, "cases": cases}))
    assert page.evaluate(WALK, given) == expected
    assert len({json.dumps(way["way"]) for way in expected}) > 20


def _server(definition: Definition, answers: dict[str, Any]) -> dict[str, Any]:
    replayed = replay(definition, answers, context=TOWN, now=NOW, language="ja", locate=located)
    end = replayed.outcome.ended_by if replayed.outcome else None
    return {
        "way": list(replayed.way),
        "at": next(iter(replayed.problems), None),
        "end": end,
    }
