# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.municipalities.models import Department
from kairan.people.actions import RoleIn
from kairan.people.models import Person, Role

MAX_NAME = 100
MAX_ROLES = 20


class RoleForm(forms.Form):
    """One line of somebody's roles; without a role the line is left out."""

    role = forms.ChoiceField(
        label=gettext_lazy("役割"),
        choices=[("", gettext_lazy("（なし）")), *Role.choices],
        required=False,
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("課・センター"),
        empty_label=gettext_lazy("全庁"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.open().in_order()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("role") == Role.ADMINISTRATOR and cleaned.get("department"):
            self.add_error("department", _("管理者は「全庁」だけです。"))
        return cleaned


if TYPE_CHECKING:
    _RoleFormSet = forms.BaseFormSet[RoleForm]
else:
    _RoleFormSet = forms.BaseFormSet


class _CheckedLines(_RoleFormSet):
    def clean(self) -> None:
        if any(self.errors):
            return
        departments = [role.department_id for role in roles_in(self)]
        if not departments:
            raise forms.ValidationError(_("役割を1つ以上えらんでください。"))
        if len(departments) != len(set(departments)):
            raise forms.ValidationError(_("同じ課・センターが2回あります。1つにしてください。"))


def roles_in(lines: forms.BaseFormSet[RoleForm]) -> list[RoleIn]:
    """What was chosen in the lines that have a role; for lines that are valid."""
    chosen = [form.cleaned_data for form in lines.forms if form.cleaned_data.get("role")]
    return [
        RoleIn(Role(line["role"]), line["department"].pk if line["department"] else None)
        for line in chosen
    ]


RoleLines = forms.formset_factory(
    RoleForm, formset=_CheckedLines, extra=1, max_num=MAX_ROLES, validate_max=True
)


class PersonForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("氏名"), max_length=MAX_NAME)


class InviteForm(PersonForm):
    email = forms.EmailField(
        label=gettext_lazy("メールアドレス"),
        help_text=gettext_lazy("このアドレスに、パスワードを決めるリンクを送ります。"),
    )
    field_order = ("email", "name")


class OwnSettingsForm(PersonForm):
    language = forms.ChoiceField(
        label=gettext_lazy("画面の言語"),
        choices=[("", gettext_lazy("自治体の設定どおり")), *settings.LANGUAGES],
        required=False,
    )


class PasswordForm(forms.Form):
    """The first password, typed twice, by the rules of the settings."""

    password = forms.CharField(
        label=gettext_lazy("新しいパスワード"),
        help_text=gettext_lazy("12文字以上。文のように長いものが安全です。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    again = forms.CharField(
        label=gettext_lazy("もう一度"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if self.cleaned_data.get("password") not in {None, again}:
            raise forms.ValidationError(_("2つのパスワードが違います。もう一度入れてください。"))
        return again


class PeopleFilter(forms.Form):
    """What the list's address says; a wrong value counts as none."""

    q = forms.CharField(label=gettext_lazy("氏名・メール"), required=False)
    role = forms.ChoiceField(
        label=gettext_lazy("役割"),
        choices=[("", gettext_lazy("すべて")), *Role.choices],
        required=False,
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("課・センター"),
        empty_label=gettext_lazy("すべて"),
        required=False,
    )
    state = forms.ChoiceField(
        label=gettext_lazy("状態"),
        choices=[
            ("", gettext_lazy("すべて")),
            ("active", gettext_lazy("利用中")),
            ("invited", gettext_lazy("招待中")),
            ("suspended", gettext_lazy("停止中")),
        ],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.in_order()  # type: ignore[attr-defined]
