# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import connection

from kairan.municipalities.tenancy import current_town_id

CHANNEL = "kairan_notices"
# Stands in a notice that says all that is to be said, so that nothing has to be read for it.
WHOLE = "whole"


Pair = tuple[str, str]


def publish(
    topics: Iterable[str],
    kind: str,
    *,
    grants: Iterable[Pair] = (),
    revokes: Iterable[Pair] = (),
    **ids: int | str,
) -> None:
    """Tell every open stream of the entered town that follows one of the topics.

    ``grants`` and ``revokes`` change what streams follow: see ``Hub.receive``.

    Only ids travel; a fresh message of the talk is told whole, by the database itself. Called
    inside a transaction, PostgreSQL sends it with the commit, and not at all after a rollback.
    """
    notice: dict[str, object] = {"town": current_town_id(), "topics": sorted(set(topics))}
    notice |= {"kind": kind, **ids}
    for name, pairs in (("grants", list(grants)), ("revokes", list(revokes))):
        if pairs:
            notice[name] = pairs
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(notice)])
