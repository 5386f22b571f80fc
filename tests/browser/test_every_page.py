# SPDX-License-Identifier: Apache-2.0
"""Every page, on the narrowest phone and on a desk: axe finds nothing, nothing sticks out, and the
browser has nothing to complain of. The pages are those of the resolver: a new one is visited as
soon as it stands in ``tests/addresses.py``, or fails here until somebody says how to get to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.urls import get_resolver, reverse

from tests.addresses import ADDRESSES, ROLES
from tests.browser import accounts
from tests.browser.conftest import new_context
from tests.browser.looking import problems, watch
from tests.browser.residents import Residents
from tests.browser.ways import LINKED, link_on, upload_areas
from tests.running import RunningDemo
from tests.test_permissions import names_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    PageOf = Callable[[str], Page]

WIDTHS = (320, 1440)
# Answered with something else than a page.
NO_PAGES = {
    "people:positions_file",
    "reports:export",
    "reports:photo",
    "reports:bulk_count",
    "reports:counts",
    "reports:points",
    "community:icon",
    "community:manifest",
    "community:worker",
    "talk:rooms",
    "talk:here",
    "talk:ground",
    "talk:positions",
    "talk:room_json",
    "talk:members",
    "talk:picture",
    "talk:message",
    "talk:readers",
    "talk:file",
    "portal:photo",
    "portal:place",
    "portal:places",
    "portal:service_worker",
    "portal:similar",
    "line:menu_drawn",
    "line:menu_page",
    "line:menu_picture",
    "line:menus_progress",
    "mfa_download_recovery_codes",
    "mfa_login_webauthn",
    "console:audit_csv",
    "console:export_statistics",
    "portal:open_data_file",
    "portal:shown_photo",
    "reports:field_cases",
    "reports:field_worker",
    "reports:shown_photo",
    "intake:questions",
    "intake:places",
    "intake:place",
    "intake:similar",
    "intake:uploaded",
    "intake:mail_photo",
    "scenarios:passage_export",
    "scenarios:export",
    "open311:discovery",
    "open311:services",
    "open311:service",
    "open311:requests",
    "open311:request",
    "open311:token",
    "open311:nothing",
}
# They lead on to a page that is visited under its own name, or need what the demo has not.
PASSED_THROUGH = {
    "account_set_password",
    "socialaccount_signup",
    "socialaccount_connections",
    "openid_connect_login",
    "openid_connect_callback",
}
HELD_ELSEWHERE = {name for name in ADDRESSES if name.startswith("gallery:")}  # tests/design
HELD_ELSEWHERE |= {"community:secret"}  # tests/community: a code that somebody has
HELD_ELSEWHERE |= {"intake:received"}  # test_intake: nobody has taken anything in before
# test_office_talk: a message that somebody has not read, a room that one may change.
HELD_ELSEWHERE |= {"talk_office:readers", "talk_office:phone", "talk_office:edit"}
NOT_VISITED = NO_PAGES | PASSED_THROUGH | HELD_ELSEWHERE

WITHOUT_A_KEY = {"mfa_activate_totp", "people:second_factor"}
HALF_SIGNED_IN = {"mfa_authenticate"}
WITH_KEYS = {name for name in ADDRESSES if name.startswith("mfa_")} | {"account_reauthenticate"}
SIGNED_IN = {"account_logout"}
WHERE_THERE_IS_NONE = {"line:channels"}  # a town with one channel is sent on to it
STAFF = {"clerk": "roads_clerk", "administrator": "administrator"}
EXPECTED = {"socialaccount_login_error": ["status of 401"]}
# Those whose password is asked once more after five minutes go first.
ORDER = ["key holder", "newcomer", "half signed in", "nobody", *STAFF, "neighbour_administrator"]


def visitors(name: str) -> Iterator[str]:
    """Who looks at the page: for staff's pages the one who sees least and the one who sees most."""
    answers = dict(zip(ROLES, ADDRESSES[name].answers.split(), strict=True))
    if "get" not in ADDRESSES[name].methods or name in NOT_VISITED:
        return
    if answers["nobody"] == "seat":  # test_community, as somebody who has one
        return
    if name in HALF_SIGNED_IN:
        yield "half signed in"
    elif name in SIGNED_IN:
        yield "clerk"
    elif name in WHERE_THERE_IS_NONE:
        yield "neighbour_administrator"
    elif name in WITHOUT_A_KEY:
        yield "newcomer"
    elif name in WITH_KEYS:
        yield "key holder"
    elif answers["nobody"] != "login":
        yield "nobody"
    else:
        yield from (who for who, role in STAFF.items() if answers[role] == "ok")


VISITS = sorted(
    {(name, who) for name in names_in(get_resolver().url_patterns) for who in visitors(name)},
    key=lambda visit: (ORDER.index(visit[1]), visit[0]),
)


@pytest.fixture(scope="module")
def pages(
    browser: Browser, signed_in: Callable[[str], Any], web: str
) -> Iterator[Callable[[str], Page]]:
    """One page for each visitor, kept for all their visits."""
    opened: dict[str, Page] = {}

    def fresh(**given: Any) -> Page:
        return new_context(browser, **given).new_page()

    def newcomer() -> Page:
        page, someone = fresh(), accounts.Newcomer.made_up()
        link = accounts.invite(page_of("administrator"), web, someone)
        accounts.arrive(page, f"{web}{link}", someone)
        return page

    def key_holder() -> Page:
        """And somebody who has given the password, but no second factor."""
        page, someone = fresh(), accounts.Newcomer.made_up()
        link = accounts.invite(page_of("administrator"), web, someone)
        accounts.give_authenticator(page)
        accounts.arrive(page, f"{web}{link}", someone)
        accounts.add_app(page, web)
        accounts.add_passkey(page, web)
        opened["half signed in"] = fresh()
        accounts.give_password(opened["half signed in"], web, someone)
        return page

    def page_of(who: str) -> Page:
        if who == "half signed in":
            page_of("key holder")
        if who not in opened:
            makers = {"key holder": key_holder, "newcomer": newcomer, "nobody": fresh}
            make = makers.get(who)
            opened[who] = make() if make else fresh(storage_state=signed_in(who))
        return opened[who]

    yield page_of
    for page in opened.values():
        page.context.close()


