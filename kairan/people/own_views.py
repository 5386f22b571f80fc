# SPDX-License-Identifier: Apache-2.0
"""Pages about oneself: settings, the second factor, the invitation, and doors of sign-in."""

from __future__ import annotations

import json

from allauth.account import views as account_views
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import url_str_to_user_pk
from allauth.mfa.webauthn import views as webauthn_views
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from fido2.utils import websafe_decode

from kairan.people import actions
from kairan.people.access import StaffRequest, has_second_factor, posted, staff
from kairan.people.forms import OwnSettingsForm, PasswordForm
from kairan.people.invitations import is_open, person_id_of
from kairan.people.models import Membership
from kairan.people.towns import enter_town_of_person


@staff()
def me(request: StaffRequest) -> HttpResponseBase:
    person = request.person
    form = OwnSettingsForm(
        posted(request), initial={"name": person.name, "language": person.language}
    )
    if request.method == "POST" and form.is_valid():
        actions.change_own_settings(acting=person, **form.cleaned_data)
        messages.success(request, _("設定を保存しました。"))
        return redirect("people:me")
    context = {
        "form": form,
        "second_factor": has_second_factor(person),
        "memberships": Membership.objects.filter(person=person).select_related("department"),
    }
    return render(request, "people/me.html", context, status=422 if form.errors else 200)


@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Where people land whose town asks for a second factor that they do not have yet."""
    return render(request, "people/second_factor.html", {"ready": has_second_factor(request.user)})  # type: ignore[arg-type]


@never_cache
def accept_invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """Choose the first password, and be signed in. Only looking at it spoils nothing."""
    invited = person_id_of(token)
    person = enter_town_of_person(request, invited) if invited else None
    if person is None or not is_open(token, person):
        return render(request, "people/invitation_closed.html", status=410)
    form = PasswordForm(posted(request), person=person)
    if request.method == "POST" and form.is_valid():
        actions.accept_invitation(person=person, password=form.cleaned_data["password"])
        person.refresh_from_db()
        record_authentication(request, person, method="password")
        answer: HttpResponseBase = perform_login(request, Login(user=person, email=person.email))
        return answer
    status = 422 if form.errors else 200
    return render(request, "people/invitation.html", {"form": form, "shown": person}, status=status)


def reset_password(request: HttpRequest, uidb36: str, key: str) -> HttpResponseBase:
    """allauth's page, in the town of the person whom the link names."""
    try:
        enter_town_of_person(request, url_str_to_user_pk(uidb36))
    except ValueError as error:
        raise Http404 from error
    answer: HttpResponseBase = account_views.password_reset_from_key(
        request, uidb36=uidb36, key=key
    )
    return answer


def sign_in_by_passkey(request: HttpRequest) -> HttpResponseBase:
    """allauth's page, in the town of the person whom the passkey names."""
    if request.method == "POST" and (claimed := _claimed_person(request)) is not None:
        enter_town_of_person(request, claimed)
    answer: HttpResponseBase = webauthn_views.login_webauthn(request)
    return answer


def _claimed_person(request: HttpRequest) -> int | None:
    """Whom the credential says it belongs to; allauth checks its signature afterwards."""
    try:
        handle = json.loads(request.POST.get("credential", ""))["response"]["userHandle"]
        return int(url_str_to_user_pk(websafe_decode(handle).decode()))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
