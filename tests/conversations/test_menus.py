# SPDX-License-Identifier: Apache-2.0
"""What rich menus mean to the talk: tabs, buttons that begin something, areas reported from."""

from __future__ import annotations

import pytest

from kairan.conversations.menu_ways import menu_ways
from kairan.conversations.taps import DoTap, read
from kairan.line.menus.models import FriendMenu
from tests.cast import Cast
from tests.conversations.test_reporting import report_a_lamp
from tests.talking import Talk


def test_a_tap_on_a_tab_needs_no_answer(line: Talk) -> None:
    before = line.said()
    params = {"newRichMenuAliasId": "menu-1-t2", "status": "SUCCESS"}
    line.postback("花子", "tab menu-1-t2", params=params)
    assert line.said() == before


def test_whatever_a_menu_may_begin_is_understood(line: Talk) -> None:
    ways = menu_ways()
    assert len(ways) > 5
    assert all(isinstance(read(data), DoTap) for data, _words in ways)


@pytest.mark.parametrize("data", ["do kinds", "do cases", "do start street_light"])
def test_a_menu_s_button_begins_it(line: Talk, data: str) -> None:
    assert data in dict(menu_ways())
    before = len(line.said())
    line.postback("花子", data)
    assert len(line.said()) > before


def test_the_menu_follows_the_area_reported_from(line: Talk, hinokuni: Cast) -> None:
    report_a_lamp(line)
    line.tap_answer("花子", "この内容で送る")
    assert FriendMenu.objects.get().areas == [hinokuni.west.pk]
