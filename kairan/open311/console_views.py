# SPDX-License-Identifier: Apache-2.0
"""Who may come in: api keys are made here, shown once, and taken back."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kairan.design.toasts import say
from kairan.municipalities.tenancy import current_town
from kairan.open311.discovery import endpoint, jurisdiction_of
from kairan.open311.keys import make_key, restore_key, revoke_key
from kairan.open311.models import ApiKey
from kairan.people.access import StaffRequest, posted, staff
from kairan.people.permissions import Permission


class KeyForm(forms.ModelForm[ApiKey]):
    class Meta:
        model = ApiKey
        fields = ("name", "access")
        widgets = {"access": forms.RadioSelect}


@staff(Permission.MANAGE_KINDS)
def keys(request: StaffRequest) -> HttpResponse:
    """A new key stands on the page that answers its making, and nowhere afterwards."""
    form = KeyForm(posted(request))
    made: tuple[ApiKey, str] | None = None
    if form.is_bound and form.is_valid():
        made = make_key(acting=request.person, **form.cleaned_data)
        form = KeyForm()
    context = {
        "form": form,
        "made": made,
        "keys": ApiKey.objects.order_by("revoked_at", "-id"),
        "endpoint": endpoint(),
        "jurisdiction": jurisdiction_of(current_town()),
    }
    return render(request, "open311/keys.html", context, status=422 if form.errors else 200)


@require_POST
@staff(Permission.MANAGE_KINDS)
def revoke(request: StaffRequest, key_id: int) -> HttpResponseBase:
    key = get_object_or_404(ApiKey, pk=key_id)
    revoke_key(acting=request.person, key=key)
    words = _("「{name}」のキーを止めました。").format(name=key.name)
    say(request, words, undo_url=reverse("open311:restore", args=[key.pk]))
    return redirect("open311:keys")


@require_POST
@staff(Permission.MANAGE_KINDS)
def restore(request: StaffRequest, key_id: int) -> HttpResponseBase:
    key = get_object_or_404(ApiKey, pk=key_id)
    restore_key(acting=request.person, key=key)
    say(request, _("「{name}」のキーをまた使えるようにしました。").format(name=key.name))
    return redirect("open311:keys")
