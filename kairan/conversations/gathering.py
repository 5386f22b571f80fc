# SPDX-License-Identifier: Apache-2.0
"""What has to be fetched from outside for an event: a photo from LINE, a place by its words."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.addresses.search import search
from kairan.conversations.talk import Fetched, Needs, NoPhoto, NotYet, Places
from kairan.files.actions import FileRefused, store_photo
from kairan.files.limits import MAX_BYTES
from kairan.files.models import StoredFile
from kairan.line import errors
from kairan.line.connection import client_for
from kairan.residents.models import Friend
from kairan.scenarios.located import placed

log = structlog.get_logger(__name__)

# So long a photo may keep a resident's later words waiting, when LINE does not give it.
PATIENCE = timedelta(minutes=2)
PAUSE = timedelta(seconds=5)


def fetch(needs: Needs, friend: Friend, *, since: datetime) -> Fetched:
    """Never inside a transaction. Raises ``NotYet``."""
    if needs.what == "places":
        return _places(needs.of)
    return photo(friend, needs.of, since=since)


def photo(friend: Friend, message_id: str, *, since: datetime) -> StoredFile | NoPhoto:
    """The photo of a message, fetched once and kept. ``since``: when we heard of it."""
    once = f"line:{friend.channel_id}:{message_id}"
    known = StoredFile.objects.filter(once=once).first()
    if known is not None:
        return known
    try:
        content = client_for(friend.channel).content(message_id, limit=MAX_BYTES)
        return store_photo(acting=friend.resident, content=content.data, once=once)
    except FileRefused as refused:
        return NoPhoto(refused.reason)
    except errors.ContentGone:
        return NoPhoto(_("写真がLINEに残っていませんでした。もう一度送ってください。"))
    except errors.ContentTooLarge:
        return NoPhoto(_("写真が大きすぎて受け取れませんでした。別の写真を送ってください。"))
    except errors.LineError as error:
        log.warning("photo.not_fetched", error=str(error))
        if timezone.now() - since < PATIENCE:
            raise NotYet(PAUSE) from error
        return NoPhoto(_("写真を受け取れませんでした。少し待って、もう一度送ってください。"))


def _places(words: str) -> Places:
    """Places inside the town first: 「中央1丁目」 is in every town."""
    found = search(words)
    if found is None:
        return None
    given = [placed(one.longitude, one.latitude, title=one.title) for one in found]
    return tuple(sorted(given, key=lambda place: not place.inside_town))