@pytest.fixture(scope="module")
def secret_links(residents: Residents, pages: PageOf, web: str) -> dict[str, str]:
    """Paths that stand on no page: they are sent to somebody."""
    report = residents.report(residents.newcomer()).page
    talk = residents.map_page(residents.newcomer())
    someone = accounts.Newcomer.made_up()
    return {
        "portal:report": report,
        "portal:position": f"{report}position/",
        "portal:contact": f"{report}contact/",
        "portal:erase": f"{report}erase/",
        "conversations:position": talk,
        "conversations:contact": talk.replace("/refine_position/", "/contact/"),
        "people:accept_invitation": accounts.invite(pages("administrator"), web, someone),
        "account_reset_password_from_key": "/accounts/password/reset/key/1-made-up/",
    }


def path_of(name: str, page: Page, web: str, secret: dict[str, str]) -> str:
    if name in secret:
        return secret[name]
    if name in LINKED:
        return link_on(page, f"{web}{path_of(LINKED[name], page, web, secret)}", name)
    return reverse(name)


def hold(page: Page, address: str, *expected: str) -> None:
    """``expected``: what the browser may complain of, such as the status of an error page."""
    wrong: list[str] = []
    stop = watch(page, wrong, *expected)
    page.set_viewport_size({"width": WIDTHS[0], "height": 844})
    page.goto(address)
    assert urlsplit(page.url).path == urlsplit(address).path, "sent on"
    found = problems(page, *WIDTHS)
    stop()
    assert found == []
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "who"), [pytest.param(*visit, id="-".join(visit)) for visit in VISITS]
)
def test_every_page_holds(
    pages: PageOf, secret_links: dict[str, str], web: str, name: str, who: str
) -> None:
    page = pages(who)
    if name == "console:import_areas":
        upload_areas(page, web)
    hold(page, web + path_of(name, page, web, secret_links), *EXPECTED.get(name, ()))


def test_no_address_is_left_out_without_a_word() -> None:
    """A name that is gone from the resolver goes from the lists above too."""
    listed = NOT_VISITED | WITHOUT_A_KEY | HALF_SIGNED_IN | SIGNED_IN | WHERE_THERE_IS_NONE
    assert (listed | set(LINKED) | set(EXPECTED)) - ADDRESSES.keys() == set()


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("nobody", "/nowhere/", "404"),
        ("nobody", "/r/made-up/", "404"),
        ("nobody", "/talk/made-up/contact/who/", "404"),
        ("nobody", "/accounts/invitation/made-up/", "410"),
        ("clerk", "/console/people/", "403"),
        ("clerk", "/console/cases/999999/", "404"),
        ("administrator", "/console/cases/?q=ないことば", "200"),
        ("administrator", "/console/people/?q=ないことば", "200"),
        ("administrator", "/console/mail/?q=ないことば", "200"),
        ("administrator", "/console/audit/?q=ないことば", "200"),
    ],
)
def test_pages_of_what_is_not_there_hold(
    pages: PageOf, web: str, who: str, path: str, status: str
) -> None:
    hold(pages(who), web + path, f"status of {status}")


def test_a_talk_that_is_over_says_so(pages: PageOf, residents: Residents, web: str) -> None:
    who = residents.newcomer()
    link = residents.map_page(who)
    residents.does(who, "text", text="中止")
    hold(pages("nobody"), web + link, "status of 410")
    pages("nobody").get_by_role("heading", name="この入力は終わっています").wait_for()


@pytest.mark.parametrize(
    ("who", "path", "button"),
    [
        ("nobody", "/accounts/login/", "サインイン"),
        ("administrator", "/console/people/invite/", "招待メールを送る"),
        ("administrator", "/console/departments/new/", "保存する"),
        ("administrator", "/console/line/new/", "保存する"),
        ("administrator", "/console/kinds/new/", "保存する"),
        ("administrator", "/console/templates/new/", "保存する"),
        ("administrator", "/console/open311/", "キーを作る"),
    ],
)
def test_forms_with_errors_hold(pages: PageOf, web: str, who: str, path: str, button: str) -> None:
    page = pages(who)
    page.goto(web + path)
    page.locator("main").get_by_role("button", name=button, exact=True).first.click()
    page.get_by_role("alert").first.wait_for()
    assert problems(page, *WIDTHS) == []


def test_a_form_whose_page_grew_too_old_says_what_to_do(pages: PageOf, web: str) -> None:
    page = pages("nobody")
    page.goto(f"{web}/accounts/login/")
    page.context.clear_cookies()
    page.get_by_role("button", name="サインイン", exact=True).click()
    page.wait_for_function("document.documentElement.dataset.frame === 'error'")
    assert problems(page, *WIDTHS) == []


@pytest.mark.parametrize(
    "path", ["/", "/phone/花子", "/phone/誰も", "/phones", "/ledger", "/faults"]
)
def test_pages_of_the_stand_in_hold(pages: PageOf, demo: RunningDemo, path: str) -> None:
    page = pages("nobody")
    page.goto(f"{demo.simulator}{path}")
    assert problems(page, *WIDTHS) == []
