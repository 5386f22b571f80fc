# SPDX-License-Identifier: Apache-2.0
"""Menus on their way to LINE: tabs, segments, hours, disasters, and everything that fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kairan.audit.actors import PROGRAM
from kairan.audit.models import Entry
from kairan.line.menus import actions, applying
from kairan.line.menus.actions import friend_changed, make, publish, register_default_menu, save
from kairan.line.menus.design import Design, Does, Spot, Tab, drawn_size
from kairan.line.menus.models import MenuDesk, MenuEdition, MenuSet
from kairan.line.models import LineChannel
from kairan.line.periodic import swap_menus
from kairan.residents.actions import follow, meet, set_language
from kairan.residents.models import Friend
from linesim.testing import Line
from tests.cast import Cast
from tests.line.contract import messaging_api
from tests.linesim.conftest import user_id
from tests.working import waiting, work_off

REPORT = Spot("市民レポート", "report", Does.SAY, "市民レポート")
CALL = Spot("電話", "phone", Does.PHONE, "096-000-0000")
State = MenuDesk.State


def tab(key: str, name: str, *spots: Spot) -> Tab:
    return drawn_size(Tab(key, name, "", "low-2", spots))


def two_tabs() -> Design:
    return Design((tab("t1", "通報", REPORT), tab("t2", "くらし", CALL)))


def one_tab(words: str = "市民レポート") -> Design:
    return Design((tab("t1", "メニュー", replace(REPORT, words=words)),))


def sent(channel: LineChannel, name: str, design: Design | None = None, **more: Any) -> MenuSet:
    menu = make(acting=PROGRAM, channel=channel, name=name, design=design or one_tab(), **more)
    publish(acting=PROGRAM, menu=menu)
    work_off()
    menu.refresh_from_db()
    return menu


def friend(channel: LineChannel, line: Line, name: str) -> Friend:
    met = meet(channel_id=channel.pk, user_id=user_id(line, name))
    follow(acting=PROGRAM, friend=met, at=timezone.now())
    return met


def seen(line: Line, who: str = "花子") -> str:
    menu = line.talk(who)["menu"]
    return str(menu["name"]).partition(" [")[0] if menu else ""


@pytest.fixture
def hanako(channel: LineChannel, line: Line) -> Friend:
    return friend(channel, line, "花子")


# ── the way in ───────────────────────────────────────────────────────────────────────────────


def test_the_default_menu_is_shown_at_once(channel: LineChannel, line: Line) -> None:
    menu = register_default_menu(acting=PROGRAM, channel=channel)
    assert menu.edition is not None
    page = menu.edition.pages.get()
    assert line.channel.default_menu == page.line_id
    assert bytes(page.image).startswith(b"\x89PNG")
    assert page.spoken == "市民レポート、状況確認、電話で相談"


def test_tabs_switch_on_the_phone_and_keep_lines_contract(
    channel: LineChannel, line: Line, hanako: Friend
) -> None:
    menu = sent(channel, "標準", two_tabs())
    assert seen(line) == "標準 通報"
    line.tap("花子", "くらし")
    assert seen(line) == "標準 くらし"
    line.tap("花子", "通報")
    assert seen(line) == "標準 通報"
    for page in menu.edition.pages.all():  # type: ignore[union-attr]
        assert messaging_api().request_errors("POST", "/v2/bot/richmenu", page.body) == []


def test_a_new_edition_takes_the_place_of_the_old(
    channel: LineChannel, line: Line, hanako: Friend
) -> None:
    menu = sent(channel, "標準", two_tabs())
    line.tap("花子", "くらし")  # a link of her own, which would outlive the default
    save(acting=PROGRAM, menu=menu, revision=menu.revision, design=_aliased(menu, "新しい"))
    publish(acting=PROGRAM, menu=menu)
    work_off()
    assert line.talk("花子")["menu"]["areas"][0]["action"]["label"] == "新しい"
    assert len(line.channel.menus) == 1
    assert list(line.channel.aliases) == [f"menu-{menu.pk}-t1"]
    assert [e.state for e in menu.editions.order_by("number")] == ["replaced", "ready"]


def _aliased(menu: MenuSet, words: str) -> Design:
    return Design((replace(one_tab(words).tabs[0], alias=f"menu-{menu.pk}-t1"),))


def test_what_others_made_with_the_account_stays(channel: LineChannel, line: Line) -> None:
    body = {"size": {"width": 800, "height": 400}, "selected": True, "name": "ほかの"}
    body |= {"chatBarText": "x", "areas": []}
    headers = {"Authorization": f"Bearer {line.channel.token}"}
    line.http.post("/v2/bot/richmenu", json=body, headers=headers).raise_for_status()
    sent(channel, "標準")
    assert sorted(m.body["name"].partition(" ")[0] for m in line.channel.menus.values()) == [
        "ほかの",
        "標準",
    ]


# ── what fails ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "status"),
    [("*/richmenu", 500), ("*/content", 429), ("*/alias*", 500), ("*/bulk/unlink", 429)],
)
def test_line_in_trouble_keeps_the_old_menu_and_is_tried_again(
    channel: LineChannel, line: Line, hanako: Friend, path: str, status: int
) -> None:
    sent(channel, "前の")
    menu = make(acting=PROGRAM, channel=channel, name="次の", design=two_tabs())
    publish(acting=PROGRAM, menu=menu)
    line.fault(path, status=status, forever=True)
    work_off()
    desk = MenuDesk.objects.get()
    assert desk.state == State.WAITING
    assert desk.problem
    line.call("DELETE", "/sim/faults")
    work_off(until=timezone.now() + timedelta(hours=1))
    assert MenuDesk.objects.get().state == State.DONE
    assert seen(line) == "次の 通報"
    assert len(line.channel.menus) == 3


def test_what_line_refuses_is_told_and_changes_nothing(
    channel: LineChannel, line: Line, hanako: Friend
) -> None:
    sent(channel, "前の")
    line.fault("*/content", status=400)
    menu = sent(channel, "次の", two_tabs())
    edition = menu.editions.get()
    assert edition.state == MenuEdition.State.REFUSED
    assert "前のメニューはそのままです" in edition.problem
    assert menu.edition is None
    assert seen(line) == "前の メニュー"
    assert len(line.channel.menus) == 1
    assert Entry.objects.filter(verb="line_menu.failed").exists()


@pytest.mark.parametrize("killed_at", [0, 1, 4, 6])  # create, picture, alias, default
def test_a_worker_killed_anywhere_is_taken_up(
    channel: LineChannel, line: Line, hanako: Friend, killed_at: int, monkeypatch: Any
) -> None:
    menu = make(acting=PROGRAM, channel=channel, name="標準", design=two_tabs())
    publish(acting=PROGRAM, menu=menu)
    _kill_after(monkeypatch, killed_at)
    with pytest.raises(KeyboardInterrupt):
        applying.work(channel.pk)
    monkeypatch.undo()
    MenuDesk.objects.update(touched_at=timezone.now() - timedelta(minutes=5))
    work_off()
    assert seen(line) == "標準 通報"
    assert len(line.channel.menus) == 2
    assert len(line.channel.aliases) == 2


def _kill_after(monkeypatch: Any, calls: int) -> None:
    """The answer of that call to LINE is never written down: the process is gone."""
    from kairan.line.http import Caller

    real, left = Caller._call, [calls]

    def call(self: Caller, method: str, path: str, **request: Any) -> Any:
        answer = real(self, method, path, **request)
        if method == "GET":
            return answer
        if left[0] == 0:
            raise KeyboardInterrupt
        left[0] -= 1
        return answer

    monkeypatch.setattr(Caller, "_call", call)


def test_a_revoked_token_stops_and_a_press_goes_on(
    channel: LineChannel, line: Line, hanako: Friend
) -> None:
    line.change_channel(revoked=True)
    sent(channel, "標準")
    assert MenuDesk.objects.get().state == State.STOPPED
    line.change_channel(revoked=False)
    actions.try_again(acting=PROGRAM, channel=channel)
    work_off()
    assert seen(line) == "標準 メニュー"


def test_a_menu_removed_at_line_is_made_again(
    channel: LineChannel, line: Line, hanako: Friend
) -> None:
    sent(channel, "標準")
    line.channel.menus.clear()
    line.channel.default_menu = None
    actions.try_again(acting=PROGRAM, channel=channel)
    work_off()
    assert seen(line) == "標準 メニュー"


# ── for whom ─────────────────────────────────────────────────────────────────────────────────


def test_a_resident_who_switches_language_gets_theirs(
    channel: LineChannel, line: Line, hanako: Friend
) -> None:
    sent(channel, "標準")
    sent(channel, "English", language="en")
    assert seen(line) == "標準 メニュー"
    set_language(acting=hanako.resident, resident=hanako.resident, language="en")
    work_off()
    assert seen(line) == "English メニュー"
    set_language(acting=hanako.resident, resident=hanako.resident, language="ja")
    work_off()
    assert seen(line) == "標準 メニュー"


def test_who_reports_from_an_area_gets_its_menu(
    channel: LineChannel, line: Line, hanako: Friend, hinokuni: Cast
) -> None:
    friend(channel, line, "太郎")
    sent(channel, "標準")
    sent(channel, "西区の", area=hinokuni.west)
    friend_changed(channel_id=channel.pk, user_id=hanako.user_id, areas=[hinokuni.west.pk])
    work_off()
    assert seen(line) == "西区の メニュー"
    assert seen(line, "太郎") == "標準 メニュー"


def test_a_friend_line_does_not_know_stops_nobody(
    channel: LineChannel, line: Line, hanako: Friend
) -> None:
    set_language(acting=PROGRAM, resident=hanako.resident, language="en")
    stranger = meet(channel_id=channel.pk, user_id="U" + "0" * 32)
    set_language(acting=PROGRAM, resident=stranger.resident, language="en")
    line.fault("*/bulk/link", status=400, count=1)
    sent(channel, "English", language="en")
    assert seen(line) == "English メニュー"


# ── when ─────────────────────────────────────────────────────────────────────────────────────


def test_the_clock_swaps_and_swaps_back(channel: LineChannel, line: Line, hanako: Friend) -> None:
    now = timezone.now()
    sent(channel, "標準")
    feast = sent(channel, "夏まつり")
    when = {"name": feast.name, "starts_at": now, "ends_at": now + timedelta(days=1)}
    save(acting=PROGRAM, menu=feast, revision=feast.revision, **when)
    work_off()
    assert seen(line) == "夏まつり メニュー"
    MenuSet.objects.filter(pk=feast.pk).update(
        starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1)
    )
    swap_menus.func(0)  # type: ignore[attr-defined]
    work_off()
    assert seen(line) == "標準 メニュー"
    swap_menus.func(0)  # type: ignore[attr-defined]
    assert waiting() == []


# ── disaster ─────────────────────────────────────────────────────────────────────────────────


def test_the_disaster_menu_is_switched_on_and_back(
    channel: LineChannel, line: Line, hanako: Friend
) -> None:
    set_language(acting=PROGRAM, resident=hanako.resident, language="en")
    sent(channel, "標準", two_tabs())
    sent(channel, "English", two_tabs(), language="en")
    sent(channel, "災害用", mode=MenuSet.Mode.DISASTER)
    line.tap("花子", "くらし")
    assert seen(line) == "English くらし"
    actions.switch_disaster(acting=PROGRAM, channel=channel, on=True)
    work_off()
    assert seen(line) == "災害用 メニュー"
    actions.switch_disaster(acting=PROGRAM, channel=channel, on=False)
    work_off()
    assert seen(line) == "English 通報"
    verbs = Entry.objects.order_by("id").values_list("verb", flat=True)
    assert {"line_menu.disaster_on", "line_menu.disaster_off"} <= set(verbs)


def test_nothing_prepared_cannot_be_switched_on(channel: LineChannel) -> None:
    make(acting=PROGRAM, channel=channel, name="災害用", mode=MenuSet.Mode.DISASTER)
    with pytest.raises(actions.NoDisasterMenu):
        actions.switch_disaster(acting=PROGRAM, channel=channel, on=True)


def test_two_who_switch_at_once_are_told(channel: LineChannel) -> None:
    with pytest.raises(actions.AlreadySo):
        actions.switch_disaster(acting=PROGRAM, channel=channel, on=False)


# ── history ──────────────────────────────────────────────────────────────────────────────────


def test_a_former_edition_comes_back_with_its_picture(
    channel: LineChannel, line: Line, hanako: Friend
) -> None:
    menu = sent(channel, "標準", two_tabs())
    first = menu.editions.get()
    picture = bytes(first.pages.get(position=0).image)
    save(acting=PROGRAM, menu=menu, revision=menu.revision, design=_aliased(menu, "新しい"))
    publish(acting=PROGRAM, menu=menu)
    work_off()
    again = actions.restore(acting=PROGRAM, edition=first)
    work_off()
    assert seen(line) == "標準 通報"
    assert bytes(again.pages.get(position=0).image) == picture
    menu.refresh_from_db()
    assert len(menu.design.tabs) == 2


def test_taken_down_and_put_back(channel: LineChannel, line: Line, hanako: Friend) -> None:
    menu = sent(channel, "標準")
    actions.take_down(acting=PROGRAM, menu=menu)
    work_off()
    assert line.talk("花子")["menu"] is None
    assert line.channel.menus == {}
    actions.put_back(acting=PROGRAM, menu=menu)
    work_off()
    assert seen(line) == "標準 メニュー"


def test_two_who_save_at_once(channel: LineChannel) -> None:
    menu = make(acting=PROGRAM, channel=channel, name="標準")
    save(acting=PROGRAM, menu=menu, revision=1, design=menu.design)
    with pytest.raises(actions.ChangedMeanwhile):
        save(acting=PROGRAM, menu=menu, revision=1, design=menu.design)


def test_the_menu_of_an_older_release_stays_until_another_is_sent(
    channel: LineChannel, line: Line, hanako: Friend
) -> None:
    old = make(acting=PROGRAM, channel=channel, name="x")
    body = old.design.body(old.design.tabs[0], name="前の [kairan-default-1]", own_pages="")
    headers = {"Authorization": f"Bearer {line.channel.token}"}
    made = line.http.post("/v2/bot/richmenu", json=body, headers=headers).json()["richMenuId"]
    line.channel.menus[made].image = b"png"
    line.channel.default_menu = made
    sent(channel, "災害用", mode=MenuSet.Mode.DISASTER)
    assert line.channel.default_menu == made
    sent(channel, "標準")
    assert made not in line.channel.menus
