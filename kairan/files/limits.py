# SPDX-License-Identifier: Apache-2.0
"""What a photo may be, and what becomes of it."""

from __future__ import annotations

from typing import Final

# Phones write 3–8 MB; a 48-megapixel HEIC stays under 15 MB.
MAX_BYTES: Final = 20 * 1024 * 1024
# Read from the header, before a single pixel is decoded.
MAX_PIXELS: Final = 80_000_000
MAX_EDGE: Final = 30_000

LARGE_EDGE: Final = 2560
LARGE_QUALITY: Final = 85
THUMBNAIL_EDGE: Final = 320
THUMBNAIL_QUALITY: Final = 78

# Of the process that decodes (see ``decoder``): an 80-megapixel PNG needs some 700 MB.
DECODER_MEMORY: Final = 1536 * 1024 * 1024
DECODER_CPU_SECONDS: Final = 20
DECODER_SECONDS: Final = 40
# In one process of ours: photos may come eight at a time, and each may need that memory.
DECODERS_AT_ONCE: Final = 2

MAX_NAME_LENGTH: Final = 200
