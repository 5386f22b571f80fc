# SPDX-License-Identifier: Apache-2.0
"""In which language a text is made: that of its reader, not of whoever's request it comes from."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils.translation import get_supported_language_variant, override

# Who reads neither Japanese nor English is helped by English sooner than by Japanese.
FOREIGN = "en"


def speaking(language: str = "") -> AbstractContextManager[None]:
    """Texts made within are in that reader's language; without one in the town's own."""
    return override(nearest(language) if language else settings.LANGUAGE_CODE)


def nearest(language: str) -> str:
    """The one of ours that a reader of ``language`` (BCP 47) understands best."""
    try:
        return get_supported_language_variant(language)
    except LookupError:
        return FOREIGN
