# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import connection

from kairan.municipalities.tenancy import current_town_id

CHANNEL = "kairan_notices"


def publish(topics: Iterable[str], kind: str, **ids: int | str) -> None:
    """Tell every open stream of the entered town that follows one of the topics.

    Only ids travel. Called inside a transaction, PostgreSQL sends it with the commit, and not at
    all after a rollback.
    """
    notice = {"town": current_town_id(), "topics": sorted(set(topics)), "kind": kind, **ids}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(notice)])
