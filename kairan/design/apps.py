# SPDX-License-Identifier: Apache-2.0
"""The design system: it knows how things look, and no feature."""

from django.apps import AppConfig
from django.forms import fields
from django.utils.translation import gettext_lazy as _


class DesignConfig(AppConfig):
    name = "kairan.design"
    label = "design"

    def ready(self) -> None:
        """Say what to do instead of 「このフィールドは必須です。」; a form may still differ."""
        fields.Field.default_error_messages["required"] = _("入力してください。")
        fields.ChoiceField.default_error_messages["required"] = _("選んでください。")
        fields.FileField.default_error_messages["required"] = _("ファイルを選んでください。")
        # This class shares its parent's messages, so it gets its own.
        fields.BooleanField.default_error_messages = {"required": _("印を付けてください。")}
