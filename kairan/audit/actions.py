# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import models

from kairan.audit.actors import Actor
from kairan.audit.models import Entry

MAX_SUMMARY = 500


def record(
    *,
    acting: Actor,
    verb: str,
    target: models.Model | None = None,
    summary: str = "",
    changes: Mapping[str, tuple[object, object]] | None = None,
) -> None:
    """Write one entry inside the caller's transaction: what is rolled back was never recorded.

    Takes the town's chain lock until that transaction ends, so call it after the other locks.
    """
    Entry.objects.create(
        actor_kind=acting.actor_kind,
        actor_id=acting.actor_id,
        actor_name=acting.actor_name[:200],
        verb=verb,
        target_kind=target._meta.label_lower if target else "",
        target_id=target.pk if target else None,
        summary=summary[:MAX_SUMMARY],
        changes={
            field: [_plain(old), _plain(new)] for field, (old, new) in (changes or {}).items()
        },
    )


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
