# SPDX-License-Identifier: Apache-2.0
"""A passkey, for who wants one: the phone's own lock instead of a sheet of paper. Never asked for.

The staff's pages ask for the password first, and offer spare codes: here is neither. Of staff a
passkey opens the console too, so that a device which came in by a code can neither add nor remove
one.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kairan.people.access import came_without_secret, posted
from kairan.people.notices import tell_of_change
from kairan.people.positions.holding import CommunityRequest, community

MOST = 10


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """allauth checks what the device has answered; a passkey alone lets in, so it must be one."""

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        cleaned: dict[str, Any] = super().clean()
        return cleaned


@never_cache
@community
def add(request: CommunityRequest) -> HttpResponseBase:
    if _would_open_the_console(request):
        return _elsewhere(request)
    form = PasskeyForm(posted(request), user=request.person)
    if request.method == "POST" and _has_room(request) and form.is_valid():
        auth.WebAuthn.add(
            request.person, form.cleaned_data["name"], form.cleaned_data["credential"]
        )
        tell_of_change(person=request.person, change="webauthn_added")
        messages.success(request, _("パスキーを登録しました。"))
        return redirect("community:devices")
    creation = auth.begin_registration(request.person, passwordless=True)
    context = {"form": form, "data": {"creation_options": creation}}
    return render(request, "community/passkey.html", context, status=422 if form.errors else 200)


@require_POST
@community
def remove(request: CommunityRequest, passkey_id: int) -> HttpResponseBase:
    if _would_open_the_console(request):
        return _elsewhere(request)
    kinds = {"user": request.person, "type": Authenticator.Type.WEBAUTHN}
    get_object_or_404(Authenticator, pk=passkey_id, **kinds).delete()
    tell_of_change(person=request.person, change="webauthn_removed")
    messages.success(request, _("パスキーを外しました。"))
    return redirect("community:devices")


def _would_open_the_console(request: CommunityRequest) -> bool:
    return came_without_secret(request) and request.person.is_staff_member()


def _elsewhere(request: CommunityRequest) -> HttpResponseBase:
    messages.error(request, _("職員のパスキーは、パスワードでサインインした端末で決めてください。"))
    return redirect("community:devices")


def _has_room(request: CommunityRequest) -> bool:
    count: int = Authenticator.objects.filter(user=request.person).count()
    return count < MOST
