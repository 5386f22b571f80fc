# SPDX-License-Identifier: Apache-2.0
"""What a message and a room may be."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Final

# Characters.
MAX_TEXT: Final = 5_000
MAX_PHOTOS: Final = 10
MAX_FILES: Final = 5
MAX_MENTIONS: Final = 50
RECALL_WITHIN: Final = timedelta(hours=24)
# Messages given at once: a screen and what one scrolls to soon.
PAGE: Final = 40
# Rooms with more members do not tell everybody who has read what, nor list it by name on the page.
SMALL_ROOM: Final = 100
MAX_PINS: Final = 20
MAX_MEMBERS_AT_ONCE: Final = 500
# 未読の人に再通知: not again before this.
RENOTIFY_AFTER: Final = timedelta(minutes=10)
# 必読: local times at which those who have not confirmed are reminded, and from when on that counts
# for a new message. After a month only the list of those to phone is left.
REMIND_AT: Final = (time(9), time(18))
REMIND_AFTER: Final = timedelta(hours=2)
REMIND_FOR: Final = timedelta(days=30)
# Uploads that are not sent.
KEPT_UNSENT: Final = timedelta(days=1)
MAX_UNSENT: Final = 60
