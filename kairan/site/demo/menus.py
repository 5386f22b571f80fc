# SPDX-License-Identifier: Apache-2.0
"""The demo's rich menus: two tabs for everybody, the same in English, one for disasters."""

from __future__ import annotations

from collections.abc import Callable

from kairan.audit.actors import PROGRAM
from kairan.conversations.menu_ways import menu_ways
from kairan.line.menus.actions import make, publish
from kairan.line.menus.applying import work
from kairan.line.menus.design import Design, Does, Spot, Tab, drawn_size
from kairan.line.menus.models import MenuSet
from kairan.line.models import LineChannel

REPORT, CASES = "do kinds", "do cases"
DAILY = Design(
    (
        drawn_size(
            Tab(
                "t1",
                "通報",
                "",
                "tall-1-2",
                (
                    Spot("市民レポート", "report", Does.SAY, "市民レポート"),
                    Spot("状況確認", "status", Does.SAY, "状況確認"),
                    Spot("電話で相談", "phone", Does.PHONE, "096-000-0000"),
                ),
            )
        ),
        drawn_size(
            Tab(
                "t2",
                "くらし",
                "",
                "tall-2-2",
                (
                    Spot("ごみ・資源", "waste", Does.PAGE, "https://www.example.jp/waste"),
                    Spot("防災情報", "disaster", Does.PAGE, "https://www.example.jp/bousai"),
                    Spot("行事の予定", "calendar", Does.PAGE, "https://www.example.jp/events"),
                    Spot("市の\nホームページ", "web", Does.PAGE, "https://www.example.jp/"),
                ),
            )
        ),
    )
)
ENGLISH = Design(
    (
        drawn_size(
            Tab(
                "t1",
                "Report",
                "",
                "tall-1-2",
                (
                    Spot("Report\na problem", "report", Does.START, REPORT),
                    Spot("My reports", "status", Does.START, CASES),
                    Spot("Call us", "phone", Does.PHONE, "096-000-0000"),
                ),
            )
        ),
        drawn_size(
            Tab(
                "t2",
                "Daily life",
                "",
                "tall-1-1",
                (
                    Spot("Garbage", "waste", Does.PAGE, "https://www.example.jp/en/waste"),
                    Spot(
                        "Emergency info", "disaster", Does.PAGE, "https://www.example.jp/en/alert"
                    ),
                ),
            )
        ),
    ),
    chat_bar_text="Menu",
)
DISASTER = Design(
    (
        drawn_size(
            Tab(
                "t1",
                "災害",
                "",
                "tall-2-2",
                (
                    Spot("被害を\n知らせる", "report", Does.START, REPORT),
                    Spot("避難所", "place", Does.PAGE, "https://www.example.jp/shelters"),
                    Spot("災害情報", "disaster", Does.PAGE, "https://www.example.jp/bousai"),
                    Spot("電話", "phone", Does.PHONE, "096-000-0000"),
                ),
            )
        ),
    ),
    chat_bar_text="災害メニュー",
)


def make_menus(channel: LineChannel, say: Callable[[str], None]) -> None:
    """Made and sent once for a data directory."""
    if channel.menu_sets.exists():
        return
    say("      rich menus …")
    starts = [data for data, _words in menu_ways()]
    for name, mode, language, design in (
        ("標準", MenuSet.Mode.NORMAL, "", DAILY),
        ("English", MenuSet.Mode.NORMAL, "en", ENGLISH),
        ("災害用メニュー", MenuSet.Mode.DISASTER, "", DISASTER),
    ):
        menu = make(
            acting=PROGRAM, channel=channel, name=name, mode=mode, language=language, design=design
        )
        publish(acting=PROGRAM, menu=menu, starts=starts)
    work(channel.pk)
