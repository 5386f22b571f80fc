# SPDX-License-Identifier: Apache-2.0
"""The three text sizes of residents' and neighbourhood leaders' pages: 18, 22, 28 px."""

from typing import Final

from django.http import HttpRequest

COOKIE: Final = "text_size"
COOKIE_AGE_SECONDS: Final = 365 * 24 * 3600
SIZES: Final = ("standard", "large", "largest")


def chosen(request: HttpRequest | None) -> str:
    """The size kept in the cookie; "standard" when there is none or it is not one of ours."""
    size = request.COOKIES.get(COOKIE, "") if request else ""
    return size if size in SIZES else SIZES[0]
