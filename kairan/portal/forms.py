# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from kairan.files.limits import MAX_BYTES

MAX_PHOTOS = 5
MAX_TEXT = 5_000


class _Photos(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several files; their content is checked when they are kept."""

    widget = _Photos(attrs={"accept": "image/*"})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > MAX_PHOTOS:
            words = _("写真は%(most)s枚までです。")
            raise forms.ValidationError(words, params={"most": MAX_PHOTOS})
        cleaned = [super(PhotosField, self).clean(one, initial) for one in given]
        if any((one.size or 0) > MAX_BYTES for one in cleaned):
            raise forms.ValidationError(_("写真が大きすぎます。1枚20MBまでです。"))
        return cleaned


class WriteForm(forms.Form):
    # Made with the page: the same page sent twice is one message.
    once = forms.RegexField(r"^[0-9a-f]{16}$", widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("担当に伝えること"),
        max_length=MAX_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    photos = PhotosField(label=_("写真"), required=False, help_text=_("5枚まで送れます。"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not (given.get("text") or "").strip() and not given.get("photos"):
            self.add_error("text", _("文か写真を入れてください。"))
        return given


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=_("いまの様子"),
        max_length=MAX_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
