# SPDX-License-Identifier: Apache-2.0
"""What residents fill in on our own pages, in the talk's and the report's alike."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from kairan.municipalities.places import is_inside_town

OUTSIDE = _("その場所は市の外のようです。ピンを市の中に動かしてください。")


class PositionForm(forms.Form):
    """A pin. ``anywhere``: it may stand outside the town."""

    latitude = forms.FloatField(label=_("緯度"), min_value=-90, max_value=90)
    longitude = forms.FloatField(label=_("経度"), min_value=-180, max_value=180)

    def __init__(self, *args: Any, anywhere: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.anywhere = anywhere

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors or self.anywhere or is_inside_town(given["longitude"], given["latitude"]):
            return given
        raise forms.ValidationError(OUTSIDE)


class ContactForm(forms.Form):
    """Everything optional."""

    name = forms.CharField(label=_("お名前"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("電話番号"),
        max_length=20,
        required=False,
        validators=[
            RegexValidator(r"^[0-9０-９+\-－ー() （）]+$", _("電話番号は数字で書いてください。"))
        ],
    )
    email = forms.EmailField(label=_("メールアドレス"), required=False)


class ContactAndNewsForm(ContactForm):
    """``kept_email``: an address is there already, so that a yes to news needs none."""

    news = forms.BooleanField(label=_("その後の動きを、メールで受け取る"), required=False)

    def __init__(self, *args: Any, kept_email: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept_email = kept_email

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        has_address = given.get("email") or self.kept_email or "email" in self.errors
        if given.get("news") and not has_address:
            self.add_error("email", _("メールで受け取るには、アドレスを書いてください。"))
        return given
