# SPDX-License-Identifier: Apache-2.0
"""Talk between a chair's phone and a clerk's screen: two real browsers, open at once."""

from __future__ import annotations

import gzip
import re
import sys
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest

from tests.browser.conftest import DESK, PHONE, OpenPage, new_context
from tests.browser.leaders import come_in, seated, until
from tests.browser.looking import problems
from tests.files.pictures import jpeg

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

MOST_ON_THE_WIRE = 150 * 1024
LINE_IS_GONE = ("ERR_INTERNET_DISCONNECTED", "status of 401")
# What the page itself would ask, with its own cookies.
ASK = """async ([path, content, headers]) => {
  const token = document.cookie.match(/csrftoken=([^;]+)/)[1];
  const given = {method: "POST", body: JSON.stringify(content),
    headers: {"X-CSRFToken": token, "Content-Type": "application/json", ...headers}};
  const answer = await fetch("/community/talk/" + path, content ? given : {});
  return [answer.status, await answer.json()];
}"""
# How many lists and rooms this device keeps to be read without a line.
KEPT = """async () => {
  const all = (await indexedDB.databases()).map(({ name }) => name);
  const names = all.filter((name) => name.startsWith("talk-"));
  const counts = names.map((name) => new Promise((done, failed) => {
    const opening = indexedDB.open(name);
    opening.onerror = failed;
    opening.onsuccess = () => {
      const counting = opening.result.transaction("pages").objectStore("pages").count();
      counting.onsuccess = () => (opening.result.close(), done(counting.result));
    };
  }));
  return (await Promise.all(counts)).reduce((sum, one) => sum + one, 0);
}"""
States = tuple[Any, Any]


@pytest.fixture(scope="session")
def seats(browser: Browser, web: str, signed_in: Callable[[str], Any]) -> States:
    """Cookies of a new chair, who has come in on their phone, and of a clerk of the desk."""
    office = new_context(browser, storage_state=signed_in("administrator"))
    phone = new_context(browser, PHONE)
    come_in(phone.new_page(), web, seated(office.new_page(), web))
    chair = phone.storage_state()
    for context in (office, phone):
        context.close()
    return chair, signed_in("縁 結")


@pytest.fixture
def chair(open_page: OpenPage, seats: States, web: str) -> Page:
    page = open_page(PHONE, storage_state=seats[0], has_touch=True, expected=LINE_IS_GONE)
    return _at_talk(page, web)


@pytest.fixture
def clerk(open_page: OpenPage, seats: States, web: str) -> Page:
    return _at_talk(open_page(DESK, storage_state=seats[1]), web)


@pytest.fixture
def room(chair: Page, clerk: Page) -> str:
    """A group of both, open on both screens."""
    name = _new_room(chair, clerk)
    for page in (clerk, chair):
        page.get_by_role("link", name=name).click()
        page.locator("[data-shows=open]").wait_for()
    return name


def _at_talk(page: Page, web: str) -> Page:
    page.goto(f"{web}/community/")
    page.locator("body[data-stream-state=open]").wait_for()
    return page


def _new_room(chair: Page, clerk: Page) -> str:
    name = f"打ち合わせ {uuid.uuid4().hex[:8]}"
    position = ask(chair, "api/rooms/")["me"]["seats"][0]["id"]
    ask(clerk, "api/rooms/", {"name": name, "positions": [position]})
    return name


def ask(page: Page, path: str, content: Any = None, **headers: str) -> Any:
    status, answer = page.evaluate(ASK, [path, content, headers])
    assert status == 200, (path, status, answer)
    return answer


def write(page: Page, text: str) -> None:
    field(page).fill(text)
    page.get_by_role("button", name="送信", exact=True).click()


def field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="メッセージ", exact=True)


def said(page: Page, text: str) -> Locator:
    """The message on the screen, arrived."""
    return page.locator("[data-messages] .talk-message", has_text=text)


def room_id(page: Page) -> int:
    found = re.search(r"/talk/(\d+)/", page.url)
    assert found
    return int(found[1])


def menu(page: Page, text: str, word: str) -> None:
    said(page, text).locator("[data-act=menu]").click()
    page.locator("dialog").get_by_role("button", name=word).click()


