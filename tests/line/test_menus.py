# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from kairan.audit.actors import PROGRAM
from kairan.audit.models import Entry
from kairan.line.actions import (
    RegistrationUnderWay,
    menu_for,
    register_default_menu,
    save_menu,
)
from kairan.line.models import REGISTRATION_ENDS_AFTER, LineChannel, RichMenu
from kairan.line.richmenu import Does, MenuNotRegistered, Tile
from linesim.testing import Line


def _states(channel: LineChannel) -> list[str]:
    return sorted(channel.menus.values_list("state", flat=True))


def test_the_default_menu_needs_no_draft(channel: LineChannel, line: Line) -> None:
    shown = register_default_menu(acting=PROGRAM, channel=channel)
    assert line.channel.default_menu == shown.line_id
    assert bytes(shown.image or b"").startswith(b"\x89PNG")
    assert [tile.icon for tile in shown.menu.tiles] == ["report", "status", "phone"]
    assert shown.registered_at is not None


def test_a_draft_becomes_the_shown_menu(channel: LineChannel, line: Line) -> None:
    first = register_default_menu(acting=PROGRAM, channel=channel)
    tile = Tile("web", "市のページ", Does.PAGE, "https://example.jp/")
    menu = replace(menu_for(channel), tiles=(*menu_for(channel).tiles, tile))
    save_menu(acting=PROGRAM, channel=channel, menu=menu)
    assert line.channel.default_menu == first.line_id
    second = register_default_menu(acting=PROGRAM, channel=channel)
    assert second.menu == menu
    assert list(line.channel.menus) == [second.line_id]
    assert _states(channel) == ["replaced", "shown"]


def test_a_failure_keeps_the_draft_and_the_shown_menu(channel: LineChannel, line: Line) -> None:
    first = register_default_menu(acting=PROGRAM, channel=channel)
    save_menu(acting=PROGRAM, channel=channel, menu=menu_for(channel))
    line.fault("*/content", status=500)
    with pytest.raises(MenuNotRegistered):
        register_default_menu(acting=PROGRAM, channel=channel)
    assert _states(channel) == ["draft", "shown"]
    assert line.channel.default_menu == first.line_id
    assert Entry.objects.filter(verb="line_menu.failed").exists()
    assert not LineChannel.objects.get().is_registering


def test_two_registrations_at_once_are_refused(channel: LineChannel) -> None:
    LineChannel.objects.update(registering_since=timezone.now())
    with pytest.raises(RegistrationUnderWay):
        register_default_menu(acting=PROGRAM, channel=channel)


def test_a_registration_that_was_killed_blocks_for_minutes_only(channel: LineChannel) -> None:
    killed = timezone.now() - REGISTRATION_ENDS_AFTER
    LineChannel.objects.update(registering_since=killed)
    assert register_default_menu(acting=PROGRAM, channel=channel).line_id


def test_what_a_killed_registration_left_at_line_is_swept(channel: LineChannel, line: Line) -> None:
    register_default_menu(acting=PROGRAM, channel=channel)
    RichMenu.objects.all().delete()  # killed before it could be written down
    shown = register_default_menu(acting=PROGRAM, channel=channel)
    assert list(line.channel.menus) == [shown.line_id]


def test_the_editor_begins_with_the_draft(channel: LineChannel) -> None:
    menu = replace(menu_for(channel), chat_bar_text="ひらく")
    save_menu(acting=PROGRAM, channel=channel, menu=menu)
    save_menu(acting=PROGRAM, channel=channel, menu=menu)
    assert menu_for(channel) == menu
    assert _states(channel) == ["draft"]
