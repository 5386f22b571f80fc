# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.municipalities.departments import below
from kairan.municipalities.geojson import MAX_BYTES
from kairan.municipalities.models import MAX_NAME_LENGTH, Area, Department

# What 国土数値情報 (N03) calls name and code of a ward or town.
_NAME_GUESSES = ("N03_004", "name", "NAME", "名称", "名前", "S_NAME")
_CODE_GUESSES = ("N03_007", "code", "CODE", "コード", "KEY_CODE", "id")


class DepartmentForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名前"), max_length=MAX_NAME_LENGTH)
    parent = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("上の組織"),
        empty_label=gettext_lazy("（いちばん上）"),
        required=False,
    )
    phone = forms.CharField(label=gettext_lazy("電話"), max_length=20, required=False)
    email = forms.EmailField(
        label=gettext_lazy("メール"),
        help_text=gettext_lazy("課で共有するアドレス。新しい案件のお知らせが届きます。"),
        required=False,
    )
    areas = forms.ModelMultipleChoiceField(
        Area.objects.none(),
        label=gettext_lazy("受け持つ区域"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    position = forms.IntegerField(
        label=gettext_lazy("並び順"),
        help_text=gettext_lazy("小さい数が上に来ます。"),
        min_value=0,
        max_value=9999,
        initial=0,
    )

    def __init__(self, *args: Any, department: Department | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parents = Department.objects.open().in_order()
        if department is not None:
            self.initial = {
                **{name: getattr(department, name) for name in ("name", "phone", "email")},
                "position": department.position,
                "parent": department.parent_id,
                "areas": list(department.areas.values_list("pk", flat=True)),
            }
            parents = parents.exclude(pk__in=below(department))
        self.fields["areas"].queryset = Area.objects.in_order()  # type: ignore[attr-defined]
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    successor = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("引き継ぐ課・センター"),
        help_text=gettext_lazy("未完了の案件と、受け持つ区域が移ります。"),
        empty_label=gettext_lazy("（えらんでください）"),
        required=False,
    )

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Department.objects.open().in_order().exclude(pk=department.pk)
        self.fields["successor"].queryset = others  # type: ignore[attr-defined]


class AreaFileForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("種類"), choices=Area.Kind.choices)
    file = forms.FileField(
        label=gettext_lazy("GeoJSONのファイル"),
        help_text=gettext_lazy("20MBまで。国土数値情報（N03）のファイルがそのまま使えます。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json,application/geo+json"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("20MBまでのファイルにしてください。"))
        return file


class AreaPropertiesForm(forms.Form):
    """Which of the file's properties are name and code, each shown with examples."""

    name_property = forms.ChoiceField(label=gettext_lazy("名前が入っている項目"))
    code_property = forms.ChoiceField(
        label=gettext_lazy("コードが入っている項目"),
        help_text=gettext_lazy("同じコードの区域は、1つにまとめるか、置きかえます。"),
    )

    def __init__(self, *args: Any, samples: Mapping[str, list[str]], **kwargs: Any) -> None:
        guesses = {
            "name_property": _guess(samples, _NAME_GUESSES),
            "code_property": _guess(samples, _CODE_GUESSES),
        }
        super().__init__(*args, **kwargs)
        self.initial = guesses
        choices = [(key, f"{key}（{'、'.join(found)}）") for key, found in samples.items()]
        for name in guesses:
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """The valid choice, else the guess."""
        if self.is_bound and self.is_valid():
            return dict(self.cleaned_data)
        return {key: str(value) for key, value in self.initial.items()}


def _guess(samples: Mapping[str, list[str]], names: tuple[str, ...]) -> str:
    return next((name for name in names if samples.get(name)), next(iter(samples), ""))
