# SPDX-License-Identifier: Apache-2.0
"""What an area of a rich menu may begin in the talk: a button's data and its words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kairan.conversations.taps import DoTap, written
from kairan.scenarios.queries import offered


def menu_ways() -> list[tuple[str, str]]:
    ways = [(DoTap("kinds"), _("通報の種類を選ぶ")), (DoTap("cases"), _("状況確認"))]
    ways += [(DoTap("start", one.key), one.title) for one in offered()]
    return [(data, words) for tap, words in ways if (data := written(tap))]
