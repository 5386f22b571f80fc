# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.shortcuts import get_object_or_404

from kairan.line.models import LineChannel


def get_channel(channel_id: int) -> LineChannel:
    """The town's channel, or 404. Who may come here at all is decided where the pages are hung
    up (`urls.console_urls`)."""
    return get_object_or_404(LineChannel, pk=channel_id)
