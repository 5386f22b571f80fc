# SPDX-License-Identifier: Apache-2.0
"""Leaders made by the office, as the office makes them, who come in with their digits; and the
push service of their browsers, which in a test is not Google's."""

from __future__ import annotations

import itertools
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.push.push_host import Browser as Subscriber

_numbers = itertools.count(int(time.time()) % 1_000_000)

# What Chromium would ask Google for: a subscription, kept as long as the browser's storage.
PUSH_SERVICE = """(made) => {
  const KEY = "test:subscription";
  const keep = (endpoint, key) => localStorage.setItem(KEY, JSON.stringify({ endpoint, key }));
  function subscription({ endpoint, key }) {
    return {
      endpoint,
      options: { applicationServerKey: Uint8Array.from(key).buffer },
      toJSON: () => ({ endpoint, keys: made.keys }),
      unsubscribe: async () => (localStorage.removeItem(KEY), true),
    };
  }
  PushManager.prototype.getSubscription = async () => {
    const kept = localStorage.getItem(KEY);
    return kept ? subscription(JSON.parse(kept)) : null;
  };
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    keep(made.endpoint, [...applicationServerKey]);
    return subscription(JSON.parse(localStorage.getItem(KEY)));
  };
}"""


@dataclass(frozen=True)
class Leader:
    post: str
    name: str
    digits: str


def seated(office: Page, web: str) -> Leader:
    """A new post with a new holder; ``office`` is an administrator's page."""
    number = next(_numbers)
    post, name = f"試し{number}校区 会長", f"試し 花子{number}"
    office.goto(f"{web}/console/positions/new/")
    office.get_by_label("みんなに見える名前").fill(post)
    office.get_by_role("button", name="保存する").click()
    office.get_by_role("link", name="人をつける").click()
    office.get_by_label("氏名").fill(name)
    office.get_by_role("button", name="この人をつける").click()
    return Leader(post, name, office.locator("[data-digits]").inner_text())


def come_in(page: Page, web: str, leader: Leader) -> Page:
    page.goto(f"{web}/community/sign-in/")
    page.get_by_label("紙に書いてある8けたの数字").fill(leader.digits)
    page.get_by_role("button", name="入る", exact=True).click()
    page.wait_for_url("**/community/")
    return page


def with_push_service(page: Page, subscriber: Subscriber) -> None:
    """Before the page is opened."""
    page.context.grant_permissions(["notifications"])
    page.add_init_script(f"({PUSH_SERVICE})({json.dumps(subscriber.as_json)})")


def with_worker(page: Page) -> None:
    """Waits until the page is looked after, and its shell kept."""
    page.evaluate("navigator.serviceWorker.ready")
    until(page, "() => navigator.serviceWorker.controller !== null")
    until(page, "() => caches.match('/community/talk/shell/')")


def until(page: Page, asked: str, given: Any = None) -> None:
    """Until the function, which may be async, gives something (``wait_for_function`` takes the
    promise itself for that)."""
    came = page.evaluate(
        f"""async (given) => {{
          for (let left = 200; left; left -= 1) {{
            if (await ({asked})(given)) return true;
            await new Promise((done) => setTimeout(done, 100));
          }}
          return false;
        }}""",
        given,
    )
    assert came, asked


def deliver(page: Page, web: str, note: dict[str, Any]) -> None:
    """Hand the note to the browser as its push service would."""
    session = page.context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(
            one["registrationId"]
            for one in event["registrations"]
            if one["scopeURL"].endswith("/community/") and not one["isDeleted"]
        ),
    )
    session.send("ServiceWorker.enable")
    while not found:
        page.evaluate("navigator.serviceWorker.getRegistrations().then(() => null)")
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": web, "registrationId": found[0], "data": json.dumps(note)},
    )
    session.detach()


def shown(page: Page) -> list[dict[str, Any]]:
    """The notifications that stand on the phone."""
    found: list[dict[str, Any]] = page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.ready;
          const all = await registration.getNotifications();
          return all.map(({ title, body, tag, data }) => ({ title, body, tag, url: data?.url }));
        }"""
    )
    return found
