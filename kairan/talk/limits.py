# SPDX-License-Identifier: Apache-2.0
"""What a message and a room may be."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# Characters.
MAX_TEXT: Final = 5_000
MAX_PHOTOS: Final = 10
MAX_FILES: Final = 5
MAX_MENTIONS: Final = 50
RECALL_WITHIN: Final = timedelta(hours=24)
# Messages given at once: a screen and what one scrolls to soon.
PAGE: Final = 40
