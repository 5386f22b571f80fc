# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.push.models import PushSetting

_MINUTES = {
    "": gettext_lazy("送らない"),
    "10": gettext_lazy("10分"),
    "30": gettext_lazy("30分"),
    "60": gettext_lazy("1時間"),
    "180": gettext_lazy("3時間"),
    "1440": gettext_lazy("1日"),
}


def _hours() -> list[tuple[str, str]]:
    hours = [(f"{hour:02}:00", _("{hour}時").format(hour=hour)) for hour in range(24)]
    return [("", _("決めない")), *hours]


def _clock(value: str) -> time:
    return time.fromisoformat(value)


class WishesForm(forms.Form):
    """When somebody wants to be left alone, and what they want by mail."""

    quiet_from = forms.TypedChoiceField(
        label=gettext_lazy("鳴らさない時間のはじまり"),
        choices=_hours,
        coerce=_clock,
        empty_value=None,
        required=False,
    )
    quiet_until = forms.TypedChoiceField(
        label=gettext_lazy("鳴らさない時間のおわり"),
        choices=_hours,
        coerce=_clock,
        empty_value=None,
        required=False,
        help_text=gettext_lazy("「緊急」の知らせは、この時間も鳴ります。"),
    )
    hides_words = forms.BooleanField(
        label=gettext_lazy("通知に内容を出さない"),
        required=False,
        help_text=gettext_lazy("画面がほかの人に見えるときに選びます。"),
    )
    mail_after = forms.TypedChoiceField(
        label=gettext_lazy("読んでいないとき、メールを送るまで"),
        choices=list(_MINUTES.items()),
        coerce=int,
        empty_value=None,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        begin, end = given.get("quiet_from"), given.get("quiet_until")
        if (begin is None) != (end is None):
            missing = "quiet_until" if end is None else "quiet_from"
            self.add_error(missing, _("はじまりとおわりの両方を選んでください。"))
        elif begin is not None and begin == end:
            self.add_error("quiet_until", _("はじまりとちがう時刻を選んでください。"))
        return given

    @staticmethod
    def initial_of(wishes: PushSetting) -> dict[str, object]:
        def written(clock: time | None) -> str:
            return f"{clock:%H:%M}" if clock else ""

        return {
            "quiet_from": written(wishes.quiet_from),
            "quiet_until": written(wishes.quiet_until),
            "hides_words": wishes.hides_words,
            "mail_after": wishes.mail_after or "",
        }
