# SPDX-License-Identifier: Apache-2.0
"""Mails about somebody's own account: the invitation, and every change of how they sign in."""

from __future__ import annotations

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.audit.actions import record
from kairan.municipalities.links import public_link
from kairan.municipalities.tenancy import current_town
from kairan.people import tasks
from kairan.people.invitations import DAYS, invitation_for
from kairan.people.models import Person

# allauth's name of a change → our verb, and the words of the mail.
CHANGES = {
    "password_changed": ("person.password_changed", gettext_lazy("パスワードが変わりました")),
    "password_reset": ("person.password_changed", gettext_lazy("パスワードが変わりました")),
    "password_set": ("person.password_changed", gettext_lazy("パスワードが設定されました")),
    "totp_activated": ("person.totp_added", gettext_lazy("確認アプリが登録されました")),
    "totp_deactivated": ("person.totp_removed", gettext_lazy("確認アプリが外されました")),
    "webauthn_added": ("person.passkey_added", gettext_lazy("パスキーが登録されました")),
    "webauthn_removed": ("person.passkey_removed", gettext_lazy("パスキーが外されました")),
    "recovery_codes_generated": (
        "person.recovery_codes_made",
        gettext_lazy("予備のコードが新しくなりました"),
    ),
    "account_connected": (
        "person.provider_added",
        gettext_lazy("外部のサインインがつながりました"),
    ),
    "account_disconnected": (
        "person.provider_removed",
        gettext_lazy("外部のサインインが外されました"),
    ),
}


def tell_of_change(*, person: Person, change: str) -> None:
    """Record a change of how the person signs in, and queue the mail that tells them."""
    verb, _words = CHANGES[change]
    record(acting=person, verb=verb, target=person, summary=person.name)
    if person.email:
        tasks.mail_change.defer(person_id=person.pk, change=change)


def mail_change(person: Person, change: str) -> None:
    words = str(CHANGES[change][1])
    _send(person, subject=words, template="people/mail/change.txt", words=words)


def mail_invitation(person: Person) -> None:
    """The link is made here, in the worker: no queue and no log ever holds it."""
    path = reverse("people:accept_invitation", args=[invitation_for(person)])
    _send(
        person,
        subject=_("回覧への招待"),
        template="people/mail/invitation.txt",
        link=public_link(path),
        days=DAYS,
    )


def mail_reset(person: Person) -> None:
    """A link to choose another password. Made in the worker too, and from the town's own address:
    the host that the request named is the asker's choice, and who asks is anybody.
    """
    key = PasswordResetTokenGenerator().make_token(person)
    link = {"uidb36": user_pk_to_url_str(person), "key": key}
    _send(
        person,
        subject=_("パスワードの再設定"),
        template="people/mail/reset.txt",
        password_reset_url=public_link(reverse("account_reset_password_from_key", kwargs=link)),
    )


def _send(person: Person, *, subject: str, template: str, **context: object) -> None:
    town = current_town()
    text = render_to_string(template, {"person": person, "town": town, **context})
    EmailMessage(f"［{town.name}］{subject}", text, to=[person.email]).send()
