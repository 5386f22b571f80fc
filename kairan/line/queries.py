# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from kairan.line.models import LineChannel, LineChannelQuerySet, town_of_key
from kairan.municipalities.tenancy import town


def channel_of_key(key: str) -> LineChannel | None:
    """The channel whose webhook address this is, whatever town is entered at the moment; the
    caller works on inside `town(channel.municipality_id)`. One query."""
    town_id = town_of_key(key)
    if town_id is None:
        return None
    with town(town_id):
        return LineChannel.objects.filter(key=key).first()


def channels_in_trouble() -> LineChannelQuerySet:
    """Channels over which nothing can be sent until an administrator acts."""
    return LineChannel.objects.in_trouble().in_order()
