# SPDX-License-Identifier: Apache-2.0
"""Hello, goodbye, and help for somebody who just writes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kairan.conversations.rendering import Action, do_button
from kairan.conversations.talk import Talk
from kairan.line import messages
from kairan.line.events import Follow
from kairan.municipalities.links import public_link
from kairan.municipalities.tenancy import current_town
from kairan.residents import actions as residents


def follow(talk: Talk) -> None:
    """Says what this is, and what is kept of a resident and why, before anything is asked."""
    if not residents.follow(acting=talk.resident, friend=talk.friend, at=talk.event.at):
        return
    unblocked = isinstance(talk.event, Follow) and talk.event.is_unblocked
    town = current_town().name
    hello = (
        _("おかえりなさい。{town}です。")
        if unblocked
        else _("{town}です。友だち追加ありがとうございます。")
    )
    how = _(
        "道路の穴や照明灯の故障などを、ここから24時間お知らせいただけます。\n"
        "「市民レポート」と送るか、下のボタンを押してください。"
    )
    kept = _(
        "お預かりするもの：LINEが決めた記号（ユーザーID）と、お知らせの内容（写真・場所・文）だけです。"
        "担当の課が対応し、結果をお返しするために使います。お名前や電話番号は、ここでは聞きません。\n"
        "くわしくは {url}"
    )
    talk.send([messages.text(f"{hello.format(town=town)}\n{how}")])
    talk.say(kept.format(url=public_link("/privacy/")), ways())


def unfollow(talk: Talk) -> None:
    residents.unfollow(acting=talk.resident, friend=talk.friend, at=talk.event.at)


def help_along(talk: Talk) -> None:
    talk.say(
        _(
            "お知らせをはじめるときは「市民レポート」、"
            "お知らせいただいた件の様子を見るときは「状況確認」と送ってください。"
        ),
        ways(),
    )


def left(talk: Talk) -> None:
    talk.say(_("やめました。"), ways())


def nothing_to_leave(talk: Talk) -> None:
    talk.say(_("いま進めている入力はありません。"), ways())


def ways() -> list[Action]:
    """The two things that can be begun anywhere."""
    return [do_button(_("市民レポート"), "kinds"), do_button(_("状況確認"), "cases")]
