# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kairan.line.models import LineChannel

NO_BLANKS = RegexValidator(r"^\S+$", _("途中に空白や改行があります。写し直してください。"))


class ChannelForm(forms.Form):
    """`channel` given: secret and token may stay empty, and are then kept."""

    name = forms.CharField(
        label=_("名前"),
        max_length=100,
        help_text=_("職員に見える名前です。例：○○市 公式LINE"),
    )
    channel_id = forms.CharField(
        label=_("チャネルID"),
        max_length=20,
        validators=[RegexValidator(r"^[0-9]+$", _("数字だけを入れてください。"))],
        help_text=_("LINE Developersの「チャネル基本設定」にある数字です。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    secret = forms.CharField(
        label=_("チャネルシークレット"),
        max_length=100,
        validators=[NO_BLANKS],
        help_text=_("「チャネル基本設定」にあります。"),
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
    )
    token = forms.CharField(
        label=_("チャネルアクセストークン（長期）"),
        max_length=1000,
        validators=[NO_BLANKS],
        help_text=_("「Messaging API設定」のいちばん下で発行できます。"),
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
    )
    is_training = forms.BooleanField(
        label=_("練習用のアカウントにする"),
        required=False,
        help_text=_("市民に公開していない、職員の練習のためのアカウントです。"),
    )

    def __init__(self, *args: Any, channel: LineChannel | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if channel is None:
            return
        self.initial = {
            "name": channel.name,
            "channel_id": channel.channel_id,
            "is_training": channel.is_training,
        }
        for name in ("secret", "token"):
            self.fields[name].required = False
        kept = gettext("今のものを使い続けるときは、空のままにします。")
        self.fields["secret"].help_text = kept
        tail = gettext("（今のトークンの終わりは「%(tail)s」です）") % {"tail": channel.token_tail}
        self.fields["token"].help_text = kept + (tail if channel.token else "")
