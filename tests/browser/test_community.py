# SPDX-License-Identifier: Apache-2.0
"""The leaders' app in a phone-sized browser: offline, push, share sheet, sign-out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.leaders import (
    Leader,
    come_in,
    deliver,
    seated,
    shown,
    until,
    with_push_service,
    with_worker,
)
from tests.browser.looking import problems
from tests.push.push_host import PushHost

if TYPE_CHECKING:
    from playwright.sync_api import Page

    OpenLeader = Callable[..., tuple[Page, Leader]]

NO_LINE = ("net::ERR_FAILED", "net::ERR_INTERNET_DISCONNECTED")


@pytest.fixture
def leader_page(open_page: OpenPage, staff_page: OpenPage, web: str) -> OpenLeader:
    """``leader_page()``: a new leader's phone, signed in, at home."""

    def leader_page(subscriber: Any = None, **given: Any) -> tuple[Page, Leader]:
        leader = seated(staff_page("administrator"), web)
        page = open_page(PHONE, expected=NO_LINE, **given)
        if subscriber is not None:
            with_push_service(page, subscriber)
        return come_in(page, web, leader), leader

    return leader_page


def test_pages_hold_in_every_size_of_text(leader_page: OpenLeader, web: str) -> None:
    page, _leader = leader_page()
    for path in ("settings", "help", "install", "offline", "share"):
        page.goto(f"{web}/community/{path}/")
        assert problems(page, 320, 768, 1440) == []
        page.evaluate("document.documentElement.dataset.textSize = 'largest'")
        assert problems(page, 320, 1440) == []


def test_the_text_is_as_large_as_chosen_on_every_page(leader_page: OpenLeader, web: str) -> None:
    page, _leader = leader_page()
    page.goto(f"{web}/community/settings/")
    page.get_by_role("button", name="特大").click()
    expect(page.get_by_role("button", name="特大")).to_have_attribute("aria-pressed", "true")
    page.goto(f"{web}/community/")
    size = "getComputedStyle(document.body).fontSize"
    assert page.evaluate(size) == "28px"


def test_it_opens_without_a_line_and_says_so(leader_page: OpenLeader, web: str) -> None:
    page, _leader = leader_page()
    with_worker(page)
    page.goto(f"{web}/community/help/")
    page.locator("body[data-ready]").wait_for()
    page.context.set_offline(True)
    for path, words in (
        ("help", "困ったときは"),
        ("", "トーク"),
        ("install", "このページは、まだこの端末で開いたことがありません"),
    ):
        page.goto(f"{web}/community/{path}/".replace("//", "/").replace(":/", "://"))
        expect(page.locator("main")).to_contain_text(words)
    expect(page.get_by_text("いま電波がありません")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("いま電波がありません")).to_be_hidden()


def test_nothing_that_was_said_is_kept_with_the_pages(leader_page: OpenLeader, web: str) -> None:
    page, leader = leader_page()
    with_worker(page)
    kept = page.evaluate(
        """async () => {
          const cache = await caches.open("community-1");
          const answers = await Promise.all((await cache.keys()).map((one) => cache.match(one)));
          const texts = await Promise.all(answers.map((one) => one.text()));
          return { paths: answers.map((one) => new URL(one.url).pathname), all: texts.join() };
        }"""
    )
    assert leader.name not in kept["all"]
    assert "/community/" not in kept["paths"]
    assert not [path for path in kept["paths"] if "/api/" in path]


def test_a_new_version_is_taken_over_quietly(leader_page: OpenLeader, web: str) -> None:
    page, _leader = leader_page()
    with_worker(page)
    page.goto(f"{web}/community/settings/")
    page.locator("body[data-push-state]").wait_for()
    expect(page.get_by_text("新しくなりました")).to_be_hidden()
    page.evaluate(
        "navigator.serviceWorker.register('/community/worker.js?2', {scope: '/community/'})"
    )
    expect(page.get_by_text("新しくなりました")).to_be_visible()
    page.get_by_role("button", name="読み直す").click()
    expect(page.get_by_text("新しくなりました")).to_be_hidden()


def test_push_is_turned_on_tried_and_turned_off(
    leader_page: OpenLeader, push_host: PushHost, web: str
) -> None:
    subscriber = push_host.browser("phone")
    page, _leader = leader_page(subscriber)
    with_worker(page)
    expect(page.get_by_text("この端末には通知が届きません")).to_be_visible()
    page.get_by_role("link", name="通知を入れる").click()
    page.get_by_role("button", name="通知を入れる").click()
    expect(page.get_by_text("この端末に通知が届きます")).to_be_visible()
    page.get_by_role("button", name="通知を試す").click()
    assert push_host.arrived.acquire(timeout=30)
    [note] = subscriber.notes
    deliver(page, web, note)
    expect(page.get_by_text("届きました。")).to_be_visible()
    assert [(one["title"], one["tag"]) for one in shown(page)] == [("通知の試し", "trial")]
    page.get_by_role("button", name="この端末の通知を止める").click()
    expect(page.get_by_role("button", name="通知を入れる")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="通知を入れる")).to_be_visible()


