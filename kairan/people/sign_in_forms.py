# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from allauth.core import context
from django.utils.translation import gettext_lazy as _

from kairan.people.towns import people_with_address


class SignInForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("メールアドレス")
        self.fields["password"].label = _("パスワード")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"


class ForgottenPasswordForm(ResetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("メールアドレス")
        self.fields["email"].widget.attrs.pop("placeholder", None)

    def clean_email(self) -> str:
        """Whoever has the address gets a link, in each town of this web address."""
        email: str = self.cleaned_data["email"].lower()
        self.users = people_with_address(context.request, email)
        return email
