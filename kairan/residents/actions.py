# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.line.menus.actions import friend_changed
from kairan.residents.models import ContactDetails, Friend, Resident


def meet(*, channel_id: int, user_id: str) -> Friend:
    """The friend with this id, made at the first word (an old friend may never have "followed")."""
    friends = Friend.objects.of(channel_id, user_id).select_related("resident", "channel")
    if (known := friends.first()) is not None:
        return known
    try:
        with transaction.atomic():
            resident = Resident.objects.create()
            Friend.objects.create(resident=resident, channel_id=channel_id, user_id=user_id)
    except IntegrityError:
        pass  # met by another worker in the same moment
    return friends.get()


def follow(*, acting: Actor, friend: Friend, at: datetime) -> bool:
    """Friend again or for the first time. False for old news: an unfollow came after it."""
    del acting
    if friend.blocked_at is not None and friend.blocked_at > at:
        return False
    friend.followed_at, friend.blocked_at = at, None
    friend.save(update_fields=["followed_at", "blocked_at"])
    friend_changed(channel_id=friend.channel_id, user_id=friend.user_id, anew=True)
    return True


def unfollow(*, acting: Actor, friend: Friend, at: datetime) -> bool:
    """Blocked: nothing is sent any more. False for old news: a follow came after it."""
    del acting
    if friend.followed_at is not None and friend.followed_at > at:
        return False
    friend.blocked_at = at
    friend.save(update_fields=["blocked_at"])
    return True


def set_language(*, acting: Actor, resident: Resident, language: str) -> None:
    """What the resident chose to be spoken to in."""
    with transaction.atomic():
        old, resident.language = resident.language, language
        resident.save(update_fields=["language"])
        record(
            acting=acting,
            verb="resident.language_set",
            target=resident,
            changes={"language": (old, language)},
        )
        for channel_id, user_id in resident.friends.values_list("channel_id", "user_id"):
            friend_changed(channel_id=channel_id, user_id=user_id)


def ask_for_erasure(*, acting: Actor, resident: Resident) -> None:
    """Remember the wish; ``queries.to_be_erased`` lists it for the staff. Asking twice is once."""
    with transaction.atomic():
        row = Resident.objects.select_for_update().get(pk=resident.pk)
        if row.erasure_asked_at is not None:
            return
        row.erasure_asked_at = timezone.now()
        row.save(update_fields=["erasure_asked_at"])
        record(acting=acting, verb="resident.erasure_asked", target=row)


def keep_contact(
    *,
    acting: Actor,
    about: str,
    name: str = "",
    phone: str = "",
    email: str = "",
    news: bool = False,
    language: str = "ja",
) -> None:
    """How to reach them about this report; all empty: forgotten. The audit does not repeat it.

    ``news``: they want to be mailed what becomes of it, in that language.
    """
    given = {"name": name.strip(), "phone": phone.strip(), "email": email.strip()}
    with transaction.atomic():
        if not any(given.values()):
            gone, _rows = ContactDetails.objects.filter(about=about).delete()
            if gone:
                record(acting=acting, verb="contact.erased", summary=about)
            return
        said = {"news": news and bool(given["email"]), "language": language}
        ContactDetails.objects.update_or_create(
            about=about, defaults={**given, **said, "changed_at": timezone.now()}
        )
        record(acting=acting, verb="contact.given", summary=about)