LOSE = """async () => {
  const [, token] = document.cookie.match(/csrftoken=([^;]+)/);
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const { endpoint } = JSON.parse(localStorage.getItem("test:subscription"));
  const asked = { method: "DELETE", headers, body: JSON.stringify({ endpoint }) };
  return (await fetch("/community/push/", asked)).status;
}"""


def test_a_subscription_that_the_server_has_lost_mends_itself(
    leader_page: OpenLeader, push_host: PushHost, web: str
) -> None:
    page, _leader = leader_page(push_host.browser("lost"))
    with_worker(page)
    page.goto(f"{web}/community/settings/")
    page.get_by_role("button", name="通知を入れる").click()
    expect(page.get_by_text("この端末に通知が届きます")).to_be_visible()
    ended = page.evaluate(LOSE)
    assert ended == 200
    page.reload()
    expect(page.get_by_text("この端末に通知が届きます")).to_be_visible()


SHOWN = """(body) => navigator.serviceWorker.ready
  .then((one) => one.getNotifications())
  .then((all) => all.some((one) => one.body === body))"""


def test_every_push_is_shown_even_a_broken_one(leader_page: OpenLeader, web: str) -> None:
    page, _leader = leader_page()
    page.context.grant_permissions(["notifications"])
    with_worker(page)
    room = {"title": "会長会", "tag": "room-1", "url": "/community/talk/1/"}
    for note, body in (
        ({**room, "body": "1"}, "1"),
        ({**room, "body": "2"}, "2"),
        ({}, "新しいメッセージがあります。"),
    ):
        deliver(page, web, note)
        until(page, SHOWN, body)
    found = {one["tag"]: one for one in shown(page)}
    assert len(found) == 2
    assert found["room-1"]["body"] == "2"
    assert found["room-1"]["url"] == "/community/talk/1/"
    assert found["talk"]["title"] == "回覧"


OPEN_DIRECT = """async (name) => {
  const [, token] = document.cookie.match(/csrftoken=([^;]+)/);
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const api = "/community/talk/api/";
  const { positions } = await (await fetch(`${api}positions/`)).json();
  const position = positions.find((one) => one.name === name).id;
  const asked = { method: "POST", headers, body: JSON.stringify({ position }) };
  return (await (await fetch(`${api}rooms/direct/`, asked)).json()).room;
}"""
# What a phone does when the app is chosen in another app's share sheet.
HAND_OVER = """async () => {
  const make = (tag, facts) => Object.assign(document.createElement(tag), facts);
  const canvas = make("canvas", { width: 40, height: 30 });
  canvas.getContext("2d").fillRect(0, 0, 20, 30);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg"));
  const held = new DataTransfer();
  held.items.add(new File([blob], "道.jpg", { type: "image/jpeg" }));
  const form = make("form", { method: "post", enctype: "multipart/form-data" });
  form.action = "/community/share/";
  form.append(make("input", { name: "text", value: "道に穴があります" }));
  form.append(make("input", { type: "file", name: "files", files: held.files }));
  document.body.append(form);
  form.submit();
}"""


def test_what_another_app_hands_over_goes_to_the_room_that_is_chosen(
    leader_page: OpenLeader, staff_page: OpenPage, web: str
) -> None:
    other = seated(staff_page("administrator"), web)
    page, _leader = leader_page()
    with_worker(page)
    room = page.evaluate(OPEN_DIRECT, other.post)
    page.evaluate(HAND_OVER)
    expect(page.get_by_label("送る文")).to_have_value("道に穴があります")
    expect(page.get_by_text("道.jpg")).to_be_visible()
    assert problems(page, 320, DESK["width"]) == []
    page.get_by_role("button", name=other.post).click()
    page.wait_for_url(f"**/community/talk/{room}/")
    expect(page.locator("[data-messages]")).to_contain_text("道に穴があります")
    expect(page.locator("[data-messages] img").first).to_be_visible()


def test_after_signing_out_the_device_knows_nothing(leader_page: OpenLeader, web: str) -> None:
    page, _leader = leader_page()
    with_worker(page)
    page.goto(f"{web}/community/settings/")
    page.get_by_role("button", name="サインアウトする").click()
    page.wait_for_url("**/community/sign-in/**")
    left = (
        "Promise.all([caches.keys(), indexedDB.databases()]).then(([a, b]) => a.length + b.length)"
    )
    assert page.evaluate(left) == 0
    page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_"):
        page.goto(f"{web}/community/")
