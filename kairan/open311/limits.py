# SPDX-License-Identifier: Apache-2.0
"""How often one key may come: a system that has gone wild shall not keep the town busy."""

from __future__ import annotations

from time import time

from django.core.cache import cache
from django.utils.translation import gettext as _

from kairan.open311.errors import too_many
from kairan.open311.models import ApiKey

WRITES_A_MINUTE = 120
# Counted in each process by itself: reading must stay cheap.
READS_A_MINUTE = 12_000

_reads: dict[tuple[int, int], int] = {}


def count_write(key: ApiKey) -> None:
    """Raises ``Refused`` (429). All web processes count together, in the database's cache."""
    name = f"open311:write:{key.pk}:{int(time()) // 60}"
    count = int(cache.get(name, 0)) + 1
    cache.set(name, count, 120)
    if count > WRITES_A_MINUTE:
        raise too_many(_("このキーからの送信が多すぎます。1分ほど待ってください。"))


def count_read(key: ApiKey) -> None:
    """Raises ``Refused`` (429)."""
    now = int(time()) // 60
    counted = (key.pk, now)
    if counted not in _reads and len(_reads) > 1_000:
        _reads.clear()
    _reads[counted] = _reads.get(counted, 0) + 1
    if _reads[counted] > READS_A_MINUTE:
        raise too_many(_("このキーからの問い合わせが多すぎます。1分ほど待ってください。"))