@pytest.mark.usefixtures("room")
def test_what_is_written_is_on_the_other_screen_and_counted_when_read(
    chair: Page, clerk: Page
) -> None:
    write(clerk, "明日の集合は9時です。")
    said(chair, "明日の集合は9時です。").wait_for()
    said(clerk, "明日の集合は9時です。").get_by_text("既読 1").wait_for()
    said(clerk, "明日の集合は9時です。").get_by_role("button", name="既読").click()
    chair_name = ask(chair, "api/rooms/")["me"]["seats"][0]["name"]
    clerk.locator("dialog section", has_text="既読").get_by_text(chair_name).wait_for()


@pytest.mark.usefixtures("room")
def test_a_stamp_and_a_photo_from_the_phone(chair: Page, clerk: Page) -> None:
    chair.get_by_role("button", name="スタンプ").click()
    chair.get_by_role("button", name="了解しました").click()
    clerk.locator("[data-messages]").get_by_alt_text("了解しました").wait_for()
    photo = {"name": "現場.jpg", "mimeType": "image/jpeg", "buffer": jpeg(size=(4000, 3000))}
    chair.locator("[data-pick-photo]").set_input_files(photo)  # type: ignore[arg-type]
    chair.get_by_alt_text("写真1").wait_for()
    write(chair, "ここです")
    said(clerk, "ここです").locator("img").wait_for()
    [seen] = ask(clerk, f"api/rooms/{room_id(clerk)}/")["messages"][-1]["attachments"]
    assert max(seen["width"], seen["height"]) <= 2560
    said(clerk, "ここです").locator("a[data-photo]").click()
    clerk.locator(".viewer[open] img").wait_for()


@pytest.mark.usefixtures("room")
def test_what_is_written_without_a_line_goes_out_once_and_in_order(
    chair: Page, clerk: Page
) -> None:
    chair.context.set_offline(True)
    for text in ("圏外で一つ", "圏外で二つ", "圏外で三つ"):
        write(chair, text)
    chair.get_by_text("電波がありません。前に見た内容です。").wait_for()
    chair.get_by_text("送信待ち").nth(2).wait_for()
    write(clerk, "そのあいだに")
    said(clerk, "そのあいだに").wait_for()
    chair.context.set_offline(False)
    said(clerk, "圏外で三つ").wait_for()
    said(chair, "そのあいだに").wait_for()
    chair.locator("[data-waiting-list] li").first.wait_for(state="detached")
    texts = [one["text"] for one in ask(chair, f"api/rooms/{room_id(chair)}/")["messages"]]
    assert texts[-4:] == ["そのあいだに", "圏外で一つ", "圏外で二つ", "圏外で三つ"]
    assert chair.locator("[data-messages] .talk-text").all_inner_texts() == texts[-4:]
    assert clerk.locator("[data-messages] .talk-text").all_inner_texts() == texts[-4:]


@pytest.mark.usefixtures("room")
def test_what_waits_can_be_dropped(chair: Page, clerk: Page) -> None:
    chair.context.set_offline(True)
    write(chair, "やっぱりやめる")
    chair.get_by_role("button", name="取りやめる").click()
    chair.locator("[data-waiting-list] li").wait_for(state="detached")
    write(chair, "こちらを送る")
    chair.get_by_text("送信待ち").wait_for()
    chair.context.set_offline(False)
    said(clerk, "こちらを送る").wait_for()
    assert said(clerk, "やっぱりやめる").count() == 0


@pytest.mark.usefixtures("room")
def test_two_tabs_of_one_phone_send_once(chair: Page, clerk: Page) -> None:
    other = chair.context.new_page()
    other.goto(chair.url)
    other.locator("body[data-stream-state=open]").wait_for()
    chair.context.set_offline(True)
    write(chair, "こちらのタブから")
    write(other, "あちらのタブから")
    other.get_by_text("送信待ち").first.wait_for()
    chair.context.set_offline(False)
    for text in ("こちらのタブから", "あちらのタブから"):
        said(clerk, text).wait_for()
        said(chair, text).wait_for()
    texts = [one["text"] for one in ask(clerk, f"api/rooms/{room_id(clerk)}/")["messages"][-2:]]
    assert sorted(texts) == ["あちらのタブから", "こちらのタブから"]


