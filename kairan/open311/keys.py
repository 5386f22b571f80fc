# SPDX-License-Identifier: Apache-2.0
"""Api keys: made, taken back, and recognised."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.lib.plain import plain
from kairan.open311.models import MAX_NAME_LENGTH, SHOWN_LENGTH, ApiKey

# So often at most is it written down that a key was used.
USED_STEP = timedelta(minutes=1)


def make_key(
    *, acting: Actor, name: str, access: str = ApiKey.Access.WRITE, given: str = ""
) -> tuple[ApiKey, str]:
    """The row, and the key itself, which nobody can be told again. ``given``: for the demo."""
    key = given or secrets.token_urlsafe(24)
    with transaction.atomic():
        row = ApiKey.objects.create(
            name=plain(name, MAX_NAME_LENGTH),
            access=access,
            digest=digest_of(key),
            beginning=key[:SHOWN_LENGTH],
        )
        record(
            acting=acting,
            verb="api_key.made",
            target=row,
            summary=row.name,
            changes={"access": ("", access)},
        )
    return row, key


def revoke_key(*, acting: Actor, key: ApiKey) -> None:
    """From now on it opens nothing. Again: does nothing."""
    with transaction.atomic():
        row = ApiKey.objects.select_for_update().get(pk=key.pk)
        if row.revoked_at is None:
            row.revoked_at = timezone.now()
            row.save(update_fields=["revoked_at"])
            record(acting=acting, verb="api_key.revoked", target=row, summary=row.name)


def restore_key(*, acting: Actor, key: ApiKey) -> None:
    """Undoes ``revoke_key``."""
    with transaction.atomic():
        row = ApiKey.objects.select_for_update().get(pk=key.pk)
        if row.revoked_at is not None:
            row.revoked_at = None
            row.save(update_fields=["revoked_at"])
            record(acting=acting, verb="api_key.restored", target=row, summary=row.name)


def key_for(given: str) -> ApiKey | None:
    """The living key of the entered town, noted as used; None for anything else."""
    if not given:
        return None
    row = ApiKey.objects.filter(digest=digest_of(given), revoked_at=None).first()
    now = timezone.now()
    if row and (row.last_used_at is None or now - row.last_used_at > USED_STEP):
        ApiKey.objects.filter(pk=row.pk).update(last_used_at=now)
    return row


def digest_of(key: str) -> str:
    return sha256(key.encode("utf-8", "replace")).hexdigest()
