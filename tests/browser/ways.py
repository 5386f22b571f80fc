# SPDX-License-Identifier: Apache-2.0
"""How to get to pages that name a thing: by the first link to one on another page."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from kairan.site.demo.town import WARDS

if TYPE_CHECKING:
    from playwright.sync_api import Page

# page → the page that links to it
LINKED = {
    "people:person": "people:list",
    "people:position": "people:positions",
    "people:edit_position": "people:position",
    "people:close_position": "people:position",
    "people:appoint": "people:positions",
    "people:hand_over": "people:position",
    "people:reissue_code": "people:position",
    "people:holder": "people:position",
    "console:department": "console:departments",
    "console:close_department": "console:department",
    "console:mail": "console:mails",
    "talk:export": "talk_office:room",
    "talk_office:room": "talk_office:list",
    "talk_office:group": "talk_office:groups",
    "intake:mail": "intake:mails",
    "reports:bulk_job": "reports:bulk_jobs",
    "reports:case": "reports:list",
    "reports:kind": "reports:kinds",
    "reports:authority": "reports:kinds",
    "reports:connection": "reports:authority",
    "reports:template": "reports:templates",
    "line:channel": "line:channels",
    "line:edit": "line:channel",
    "line:menus": "line:channel",
    "console:monthly": "console:statistics",
    "reports:erase": "reports:case",
    "reports:show": "reports:case",
    "reports:redact": "reports:show",
    "portal:form": "portal:choose",
    "portal:shown": "portal:shown_cases",
    "portal:mini_settings": "line:channel",
    "line:menu_new": "line:menus",
    "line:menu_set": "line:menus",
    "line:menu_tab": "line:menu_set",
    "scenarios:editor": "scenarios:list",
    "scenarios:about": "scenarios:editor",
    "scenarios:step": "scenarios:editor",
    "scenarios:add": "scenarios:editor",
    "scenarios:publish": "scenarios:editor",
    "scenarios:history": "scenarios:editor",
    "scenarios:import_into": "scenarios:editor",
    "scenarios:passage": "scenarios:editor",
    "scenarios:trial": "scenarios:editor",
    "conversations:preview": "scenarios:editor",
    "mfa_edit_webauthn": "mfa_list_webauthn",
    "mfa_remove_webauthn": "mfa_list_webauthn",
}


def link_on(page: Page, address: str, name: str) -> str:
    """The path of the first link to such a page, seen with the page's own eyes (its cookies)."""
    answer = page.context.request.get(address)
    if resolve(urlsplit(answer.url).path).view_name == name:
        return urlsplit(answer.url).path  # the only one there is: the list leads on to it
    for href in re.findall(r'href="([^"#]+)"', answer.text()):
        path = urlsplit(unescape(href)).path
        try:
            if path.startswith("/") and resolve(path).view_name == name:
                return path
        except Resolver404:
            continue
    raise AssertionError(f"{answer.url} leads to no {name}")


def upload_areas(page: Page, web: str) -> None:
    """A file of areas waits to be looked at."""
    page.goto(f"{web}/console/areas/upload/")
    page.get_by_label("ファイル").set_input_files(WARDS)
    page.get_by_role("button", name="中身を確かめる").click()
    page.wait_for_url("**/areas/import/**")