@pytest.mark.usefixtures("room")
def test_who_is_signed_out_keeps_what_they_wrote(chair: Page, clerk: Page) -> None:
    cookies: Any = chair.context.cookies()
    chair.context.clear_cookies()
    write(chair, "サインインが切れてから")
    way = chair.get_by_role("link", name="サインインする")
    assert (
        way.get_attribute("href")
        == f"/community/sign-in/?next={quote(urlsplit(chair.url).path, '')}"
    )
    until(chair, f"async () => (await ({KEPT})()) === 0")
    chair.context.add_cookies(cookies)
    chair.reload()
    said(clerk, "サインインが切れてから").wait_for()


@pytest.mark.usefixtures("room")
def test_who_was_signed_out_elsewhere_leaves_nothing_to_read(chair: Page, web: str) -> None:
    until(chair, f"async () => (await ({KEPT})()) > 1")
    chair.context.clear_cookies()
    chair.goto(f"{web}/community/")
    assert "/community/sign-in/" in chair.url
    until(chair, f"async () => (await ({KEPT})()) === 0")


def test_a_room_that_was_open_is_there_without_a_line(chair: Page, clerk: Page) -> None:
    name = _new_room(chair, clerk)
    chair.get_by_role("link", name=name).click()
    chair.locator("[data-shows=open]").wait_for()
    clerk.get_by_role("link", name=name).click()
    write(clerk, "残しておくもの")
    said(chair, "残しておくもの").wait_for()
    chair.get_by_role("link", name="一覧").click()
    chair.context.set_offline(True)
    chair.get_by_role("link", name=name).click()
    said(chair, "残しておくもの").wait_for()
    chair.context.set_offline(False)


def test_the_unread_are_told_again_and_must_read_is_confirmed(chair: Page, clerk: Page) -> None:
    name = _new_room(chair, clerk)
    clerk.get_by_role("link", name=name).click()
    clerk.get_by_role("button", name="そのほか").click()
    clerk.get_by_role("button", name="送り方").click()
    clerk.get_by_label("必読").check()
    clerk.get_by_role("button", name="決める", exact=True).click()
    write(clerk, "訓練の持ち物です")
    said(clerk, "訓練の持ち物です").get_by_role("button", name="既読").click()
    clerk.get_by_role("button", name="未読の人に再通知").click()
    clerk.get_by_text("未読の1人に、もう一度知らせました。").wait_for()
    assert re.match(r"\(\d+\)", chair.title())
    chair.get_by_role("link", name=name).click()
    said(chair, "訓練の持ち物です").get_by_role("button", name="確認しました").click()
    said(chair, "訓練の持ち物です").locator(".talk-confirmed").wait_for()
    said(clerk, "訓練の持ち物です").get_by_text("確認 1").wait_for()


@pytest.mark.usefixtures("room")
def test_answers_marks_pins_and_recalls(chair: Page, clerk: Page) -> None:
    write(clerk, "テントを借りられますか")
    menu(chair, "テントを借りられますか", "返信する")
    write(chair, "二張りあります")
    said(clerk, "二張りあります").locator(".talk-quote").wait_for()
    menu(clerk, "二張りあります", "ありがとう")
    said(chair, "二張りあります").locator(".talk-reaction").wait_for()
    said(clerk, "二張りあります").locator("[data-act=menu]").click()
    clerk.get_by_role("button", name="ピン留めする").click()
    chair.locator("[data-pins]").get_by_text("二張りあります").wait_for()
    menu(chair, "二張りあります", "送信を取り消す")
    chair.get_by_role("button", name="取り消す", exact=True).click()
    clerk.locator("[data-messages]").get_by_text("送信を取り消しました").wait_for()
    assert "二張りあります" not in clerk.locator(".talk").inner_text()


@pytest.mark.usefixtures("room")
def test_who_is_removed_while_the_room_is_open_sees_nothing_more(chair: Page, clerk: Page) -> None:
    write(clerk, "まだ一緒です")
    said(clerk, "まだ一緒です").get_by_text("既読 1").wait_for()
    position = ask(chair, "api/rooms/")["me"]["seats"][0]["id"]
    ask(clerk, f"api/rooms/{room_id(clerk)}/members/remove", {"position": position})
    chair.get_by_text("このトークから外れました").wait_for()
    write(clerk, "外れたあとの話")
    said(clerk, "外れたあとの話").wait_for()
    ask(chair, "api/rooms/")
    assert "外れたあとの話" not in chair.content()
    assert "まだ一緒です" not in chair.locator("[data-messages]").inner_text()


