# SPDX-License-Identifier: Apache-2.0
"""What allauth asks us: who may come in, how secrets are kept, what is told and recorded."""

from __future__ import annotations

import time
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kairan.audit.actions import record
from kairan.lib.sealing import seal, unseal
from kairan.municipalities.tenancy import current_town, town
from kairan.people import tasks
from kairan.people.models import Person
from kairan.people.notices import tell_of_change
from kairan.people.sessions import forget_push, stay_long
from kairan.people.streams import end_streams
from kairan.people.towns import enter, people_with_address

log = structlog.get_logger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("メールアドレスかパスワードが違います。"),
        "too_many_login_attempts": _(
            "まちがいが続いたため、しばらくサインインできません。"
            "15分待つか、管理者に解除を頼んでください。"
        ),
        "incorrect_password": _("パスワードが違います。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Staff are invited; nobody signs up."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Who has no role in the console goes to the leaders' pages."""
        if request.user.is_staff_member():  # type: ignore[union-attr]
            return str(super().get_login_redirect_url(request))
        return "/community/"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("people:me")

    def login(self, request: HttpRequest, user: Person) -> None:
        super().login(request, user)
        # Signing in may have emptied the session of whoever was signed in before.
        enter(request, user.municipality)
        if not user.is_staff_member():
            stay_long(request)
        record(acting=user, verb="person.signed_in", target=user, summary=user.name)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002
        """For whoever watches the logs. Without the address: people type passwords there, too."""
        log.warning("sign_in.failed")

    def logout(self, request: HttpRequest) -> None:
        person, session_key = request.user, request.session.session_key
        super().logout(request)
        if isinstance(person, Person):
            forget_push(session_key or "")
            end_streams(person, "person.signed_out")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Nothing is asked twice: who signed in just now need not prove it again."""
        latest = get_authentication_records(context.request, context.request.user)[-1:]
        if latest and time.time() - latest[0]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def reauthenticate(self, user: Person, password: str) -> bool:
        """Our addresses stand with the person, not in allauth's own table."""
        known = self.authenticate(context.request, email=user.email, password=password)
        return known is not None and known.pk == user.pk

    def send_password_reset_mail(self, user: Person, email: str, context: dict[str, Any]) -> None:  # noqa: ARG002
        """By the worker: an address that is known takes no longer to answer than another."""
        with town(user.municipality):
            tasks.mail_reset.defer(person_id=user.pk)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Person,
        context: dict[str, Any] | None = None,  # noqa: ARG002
        email: str | None = None,  # noqa: ARG002
    ) -> None:
        """Each change of how somebody signs in is recorded, and told by mail."""
        tell_of_change(person=user, change=template_prefix.rsplit("/", 1)[-1])

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:  # noqa: ARG002
        """Failures count for an address, whatever host they come in by."""
        return str(credentials.get("email", "")).lower()


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("確認コードが違います。新しいコードを入れてください。"),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        return f"{current_town().name} 回覧"

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:  # noqa: A002
        count = Authenticator.objects.filter(user=user, type=type).count()
        return str(_("パスキー%(number)d") % {"number": count + 1})

    def get_public_key_credential_user_entity(self, user: Person) -> dict[str, Any]:
        return {**super().get_public_key_credential_user_entity(user), "display_name": user.name}


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The town's own OpenID Connect provider: it opens the door for people already invited."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Join the provider's account to the person of its address, or say that there is none."""
        if sociallogin.state.get("process") == "connect":
            raise ImmediateHttpResponse(redirect("people:me"))
        if sociallogin.is_existing:
            return
        people = people_with_address(request, _trusted_address(sociallogin))
        if not people:
            raise ImmediateHttpResponse(render(request, "people/unknown.html", status=403))
        enter(request, people[0].municipality)
        sociallogin.lookup()
        if not sociallogin.is_existing:
            sociallogin.connect(request, people[0])

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        return False


def _trusted_address(sociallogin: Any) -> str:
    """The address for which the provider vouches; empty where it does not."""
    for address in sociallogin.email_addresses:
        if address.verified or settings.OIDC_TRUST_ADDRESSES:
            return str(address.email)
    return ""
