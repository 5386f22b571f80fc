# SPDX-License-Identifier: Apache-2.0
"""What another system's answer means for the one who asked."""

from __future__ import annotations


class PartnerError(Exception):
    """``reason`` is for people; ``status`` is HTTP's, None where nothing came back."""

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class Permanent(PartnerError):
    """The same again would be refused again: somebody must look at it."""


class Temporary(PartnerError):
    """Later it may do. ``after``: seconds that the other side asked for."""

    def __init__(
        self, reason: str, *, status: int | None = None, after: float | None = None
    ) -> None:
        super().__init__(reason, status=status)
        self.after = after


class NotAllowed(Permanent):
    """We do not call this address at all."""