@pytest.mark.usefixtures("room")
def test_text_stays_text(chair: Page, clerk: Page) -> None:
    write(clerk, '<img src=x onerror="alert(1)"> https://example.org/a?b=1。 javascript:alert(1)')
    message = said(chair, "onerror")
    message.wait_for()
    assert message.locator(".talk-bubble img").count() == 0
    [link] = message.locator(".talk-bubble a").all()
    assert link.get_attribute("href") == "https://example.org/a?b=1"
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert link.get_attribute("target") == "_blank"


@pytest.mark.usefixtures("room")
def test_a_draft_is_on_the_other_device(
    chair: Page, open_page: OpenPage, seats: States, web: str
) -> None:
    with chair.expect_response("**/draft"):
        field(chair).fill("書きかけの返事")
    tablet = open_page({"width": 768, "height": 1024}, storage_state=seats[0])
    tablet.goto(chair.url)
    tablet.locator("[data-shows=open]").wait_for()
    tablet.locator("[aria-current=page]", has_text="下書き 書きかけの返事").wait_for()
    assert field(tablet).input_value() == "書きかけの返事"


def test_older_messages_come_without_moving_what_one_reads(chair: Page, clerk: Page) -> None:
    name = _new_room(chair, clerk)
    clerk.get_by_role("link", name=name).click()
    here = room_id(clerk)
    for start in (0, 30):
        messages = [
            {"client_id": str(uuid.uuid4()), "room": here, "kind": "text", "text": f"{n}番目の話"}
            for n in range(start, start + 30)
        ]
        ask(clerk, "send", {"messages": messages}, **{"X-Kairan": "talk"})
    chair.get_by_role("link", name=name).click()
    chair.get_by_text("ここから未読").wait_for()
    chair.get_by_role("button", name="最新へ").click()
    said(chair, "59番目の話").wait_for()
    log = chair.locator("[data-log]")
    assert chair.get_by_text("12番目の話", exact=True).count() == 0
    log.evaluate("log => log.scrollTop = 0")
    chair.get_by_text("12番目の話", exact=True).wait_for(state="attached")
    assert log.evaluate("log => log.scrollTop") > 0


@pytest.mark.usefixtures("room")
def test_all_of_it_is_clean_at_every_width(chair: Page, clerk: Page) -> None:
    write(clerk, "必ずお読みください https://example.org/")
    write(chair, "読みました")
    said(chair, "読みました").get_by_text("既読 1").wait_for()
    for page in (clerk, chair):
        assert problems(page, 320, 390, 768, 1440) == []
    chair.set_viewport_size(PHONE)  # type: ignore[arg-type]
    said(chair, "読みました").locator("[data-act=menu]").click()
    assert problems(chair, 320, 1440) == []
    chair.get_by_role("button", name="既読・未読を見る").click()
    chair.get_by_role("heading", name=re.compile("^未読 ")).wait_for()
    assert problems(chair, 320, 1440) == []
    chair.keyboard.press("Escape")
    chair.get_by_role("button", name="スタンプ").click()
    assert problems(chair, 320, 1440) == []


def test_the_first_load_is_light(open_page: OpenPage, seats: States, web: str) -> None:
    """Each answer as a server or proxy would pack it; photos apart."""
    page = open_page(PHONE, storage_state=seats[0], service_workers="block")
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108
    page.goto(f"{web}/community/")
    page.locator("body[data-talk-ready]").wait_for()
    page.wait_for_load_state("load")
    sizes = {
        answer.url.split("?")[0]: len(gzip.compress(answer.body(), 9)) + 200
        for answer in list(answers)
        if answer.ok and "event-stream" not in answer.headers.get("content-type", "")
    }
    total = sum(sizes.values())
    sys.stdout.write(f"\nfirst load of the talk page: {total / 1024:.0f} KB\n")
    assert total <= MOST_ON_THE_WIRE
